"""The whole history out and in again, without loss: one JSON document (``formcheck.history/1``)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Base64Bytes, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from formcheck.export.curves import Curves
from formcheck.history.store.athletes import check_athlete, find_athlete_record, name_key
from formcheck.history.store.report_columns import check_columns
from formcheck.history.store.runs import MAX_RUN_KM, add_runs
from formcheck.history.store.sets import add_set, put_curves, put_pictures, session_on
from formcheck.history.store.tables import (
    AthleteRecord,
    EnrolmentRecord,
    PauseRecord,
    RunRecord,
    SessionRecord,
    SetRecord,
    TickRecord,
)
from formcheck.history.values import Imported, Sex
from formcheck.report.schema import SetReport
from formcheck.support.errors import FormcheckError, InputError
from formcheck.support.files import replacing
from formcheck.training.run import Run

if TYPE_CHECKING:
    from formcheck.history.store.store import Store

_WITH_SET = (selectinload(SetRecord.report), selectinload(SetRecord.curves), selectinload(SetRecord.pictures))
SCHEMA = "formcheck.history/1"
# Larger than ten years of daily sets; more is not an export of ours.
MAX_IMPORT_BYTES = 512 * 2**20


def _sane_moment(moment: datetime) -> datetime:
    if moment.tzinfo is None or not 1900 <= moment.year <= 2200:
        raise ValueError("a moment needs a timezone and a year between 1900 and 2200")
    return moment


def _sane_day(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise ValueError("a day needs a year between 1900 and 2200")
    return day


def _sane_text(text: str) -> str:
    if "\0" in text:
        raise ValueError("text must not contain the zero character")
    return text


Moment = Annotated[datetime, AfterValidator(_sane_moment)]
Day = Annotated[date, AfterValidator(_sane_day)]
Text = Annotated[str, AfterValidator(_sane_text), Field(max_length=100_000)]
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


PictureMoment = Annotated[int, Field(ge=0, lt=2**31)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class SetPart(_Part):
    """A set: its report, and what the history knows beyond it."""

    recorded_at: Moment
    day: Day
    saved_at: Moment
    deleted_at: Moment | None = None
    corrected: bool = False
    recording_key: Key | None = None
    html_path: Text | None = None
    recording_path: Text | None = None
    report: SetReport
    curves: Curves | None = None
    pictures: dict[PictureMoment, Base64Bytes] = {}


class PausePart(_Part):
    """Days on which the plan stood still."""

    first_day: Day
    resumed_on: Day | None = None


class EnrolmentPart(_Part):
    """A run through the plan."""

    started_on: Day
    created_at: Moment
    ended_at: Moment | None = None
    pauses: list[PausePart] = []


class TickPart(_Part):
    """Work ticked by hand."""

    day: Day
    work: Annotated[Text, Field(max_length=40)]
    side: Annotated[Text, Field(max_length=10)]
    sets_done: Annotated[int, Field(ge=1, le=100)]


class RunPart(_Part):
    """A run."""

    day: Day
    km: Annotated[float, Field(gt=0, le=MAX_RUN_KM)]
    source: Annotated[Text, Field(max_length=10)]
    source_key: Key | None = None
    note: Text | None = None


class AthletePart(_Part):
    """Everything about one athlete."""

    name: Text
    height_cm: float | None = None
    mass_kg: float | None = None
    birth_year: int | None = None
    sex: Sex | None = None
    created_at: Moment
    sample: bool = False
    notes: dict[Day, Text] = {}
    sets: list[SetPart] = []
    enrolments: list[EnrolmentPart] = []
    ticks: list[TickPart] = []
    runs: list[RunPart] = []


class HistoryDocument(_Part):
    """The whole history, or that of one athlete."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    schema_: Literal["formcheck.history/1"] = Field("formcheck.history/1", alias="schema")
    exported_at: Moment
    athletes: list[AthletePart]


def export_document(store: Store, athlete_id: int | None = None) -> HistoryDocument:
    """Everything in the history, also what lies in the bin; or everything about one athlete."""
    with store.reading("exporting the history") as session:
        query = select(AthleteRecord).order_by(AthleteRecord.id)
        if athlete_id is not None:
            query = query.where(AthleteRecord.id == athlete_id)
        athletes = [_athlete_part(session, record) for record in session.scalars(query)]
    return HistoryDocument(exported_at=datetime.now(UTC), athletes=athletes)


def export_json(store: Store, athlete_id: int | None = None) -> str:
    """The history as JSON text."""
    return export_document(store, athlete_id).model_dump_json(indent=1)


def write_json(store: Store, path: Path, athlete_id: int | None = None) -> Path:
    """Write the history as a JSON file, whole or not at all."""
    text = export_json(store, athlete_id)
    with replacing(path, private=True) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return path


def read_bounded(path: Path) -> bytes:
    """The bytes of an import file, if it is no larger than any export of ours."""
    try:
        if path.stat().st_size > MAX_IMPORT_BYTES:
            raise InputError(f"{path} is larger than any formcheck export; choose another file.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: this file cannot be read ({error.strerror}); check the path.") from error


def import_json(store: Store, data: bytes | str, name: str = "the file") -> Imported:
    """Bring an export in, in one transaction; what is there already is left as it is."""
    try:
        document = HistoryDocument.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "start"
        raise InputError(
            f"{name} is not a formcheck history export ({place}: {first['msg']}); make one with formcheck history export."
        ) from error
    return import_document(store, document, name)


def import_document(store: Store, document: HistoryDocument, name: str = "the file") -> Imported:
    """Bring a document in, in one transaction."""

    def change(session: Session) -> Imported:
        try:
            parts = [_import_athlete(session, part) for part in document.athletes]
        except InputError:
            raise
        except FormcheckError as error:
            raise InputError(f"{name} cannot be imported: {error}") from error
        return Imported(
            athletes=sum(part.athletes for part in parts),
            sets=sum(part.sets for part in parts),
            runs=sum(part.runs for part in parts),
            already_there=sum(part.already_there for part in parts),
        )

    return store.write(f"importing {name}", change)


def _athlete_part(session: Session, record: AthleteRecord) -> AthletePart:
    mine = record.id
    sets = select(SetRecord).where(SetRecord.athlete_id == mine).order_by(SetRecord.recorded_at, SetRecord.id)
    notes = session.execute(
        select(SessionRecord.day, SessionRecord.note)
        .where(SessionRecord.athlete_id == mine, SessionRecord.note.is_not(None))
        .order_by(SessionRecord.day)
    )
    enrolments = select(EnrolmentRecord).where(EnrolmentRecord.athlete_id == mine).order_by(EnrolmentRecord.id)
    ticks = select(TickRecord).where(TickRecord.athlete_id == mine).order_by(TickRecord.day, TickRecord.id)
    runs = select(RunRecord).where(RunRecord.athlete_id == mine).order_by(RunRecord.day, RunRecord.id)
    return AthletePart(
        name=record.name,
        height_cm=record.height_cm,
        mass_kg=record.mass_kg,
        birth_year=record.birth_year,
        sex=record.sex,
        created_at=record.created_at,
        sample=record.sample,
        notes={day: str(note) for day, note in notes},
        sets=[_set_part(item) for item in session.scalars(sets.options(*_WITH_SET))],
        enrolments=[
            EnrolmentPart(
                started_on=item.started_on,
                created_at=item.created_at,
                ended_at=item.ended_at,
                pauses=[PausePart(first_day=p.first_day, resumed_on=p.resumed_on) for p in item.pauses],
            )
            for item in session.scalars(enrolments)
        ],
        ticks=[TickPart(day=item.day, work=item.work, side=item.side, sets_done=item.sets_done) for item in session.scalars(ticks)],
        runs=[
            RunPart(day=item.day, km=item.km, source=item.source, source_key=item.source_key, note=item.note)
            for item in session.scalars(runs)
        ],
    )


def _set_part(record: SetRecord) -> SetPart:
    return SetPart(
        recorded_at=record.recorded_at,
        day=record.day,
        saved_at=record.saved_at,
        deleted_at=record.deleted_at,
        corrected=record.corrected,
        recording_key=record.recording_key,
        html_path=record.html_path,
        recording_path=record.recording_path,
        report=SetReport.model_validate_json(record.report.report),
        curves=None if record.curves is None else Curves.model_validate_json(record.curves.curves),
        pictures={item.at_ms: base64.b64encode(item.jpeg) for item in sorted(record.pictures, key=lambda item: item.at_ms)},
    )


def _import_athlete(session: Session, part: AthletePart) -> Imported:
    tidy = check_athlete(name=part.name, height_cm=part.height_cm, mass_kg=part.mass_kg, birth_year=part.birth_year, sex=part.sex)
    record = find_athlete_record(session, tidy)
    is_new = record is None
    if record is None:
        record = AthleteRecord(
            name=tidy,
            name_key=name_key(tidy),
            height_cm=part.height_cm,
            mass_kg=part.mass_kg,
            birth_year=part.birth_year,
            sex=part.sex,
            created_at=part.created_at,
            sample=part.sample,
        )
        session.add(record)
        session.flush()
    for day, note in part.notes.items():
        day_session = session_on(session, record.id, day)
        day_session.note = day_session.note or note
    new_sets = sum(_import_set(session, record.id, item) for item in part.sets)
    _import_plan(session, record.id, part)
    runs = add_runs(session, record.id, [Run(r.day, r.km, r.source, r.source_key, r.note) for r in part.runs])
    return Imported(int(is_new), new_sets, runs.runs, len(part.sets) - new_sets + runs.already_there)


def _import_set(session: Session, athlete_id: int, part: SetPart) -> bool:
    check_columns(part.report)
    added = add_set(
        session,
        athlete_id,
        part.report,
        part.recorded_at,
        day=part.day,
        from_recording=part.recording_key,
        revive=part.deleted_at is None,
    )
    if part.curves is not None:
        put_curves(session, added.record, part.curves)
    if added.is_new:
        record = added.record
        put_pictures(session, record, dict(part.pictures))
        record.saved_at = part.saved_at
        record.deleted_at = part.deleted_at
        record.corrected = record.corrected or part.corrected
        record.html_path = part.html_path
        record.recording_path = part.recording_path
    return added.is_new


def _import_plan(session: Session, athlete_id: int, part: AthletePart) -> None:
    present = session.execute(
        select(EnrolmentRecord.started_on, EnrolmentRecord.created_at).where(EnrolmentRecord.athlete_id == athlete_id)
    )
    known = {(started_on, created_at) for started_on, created_at in present}
    for item in part.enrolments:
        if (item.started_on, item.created_at) not in known:
            record = EnrolmentRecord(
                athlete_id=athlete_id, started_on=item.started_on, created_at=item.created_at, ended_at=item.ended_at
            )
            record.pauses = [PauseRecord(first_day=p.first_day, resumed_on=p.resumed_on) for p in item.pauses]
            session.add(record)
    ticked = _tick_keys(session.scalars(select(TickRecord).where(TickRecord.athlete_id == athlete_id)))
    for tick in part.ticks:
        key = (tick.day, tick.work, tick.side)
        if key not in ticked:
            ticked.add(key)
            session.add(TickRecord(athlete_id=athlete_id, **tick.model_dump()))


def _tick_keys(ticks: Iterable[TickRecord]) -> set[tuple[date, str, str]]:
    return {(tick.day, tick.work, tick.side) for tick in ticks}
