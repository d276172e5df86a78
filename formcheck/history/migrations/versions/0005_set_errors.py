"""Each set's own standard errors, where its camera stood, its headline number, and whether it was a published test.

The rows that are there are filled from their reports; a report that is damaged leaves its set without them.
"""

import json
import zlib

import sqlalchemy as sa
from alembic import op

from formcheck.history.store.tables import CompressedText

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "set_errors",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(64), nullable=False),
        sa.Column("error", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("set_id", "measure", name="pk_set_errors"),
        sa.ForeignKeyConstraint(["set_id"], ["sets.id"], name="fk_set_errors_set_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.add_column("sets", sa.Column("view", sa.String(10)))
    for name in ("yaw_deg", "picture_height_cm", "headline"):
        op.add_column("sets", sa.Column(name, sa.Double()))
    op.add_column("sets", sa.Column("test", sa.String(40)))
    op.execute("UPDATE sets SET headline = mean")
    _fill_from_reports(op.get_bind())


def _fill_from_reports(connection: sa.Connection) -> None:
    reports = sa.table("set_reports", sa.column("set_id", sa.Integer), sa.column("report", CompressedText()))
    sets = sa.table("sets", *(sa.column(name) for name in ("id", "view", "yaw_deg", "picture_height_cm")))
    errors = sa.table("set_errors", *(sa.column(name) for name in ("set_id", "measure", "error")))
    for (set_id,) in connection.execute(sa.select(reports.c.set_id)).all():
        try:
            report = json.loads(connection.execute(sa.select(reports.c.report).where(reports.c.set_id == set_id)).scalar_one())
            scale, view = report["scale"]["cm_per_px"], report["view"]
            values = {
                "view": view["kind"],
                "yaw_deg": view["yaw_deg"],
                "picture_height_cm": None if scale is None else scale * report["video"]["height"],
            }
            own = [
                {"set_id": set_id, "measure": name, "error": error} for name, error in report["quality"]["expected_error"].items()
            ]
        except (zlib.error, ValueError, LookupError, TypeError, AttributeError):
            continue
        connection.execute(sets.update().where(sets.c.id == set_id).values(**values))
        if own:
            connection.execute(errors.insert(), own)
