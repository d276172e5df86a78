"""How many of a set's reps without a fault were not seen well enough to say that they had none.

It is counted from the reps in the set's report. Of a set whose report is damaged nothing is known: none of its reps is judged.
"""

import json
import zlib

import sqlalchemy as sa
from alembic import op

from formcheck.history.store.tables import CompressedText
from formcheck.report.form import find_unseen

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("sets", sa.Column("unjudged_reps", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE sets SET unjudged_reps = clean_reps")
    connection = op.get_bind()
    reports = sa.table("set_reports", sa.column("set_id", sa.Integer), sa.column("report", CompressedText()))
    sets = sa.table("sets", sa.column("id"), sa.column("unjudged_reps"))
    for (set_id,) in connection.execute(sa.select(reports.c.set_id)).all():
        try:
            report = json.loads(connection.execute(sa.select(reports.c.report).where(reports.c.set_id == set_id)).scalar_one())
            unjudged = sum(bool(find_unseen(rep["faults"], rep)) for rep in report["reps"])
        except (zlib.error, ValueError, LookupError, TypeError, AttributeError):
            continue
        connection.execute(sets.update().where(sets.c.id == set_id).values(unjudged_reps=unjudged))
