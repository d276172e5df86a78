"""The tables of the history store.

The truth about a set is its report, kept whole (compressed) in ``set_reports``. The columns of ``sets`` and ``reps``
are taken from it when it is saved, so that lists and trends read small rows only.
"""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from formcheck.support.errors import InputError

# Named constraints: a later migration can alter them on every database.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# A report decompresses to a few kilobytes, with its series to a few megabytes; more is a damaged or hostile row.
MAX_REPORT_BYTES = 64 * 2**20


# What reports have in common, for the deflater to point back to; the commonest last. Stored reports can only be read with
# the very same text: never change it, give a new one a new name.
_REPORT_WORDS = (
    b'"foot-length""heel-raise""front""both""given""live"partial-height knee-bent dropped not-lowered trunk-lean ball-lost'
    b"partial rushed foot-slid not-side-on feet-out-of-frame person-too-small low-visibility camera-tilted camera-moved"
    b'several-people nobody no-exercise no-scale far-leg{"code":"low-frame-rate","message":"},"series":null,"expected_error":'
    b'{"valid_peak_deg":,"height_cm":,"plantarflexion_deg":,"rise_s":,"hold_s":,"lower_s":,"knee_flexion_change_deg":'
    b'"height_fade_pct":,"total_displacement_cm":,"work_j":,"cadence_per_min":"height_pct_foot":'
    b'{"schema":"formcheck.report/1","origin":"video","recorded_at":"2026-01-01T18:00:00+00:00","video":{"file":"'
    b'.mp4","duration_s":,"fps":30.0,"frames":,"width":1920,"height":1080,"rotation_deg":0},"exercise":"half-kneeling",'
    b'"exercise_source":"detected","side":"right","side":"left","side_source":"detected","facing":"right","facing":"left",'
    b'"view":{"kind":"side","yaw_deg":,"roll_deg":-,"warnings":[]},"scale":{"cm_per_px":0.,"source":"height"},"athlete":'
    b'{"name":null,"height_cm":null,"mass_kg":null},"software":{"formcheck":"0.1.0","mediapipe":"0.10.31","model":'
    b'"pose_landmarker_full","model_sha256":"","measures_version":1}}}],"summary":{"rep_count":10,"best":,"mean":,"sd":,'
    b'"clean_reps":,"range_of_motion_deg":},"quality":{"pose_coverage":,"usable":true,"warnings":[],"faults":["short-hold"],'
    b'"faults":["heel-lifted"],"reps":[{"number":1,"start_s":,"peak_s":,"end_s":,"faults":[],"confidence":0.,'
    b'"tibial_inclination_deg":,"valid_peak_deg":,"dorsiflexion_deg":,"knee_over_toe_cm":,"knee_over_toe_pct_foot":,'
    b'"hold_s":,"heel_rise_cm":,"heel_rise_pct_foot":},{"number":'
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC; always timezone-aware in Python, even if the database knows no zones (SQLite)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse moments without a zone: their time is not known."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its timezone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment its zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class CompressedText(TypeDecorator[str]):
    """Text kept deflated: ten years of daily sets stay far under 100 MB."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Deflate on the way in."""
        if value is None:
            return None
        deflater = zlib.compressobj(9, zdict=_REPORT_WORDS)
        return deflater.compress(value.encode()) + deflater.flush()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Inflate on the way out, up to a bound."""
        if value is None:
            return None
        inflater = zlib.decompressobj(zdict=_REPORT_WORDS)
        text = inflater.decompress(value, MAX_REPORT_BYTES)
        if not inflater.eof:
            raise zlib.error("the stored report is cut short or larger than any report")
        return text.decode()


class Base(DeclarativeBase):
    """The common base of the tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Double}  # "float" is single precision on some servers


_Row = TypeVar("_Row", bound=Base)
# What an INTEGER column holds on every database.
MAX_INTEGER = 2**31 - 1


def find_row(session: Session, table: type[_Row], number: int) -> _Row | None:
    """The row of a number; None if there is none, or no row can have this number."""
    return session.get(table, number) if 0 < number <= MAX_INTEGER else None


def get_row(session: Session, table: type[_Row], number: int, missing: str) -> _Row:
    """The row of a number. Raises `InputError`, which says what is ``missing``, if there is none."""
    record = find_row(session, table, number)
    if record is None:
        raise InputError(missing)
    return record


class AthleteRecord(Base):
    """A person. ``name_key`` is the name as it is compared: one athlete a name, whatever its capitals."""

    __tablename__ = "athletes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400), unique=True)
    height_cm: Mapped[float | None]
    mass_kg: Mapped[float | None]
    birth_year: Mapped[int | None]
    sex: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sample: Mapped[bool] = mapped_column(default=False)


class SessionRecord(Base):
    """A day's training of one athlete, by the calendar day where they were."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("athlete_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(Text)


class SetRecord(Base):
    """One set. Measures are in the units of their names; ``best``/``mean``/``sd`` are the report's headline measure.

    ``content_key`` and ``recording_key`` are how the same set saved twice is noticed: the first is made from what was
    measured, the second from the recording's bytes (null for a live set). ``deleted_at`` is set while the set lies in
    the bin. ``view``, ``yaw_deg`` and ``picture_height_cm`` (how much of the scene, at the person, the picture's height shows) say
    where the camera stood: sets with one camera set-up share its error.
    """

    __tablename__ = "sets"
    __table_args__ = (
        UniqueConstraint("athlete_id", "content_key"),
        UniqueConstraint("athlete_id", "recording_key"),
        Index("ix_sets_trend", "athlete_id", "exercise", "side", "day"),
        Index("ix_sets_recent", "athlete_id", "recorded_at"),
        Index("ix_sets_deleted_at", "deleted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date] = mapped_column(Date)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    corrected: Mapped[bool] = mapped_column(default=False)

    origin: Mapped[str] = mapped_column(String(10))
    exercise: Mapped[str | None] = mapped_column(String(40))
    side: Mapped[str | None] = mapped_column(String(10))
    usable: Mapped[bool]
    warnings: Mapped[str] = mapped_column(Text, default="")

    rep_count: Mapped[int]
    clean_reps: Mapped[int]
    best: Mapped[float | None]
    mean: Mapped[float | None]
    sd: Mapped[float | None]
    mean_valid_peak_deg: Mapped[float | None]
    best_valid_peak_deg: Mapped[float | None]
    mean_height_cm: Mapped[float | None]
    best_height_cm: Mapped[float | None]
    mean_height_pct_foot: Mapped[float | None]
    best_height_pct_foot: Mapped[float | None]
    mean_knee_over_toe_cm: Mapped[float | None]
    best_knee_over_toe_cm: Mapped[float | None]
    height_fade_pct: Mapped[float | None]
    total_displacement_cm: Mapped[float | None]
    work_j: Mapped[float | None]
    cadence_per_min: Mapped[float | None]

    measures_version: Mapped[int]
    model: Mapped[str] = mapped_column(String(80))
    model_sha256: Mapped[str] = mapped_column(String(64))
    formcheck_version: Mapped[str] = mapped_column(String(40))
    mediapipe_version: Mapped[str] = mapped_column(String(40))
    content_key: Mapped[str] = mapped_column(String(64))
    recording_key: Mapped[str | None] = mapped_column(String(64))
    html_path: Mapped[str | None] = mapped_column(Text)
    recording_path: Mapped[str | None] = mapped_column(Text)

    view: Mapped[str | None] = mapped_column(String(10))
    yaw_deg: Mapped[float | None]
    picture_height_cm: Mapped[float | None]
    headline: Mapped[float | None]
    test: Mapped[str | None] = mapped_column(String(40))
    condition: Mapped[str | None] = mapped_column(String(20))
    unjudged_reps: Mapped[int]

    report: Mapped[ReportRecord] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    curves: Mapped[CurvesRecord | None] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    pictures: Mapped[list[PictureRecord]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    reps: Mapped[list[RepRecord]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="RepRecord.number")
    errors: Mapped[list[SetErrorRecord]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class ReportRecord(Base):
    """The whole report of a set, apart from it: a list of sets reads none of these."""

    __tablename__ = "set_reports"

    set_id: Mapped[int] = mapped_column(ForeignKey("sets.id", ondelete="CASCADE"), primary_key=True)
    report: Mapped[str] = mapped_column(CompressedText)


class CurvesRecord(Base):
    """A set's curves (`formcheck.export.curves.Curves`), as JSON."""

    __tablename__ = "set_curves"

    set_id: Mapped[int] = mapped_column(ForeignKey("sets.id", ondelete="CASCADE"), primary_key=True)
    curves: Mapped[str] = mapped_column(CompressedText)


class PictureRecord(Base):
    """A picture of a moment of a set, in milliseconds of its video: only where the person wanted it kept."""

    __tablename__ = "set_pictures"

    set_id: Mapped[int] = mapped_column(ForeignKey("sets.id", ondelete="CASCADE"), primary_key=True)
    at_ms: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)


class RepRecord(Base):
    """One repetition with its headline measures; the report has the others."""

    __tablename__ = "reps"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own shape

    set_id: Mapped[int] = mapped_column(ForeignKey("sets.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start_s: Mapped[float]
    peak_s: Mapped[float]
    end_s: Mapped[float]
    faults: Mapped[str] = mapped_column(Text, default="")
    confidence: Mapped[float]
    valid_peak_deg: Mapped[float | None]
    tibial_inclination_deg: Mapped[float | None]
    dorsiflexion_deg: Mapped[float | None]
    hold_s: Mapped[float | None]
    height_cm: Mapped[float | None]
    height_pct_foot: Mapped[float | None]


class SetErrorRecord(Base):
    """The standard error of a set's measure under its recording's conditions, in the measure's unit (68 % lie within)."""

    __tablename__ = "set_errors"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own shape

    set_id: Mapped[int] = mapped_column(ForeignKey("sets.id", ondelete="CASCADE"), primary_key=True)
    measure: Mapped[str] = mapped_column(String(64), primary_key=True)
    error: Mapped[float]


class EnrolmentRecord(Base):
    """An athlete's run through the 12-week plan. The newest one without ``ended_at`` is the one that counts."""

    __tablename__ = "plan_enrolments"

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"), index=True)
    started_on: Mapped[date] = mapped_column(Date)
    track: Mapped[str] = mapped_column(String(40), server_default="prevention")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    pauses: Mapped[list[PauseRecord]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="PauseRecord.first_day"
    )


class PauseRecord(Base):
    """Days on which the plan stood still: from ``first_day`` to before ``resumed_on`` (null: it still does)."""

    __tablename__ = "plan_pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("plan_enrolments.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date] = mapped_column(Date)
    resumed_on: Mapped[date | None] = mapped_column(Date)


class TickRecord(Base):
    """Work ticked off by hand; what the saved sets show is counted from them and never stored here."""

    __tablename__ = "plan_ticks"
    __table_args__ = (UniqueConstraint("athlete_id", "day", "work", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    work: Mapped[str] = mapped_column(String(40))
    side: Mapped[str] = mapped_column(String(10))
    sets_done: Mapped[int]


class RunRecord(Base):
    """A run. ``source_key`` identifies an imported run, to notice the same file imported twice; null for one entered by hand."""

    __tablename__ = "running_log"
    __table_args__ = (
        UniqueConstraint("athlete_id", "source_key"),
        Index("ix_running_log_athlete_day", "athlete_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    km: Mapped[float]
    source: Mapped[str] = mapped_column(String(10))
    source_key: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(Text)
