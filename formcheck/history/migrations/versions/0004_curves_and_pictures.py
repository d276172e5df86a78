"""What is kept with a set beside its report: the curves, and pictures where the person wants them kept."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "set_curves",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("curves", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("set_id", name="pk_set_curves"),
        sa.ForeignKeyConstraint(["set_id"], ["sets.id"], name="fk_set_curves_set_id", ondelete="CASCADE"),
    )
    op.create_table(
        "set_pictures",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("set_id", "at_ms", name="pk_set_pictures"),
        sa.ForeignKeyConstraint(["set_id"], ["sets.id"], name="fk_set_pictures_set_id", ondelete="CASCADE"),
    )
