"""The records of one set: filling them from a report, adding, replacing and finding them inside a transaction."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from formcheck.history.store.report_columns import (
    content_key,
    error_records,
    rep_records,
    set_columns,
    stored_report,
)
from formcheck.history.store.tables import (
    CurvesRecord,
    PictureRecord,
    ReportRecord,
    RepRecord,
    SessionRecord,
    SetErrorRecord,
    SetRecord,
    find_row,
    get_row,
)
from formcheck.history.values import SetRow
from formcheck.report.schema import SetReport
from formcheck.support.checked_json import Model, parse_json
from formcheck.support.errors import InputError

if TYPE_CHECKING:
    from formcheck.export.curves import Curves


def session_on(session: Session, athlete_id: int, day: date) -> SessionRecord:
    """The athlete's session of that day, which is made if there is none."""
    found = session.scalar(select(SessionRecord).where(SessionRecord.athlete_id == athlete_id, SessionRecord.day == day))
    if found is None:
        found = SessionRecord(athlete_id=athlete_id, day=day)
        session.add(found)
        session.flush()
    return found


@dataclass(frozen=True, slots=True)
class Added:
    """The outcome of adding a set: whether it is new (or restored from the bin), and whether an old one is now corrected."""

    record: SetRecord
    is_new: bool
    corrected: bool = False


def add_set(
    session: Session,
    athlete_id: int,
    report: SetReport,
    recorded_at: datetime,
    *,
    day: date,
    from_recording: str | None,
    revive: bool = True,
) -> Added:
    """Add a set, unless it is there. Corrections by hand that are newer than those of the set there replace it.

    ``from_recording`` is its `report_columns.recording_key`. With ``revive``, one that is there in the bin
    comes back.
    """
    found = find_same_set(session, athlete_id, report, from_recording)
    if found is not None:
        is_back = revive and found.deleted_at is not None
        if is_back:
            found.deleted_at = None
        corrected = _should_replace(session, found, report)
        if corrected:
            fill_record(session, found, report)
        return Added(found, is_back, corrected)
    record = SetRecord(
        athlete_id=athlete_id,
        session_id=session_on(session, athlete_id, day).id,
        recorded_at=recorded_at,
        day=day,
        saved_at=datetime.now(UTC),
        corrected=False,
        recording_key=from_recording,
    )
    fill_record(session, record, report)
    session.add(record)
    session.flush()
    return Added(record, True)


def find_same_set(session: Session, athlete_id: int, report: SetReport, from_recording: str | None) -> SetRecord | None:
    """The athlete's set that a report is of, by what was measured or by its `report_columns.recording_key`; None if it is new."""
    same = SetRecord.content_key == content_key(report)
    if from_recording is not None:
        same = same | (SetRecord.recording_key == from_recording)
    return session.scalars(select(SetRecord).where(SetRecord.athlete_id == athlete_id, same)).first()


def put_curves(session: Session, record: SetRecord, curves: Curves) -> None:
    """Keep a set's curves, unless it has some."""
    if session.get(CurvesRecord, record.id) is None:
        session.add(CurvesRecord(set_id=record.id, curves=curves.model_dump_json()))


def put_pictures(session: Session, record: SetRecord, moments: dict[int, bytes]) -> None:
    """Keep a set's pictures by milliseconds of its video; they replace those that it has."""
    session.execute(delete(PictureRecord).where(PictureRecord.set_id == record.id))
    session.add_all(PictureRecord(set_id=record.id, at_ms=at_ms, jpeg=jpeg) for at_ms, jpeg in moments.items())


def load_report(session: Session, set_id: int) -> SetReport | None:
    """The stored report of a set; None if there is no such set."""
    return _load(session, set_id, ReportRecord, SetReport, "report")


def load_curves(session: Session, set_id: int) -> Curves | None:
    """The stored curves of a set; None where none were kept."""
    from formcheck.export.curves import Curves

    return _load(session, set_id, CurvesRecord, Curves, "curves")


def _load(session: Session, set_id: int, table: type[ReportRecord | CurvesRecord], model: type[Model], column: str) -> Model | None:
    """The JSON that a column of a set's row holds; None if there is no row. Raises `InputError` if it is damaged."""
    advice, named = "restore a backup, or delete the set", f"{column} of set {set_id}"
    try:
        stored = find_row(session, table, set_id)
    except (zlib.error, UnicodeDecodeError) as error:
        raise InputError(f"The {named} {'are' if column == 'curves' else 'is'} damaged; {advice}.") from error
    return None if stored is None else parse_json(model, getattr(stored, column), f"The damaged {named}", advice)


def _should_replace(session: Session, record: SetRecord, report: SetReport) -> bool:
    """Whether a report has newer corrections by hand than the stored one of the same set, or the stored one is damaged."""
    try:
        stored = load_report(session, record.id)
    except InputError:
        return True
    there = stored.corrections if stored is not None else []
    return bool(report.corrections) and (not there or there[-1].at < report.corrections[-1].at)


def fill_record(session: Session, record: SetRecord, report: SetReport) -> None:
    """Write a report into a set, with the columns and rows derived from it."""
    kept = stored_report(report)
    if record.id is not None:
        session.execute(delete(RepRecord).where(RepRecord.set_id == record.id))
        session.execute(update(ReportRecord).where(ReportRecord.set_id == record.id).values(report=kept.model_dump_json()))
        session.execute(delete(SetErrorRecord).where(SetErrorRecord.set_id == record.id))
        session.add_all(_with_set([*rep_records(kept), *error_records(kept)], record.id))
    else:
        record.report = ReportRecord(report=kept.model_dump_json())
        record.reps = rep_records(kept)
        record.errors = error_records(kept)
    for column, value in set_columns(kept).items():
        setattr(record, column, value)
    record.corrected = bool(kept.corrections)


def _with_set(rows: list[RepRecord | SetErrorRecord], set_id: int) -> list[RepRecord | SetErrorRecord]:
    for row in rows:
        row.set_id = set_id
    return rows


def get_set_record(session: Session, set_id: int) -> SetRecord:
    """The set of this number. Raises `InputError` if there is none."""
    missing = f"There is no set {set_id} in the history; formcheck history list shows what there is."
    return get_row(session, SetRecord, set_id, missing)


def set_row(record: SetRecord) -> SetRow:
    """A set's record as the frozen row that leaves the store."""
    return SetRow(*(getattr(record, field.name) for field in fields(SetRow)))
