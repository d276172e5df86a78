"""The 12-week plan, work ticked by hand, and the running log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "plan_enrolments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("athlete_id", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_plan_enrolments"),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], name="fk_plan_enrolments_athlete_id", ondelete="CASCADE"),
    )
    op.create_index("ix_plan_enrolments_athlete_id", "plan_enrolments", ["athlete_id"])
    op.create_table(
        "plan_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("resumed_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_plan_pauses"),
        sa.ForeignKeyConstraint(["enrolment_id"], ["plan_enrolments.id"], name="fk_plan_pauses_enrolment_id", ondelete="CASCADE"),
    )
    op.create_index("ix_plan_pauses_enrolment_id", "plan_pauses", ["enrolment_id"])
    op.create_table(
        "plan_ticks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("athlete_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("work", sa.String(40), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("sets_done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_ticks"),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], name="fk_plan_ticks_athlete_id", ondelete="CASCADE"),
        sa.UniqueConstraint("athlete_id", "day", "work", "side", name="uq_plan_ticks_athlete_id_day_work_side"),
    )
    op.create_table(
        "running_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("athlete_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("km", sa.Double(), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("source_key", sa.String(64)),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_running_log"),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], name="fk_running_log_athlete_id", ondelete="CASCADE"),
        sa.UniqueConstraint("athlete_id", "source_key", name="uq_running_log_athlete_id_source_key"),
    )
    op.create_index("ix_running_log_athlete_day", "running_log", ["athlete_id", "day"])
