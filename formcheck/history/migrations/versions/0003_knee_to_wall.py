"""The knee's distance past the toes, followed over weeks by the knee-to-wall test."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("mean_knee_over_toe_cm", "best_knee_over_toe_cm"):
        op.add_column("sets", sa.Column(name, sa.Double()))
