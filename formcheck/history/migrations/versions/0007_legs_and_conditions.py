"""A drill's level may be set for one leg; a set keeps what the person said about how it was done."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_KEYS = ["athlete_id", "day", "drill"]


def upgrade() -> None:
    op.add_column("sets", sa.Column("condition", sa.String(20)))
    with op.batch_alter_table("drill_settings") as table:
        table.add_column(sa.Column("side", sa.String(10), nullable=False, server_default="both"))
        table.drop_constraint(f"uq_drill_settings_{'_'.join(_KEYS)}", type_="unique")
        table.create_unique_constraint(f"uq_drill_settings_{'_'.join(_KEYS)}_side", [*_KEYS, "side"])
