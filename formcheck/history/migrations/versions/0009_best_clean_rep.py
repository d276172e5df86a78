"""The best of a saved set is that of a rep without a fault, where there is one; it was the largest of all reps.

It is read again from the reps in the set's report. A set whose report is damaged keeps what it had. Names and rule are a copy, not
the program's own, which may change: a history must come out of a migration as it did on the day it was released.
"""

import json
import zlib
from typing import Any

import sqlalchemy as sa
from alembic import op

from formcheck.history.store.tables import CompressedText

revision = "0009"
down_revision = "0008"

# The rep's measures whose best has a column, and by exercise the first measure that any rep has: the one that `best` is of.
_MEASURES = ("valid_peak_deg", "height_cm", "height_pct_foot", "knee_over_toe_cm")
_HEADLINES = {
    "half-kneeling": ("valid_peak_deg",),
    "knee-to-wall": ("valid_peak_deg",),
    "heel-raise": ("height_cm", "height_pct_foot"),
    "soleus-raise": ("height_cm", "height_pct_foot"),
    "short-foot": ("arch_rise_mm",),
    "single-leg-balance": ("hold_s",),
    "step-drop": ("lower_s",),
}


def upgrade() -> None:
    connection = op.get_bind()
    reports = sa.table("set_reports", sa.column("set_id", sa.Integer), sa.column("report", CompressedText()))
    sets = sa.table("sets", sa.column("id"), sa.column("best"), *(sa.column(f"best_{name}") for name in _MEASURES))
    for (set_id,) in connection.execute(sa.select(reports.c.set_id)).all():
        try:
            report = json.loads(connection.execute(sa.select(reports.c.report).where(reports.c.set_id == set_id)).scalar_one())
            found = {f"best_{name}": _find_best(report["reps"], name) for name in _MEASURES}
            of_headline = (_find_best(report["reps"], name) for name in _HEADLINES.get(report["exercise"], ()))
            found["best"] = next((value for value in of_headline if value is not None), None)
        except (zlib.error, ValueError, LookupError, TypeError, AttributeError):
            continue
        connection.execute(sets.update().where(sets.c.id == set_id).values(found))


def _find_best(reps: list[dict[str, Any]], name: str) -> float | None:
    """The largest value of a rep without a fault; if every measured rep has one, the largest of all."""
    measured = [(rep[name], bool(rep["faults"])) for rep in reps if rep.get(name) is not None]
    clean = [value for value, faulty in measured if not faulty]
    return max(clean or [value for value, _ in measured], default=None)
