"""The programme's diary: pain, answers, levels and weights, test results, questionnaires; the track of a plan."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("plan_enrolments", sa.Column("track", sa.String(40), nullable=False, server_default="prevention"))
    _create("pain_scores", ["day", "moment"], sa.Column("moment", sa.String(10), nullable=False), _integer("score"))
    _create(
        "plan_answers",
        ["topic", "question", "answered_at"],
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("question", sa.String(40), nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_plan_answers_athlete_topic", "plan_answers", ["athlete_id", "topic"])
    _create(
        "drill_settings",
        ["day", "drill"],
        sa.Column("drill", sa.String(40), nullable=False),
        sa.Column("level", sa.String(40)),
        sa.Column("kg", sa.Double()),
    )
    _create(
        "test_results",
        ["day", "test", "side"],
        sa.Column("test", sa.String(40), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("end_reason", sa.Text()),
    )
    _create(
        "questionnaire_scores",
        ["day", "questionnaire"],
        sa.Column("questionnaire", sa.String(40), nullable=False),
        _integer("points"),
        _integer("answered"),
    )


def _integer(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _create(table: str, unique: list[str], *columns: sa.Column[Any]) -> None:
    """A table of one athlete's entries by day."""
    keys = ["athlete_id", *unique]
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("athlete_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], name=f"fk_{table}_athlete_id", ondelete="CASCADE"),
        sa.UniqueConstraint(*keys, name=f"uq_{table}_{'_'.join(keys)}"),
    )
