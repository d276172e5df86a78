"""Athletes, sessions, sets and reps."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "athletes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(400), nullable=False),
        sa.Column("height_cm", sa.Double()),
        sa.Column("mass_kg", sa.Double()),
        sa.Column("birth_year", sa.Integer()),
        sa.Column("sex", sa.String(10)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_athletes"),
        sa.UniqueConstraint("name_key", name="uq_athletes_name_key"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("athlete_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], name="fk_sessions_athlete_id", ondelete="CASCADE"),
        sa.UniqueConstraint("athlete_id", "day", name="uq_sessions_athlete_id_day"),
    )
    measures = (
        "best",
        "mean",
        "sd",
        "mean_valid_peak_deg",
        "best_valid_peak_deg",
        "mean_height_cm",
        "best_height_cm",
        "mean_height_pct_foot",
        "best_height_pct_foot",
        "height_fade_pct",
        "total_displacement_cm",
        "work_j",
        "cadence_per_min",
    )
    op.create_table(
        "sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("athlete_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime()),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("exercise", sa.String(40)),
        sa.Column("side", sa.String(10)),
        sa.Column("usable", sa.Boolean(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("rep_count", sa.Integer(), nullable=False),
        sa.Column("clean_reps", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Double()) for name in measures),
        sa.Column("measures_version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("model_sha256", sa.String(64), nullable=False),
        sa.Column("formcheck_version", sa.String(40), nullable=False),
        sa.Column("mediapipe_version", sa.String(40), nullable=False),
        sa.Column("content_key", sa.String(64), nullable=False),
        sa.Column("recording_key", sa.String(64)),
        sa.Column("html_path", sa.Text()),
        sa.Column("recording_path", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_sets"),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], name="fk_sets_athlete_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_sets_session_id", ondelete="CASCADE"),
        sa.UniqueConstraint("athlete_id", "content_key", name="uq_sets_athlete_id_content_key"),
        sa.UniqueConstraint("athlete_id", "recording_key", name="uq_sets_athlete_id_recording_key"),
    )
    op.create_index("ix_sets_session_id", "sets", ["session_id"])
    op.create_index("ix_sets_trend", "sets", ["athlete_id", "exercise", "side", "day"])
    op.create_index("ix_sets_recent", "sets", ["athlete_id", "recorded_at"])
    op.create_index("ix_sets_deleted_at", "sets", ["deleted_at"])
    op.create_table(
        "set_reports",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("set_id", name="pk_set_reports"),
        sa.ForeignKeyConstraint(["set_id"], ["sets.id"], name="fk_set_reports_set_id", ondelete="CASCADE"),
    )
    op.create_table(
        "reps",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("peak_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("valid_peak_deg", sa.Double()),
        sa.Column("tibial_inclination_deg", sa.Double()),
        sa.Column("dorsiflexion_deg", sa.Double()),
        sa.Column("hold_s", sa.Double()),
        sa.Column("height_cm", sa.Double()),
        sa.Column("height_pct_foot", sa.Double()),
        sa.PrimaryKeyConstraint("set_id", "number", name="pk_reps"),
        sa.ForeignKeyConstraint(["set_id"], ["sets.id"], name="fk_reps_set_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
