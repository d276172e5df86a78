"""How many of a set's reps without a fault were not seen well enough to say that they had none.

It is counted from the reps in the set's report. Of a set whose report is damaged nothing is known: none of its reps is judged.
"""

import json
import zlib
from typing import Any

import sqlalchemy as sa
from alembic import op

from formcheck.history.store.tables import CompressedText

revision = "0008"
down_revision = "0007"

# What judged a rep's form when this migration was written. A copy, not `formcheck.report.form`: that may change with the program,
# and a history must come out of a migration as it did on the day it was released. (`CompressedText` is the file's own format, which
# cannot change: its words are fixed.)
_JUDGED_BY = ("heel_rise_pct_foot", "height_pct_foot")


def upgrade() -> None:
    op.add_column("sets", sa.Column("unjudged_reps", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE sets SET unjudged_reps = clean_reps")
    connection = op.get_bind()
    reports = sa.table("set_reports", sa.column("set_id", sa.Integer), sa.column("report", CompressedText()))
    sets = sa.table("sets", sa.column("id"), sa.column("unjudged_reps"))
    for (set_id,) in connection.execute(sa.select(reports.c.set_id)).all():
        try:
            report = json.loads(connection.execute(sa.select(reports.c.report).where(reports.c.set_id == set_id)).scalar_one())
            unjudged = sum(_is_unjudged(rep) for rep in report["reps"])
        except (zlib.error, ValueError, LookupError, TypeError, AttributeError):
            continue
        connection.execute(sets.update().where(sets.c.id == set_id).values(unjudged_reps=unjudged))


def _is_unjudged(rep: dict[str, Any]) -> bool:
    """Whether a rep without a fault may have one that was missed: its heel or, from the side, its height was not measured."""
    if rep["faults"] or rep.get("side_difference_pct") is not None:
        return False
    return any(name in rep and rep[name] is None for name in _JUDGED_BY)
