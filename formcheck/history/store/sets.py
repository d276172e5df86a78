"""The sets in the history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import CursorResult, Select, delete, func, select
from sqlalchemy.orm import Session

from formcheck.history.store.athletes import AthleteStore, get_athlete_record
from formcheck.history.store.report_columns import (
    content_key,
    parse_moment,
    recording_key,
)
from formcheck.history.store.set_records import (
    add_set,
    fill_record,
    find_same_set,
    get_set_record,
    load_report,
    put_curves,
    session_on,
    set_row,
)
from formcheck.history.store.tables import (
    SessionRecord,
    SetErrorRecord,
    SetRecord,
)
from formcheck.history.values import ALWAYS, Athlete, Period, SavedSet, SetRow
from formcheck.report.schema import SetReport
from formcheck.support.errors import InputError, UsageError

if TYPE_CHECKING:
    from formcheck.export.curves import Curves

# A page of text.
MAX_NOTE_LETTERS = 2_000
_SET_COLUMNS = [getattr(SetRecord, field.name) for field in fields(SetRow)]


class SetStore(AthleteStore):
    """The store's methods about sets."""

    def save_report(
        self,
        report: SetReport,
        athlete: Athlete | int | str | None = None,
        *,
        recorded_at: datetime | None = None,
        recording_sha256: str | None = None,
        html_path: Path | str | None = None,
        recording_path: Path | str | None = None,
        curves: Curves | None = None,
    ) -> SavedSet:
        """Save a set, in one transaction.

        Parameters
        ----------
        athlete
            Whose set it is: an athlete, their number, or a name (added if new); None is the only athlete there is.
        recorded_at
            When the set was done; by default the report's ``recorded_at``, or now without one. Its zone decides the day.
        recording_sha256
            Of the video's bytes (`formcheck.support.files.hash_file`), where there is one.
        curves
            The set's curves (:func:`formcheck.export.curves.make_curves`), for comparing it with another one.

        Returns
        -------
        The saved set; ``already_saved`` when it was there before. A set saved again out of the bin comes back. One that was
        corrected by hand replaces the same set as it was before, and is not lost when the video is analyzed again.
        """
        if isinstance(athlete, str | None):
            athlete = self.resolve_athlete(athlete, create=True)
        athlete_id = athlete.id if isinstance(athlete, Athlete) else athlete
        moment = recorded_at or (parse_moment(report.recorded_at) if report.recorded_at else datetime.now().astimezone())
        if moment.tzinfo is None:
            moment = moment.astimezone()

        def change(session: Session) -> SavedSet:
            get_athlete_record(session, athlete_id)
            from_recording = recording_key(report, recording_sha256)
            added = add_set(session, athlete_id, report, moment, day=moment.date(), from_recording=from_recording)
            record = added.record
            if curves is not None:
                put_curves(session, record, curves)
            if html_path is not None:
                record.html_path = str(html_path)
            if recording_path is not None:
                record.recording_path = str(recording_path)
            session.flush()
            return SavedSet(set_row(record), already_saved=not added.is_new, corrected=added.corrected)

        return self.write("saving the set", change)

    def save_many(self, sets: Iterable[tuple[SetReport, datetime, Curves | None]], athlete_id: int) -> int:
        """Save many sets, each with its moment and its curves, all in one transaction; return how many were new."""
        wanted = list(sets)

        def save(session: Session, report: SetReport, moment: datetime, curves: Curves | None) -> bool:
            added = add_set(session, athlete_id, report, moment, day=moment.date(), from_recording=None)
            if curves is not None:
                put_curves(session, added.record, curves)
            return added.is_new

        def change(session: Session) -> int:
            get_athlete_record(session, athlete_id)
            return sum(save(session, *item) for item in wanted)

        return self.write("saving the sets", change)

    def replace_report(self, set_id: int, report: SetReport) -> SetRow:
        """Replace a saved set's report with a corrected one; the set is marked while it differs from what was counted."""

        def change(session: Session) -> SetRow:
            record = get_set_record(session, set_id)
            key = content_key(report)
            twin = session.scalar(
                select(SetRecord.recorded_at).where(
                    SetRecord.athlete_id == record.athlete_id, SetRecord.content_key == key, SetRecord.id != set_id
                )
            )
            if twin is not None:
                when = f"{twin.astimezone():%Y-%m-%d %H:%M}"
                raise UsageError(f"The corrected set is in the history already, as that of {when}; delete one of the two.")
            another = key != record.content_key
            fill_record(session, record, report)
            record.corrected = record.corrected or another
            session.flush()
            return set_row(record)

        return self.write("correcting the set", change)

    def set_files(self, set_id: int, *, html_path: Path | str | None, recording_path: Path | str | None) -> None:
        """Note where the set's HTML report and kept recording lie."""

        def change(session: Session) -> None:
            record = get_set_record(session, set_id)
            record.html_path = None if html_path is None else str(html_path)
            record.recording_path = None if recording_path is None else str(recording_path)

        self.write("noting the set's files", change)

    def list_sets(
        self,
        athlete_id: int | None = None,
        *,
        exercise: str | None = None,
        side: str | None = None,
        period: Period = ALWAYS,
        deleted: bool = False,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> list[SetRow]:
        """Sets without their reports, by time. ``deleted``: those in the bin."""
        query = select(*_SET_COLUMNS).where(SetRecord.deleted_at.is_not(None) if deleted else SetRecord.deleted_at.is_(None))
        query = _filtered(query, athlete_id, exercise, side, period)
        moment, number = SetRecord.recorded_at, SetRecord.id
        query = query.order_by(moment.desc(), number.desc()) if newest_first else query.order_by(moment, number)
        with self.reading() as session:
            return [SetRow(*row) for row in session.execute(query.limit(limit))]

    def latest_sets(self, athlete_id: int, limit: int = 10) -> list[SetRow]:
        """The athlete's latest sets, newest first."""
        return self.list_sets(athlete_id, newest_first=True, limit=limit)

    def get_set(self, set_id: int) -> SetRow:
        """One set, even if it is in the bin."""
        with self.reading() as session:
            return set_row(get_set_record(session, set_id))

    def find_set(self, athlete_id: int, report: SetReport, recording_sha256: str | None = None) -> int | None:
        """The number of the athlete's set that saving this report would find there already; None if it is new."""
        with self.reading() as session:
            found = find_same_set(session, athlete_id, report, recording_key(report, recording_sha256))
            return None if found is None else found.id

    def get_report(self, set_id: int) -> SetReport:
        """The whole report of a set."""
        with self.reading() as session:
            report = load_report(session, set_id)
        if report is None:
            raise InputError(f"There is no set {set_id} in the history; formcheck history list shows what there is.")
        return report

    def trend_columns(
        self,
        athlete_id: int,
        exercise: str,
        side: str | None,
        columns: Iterable[str],
        period: Period = ALWAYS,
        *,
        error_of: str | None = None,
        condition: str | None = None,
    ) -> dict[str, NDArray[Any]]:
        """Columns of the sets of one exercise and leg as arrays, by time, for a trend.

        Dates come as day numbers (``date.toordinal``), missing measures as nan, texts as strings. With ``error_of``, a measure's
        name, the column "error" is the set's standard error of that measure. With ``condition``, only sets of which that was said.
        """
        names = list(columns)
        chosen = [getattr(SetRecord, name) for name in names]
        query = select(*chosen).where(SetRecord.deleted_at.is_(None))
        if error_of is not None:
            names.append("error")
            of_measure = (SetErrorRecord.set_id == SetRecord.id) & (SetErrorRecord.measure == error_of)
            query = query.add_columns(SetErrorRecord.error).outerjoin(SetErrorRecord, of_measure)
        query = _filtered(query, athlete_id, exercise, side, period)
        if condition is not None:
            query = query.where(SetRecord.condition == condition)
        with self.reading() as session:
            rows = session.execute(query.order_by(SetRecord.day, SetRecord.id)).all()
        return {name: _array(name, [row[i] for row in rows]) for i, name in enumerate(names)}

    def list_errors(self, athlete_id: int, measure: str) -> dict[int, float]:
        """The standard error of a measure, by set, where the set has one."""
        query = select(SetErrorRecord.set_id, SetErrorRecord.error).join(SetRecord, SetRecord.id == SetErrorRecord.set_id)
        with self.reading() as session:
            rows = session.execute(query.where(SetRecord.athlete_id == athlete_id, SetErrorRecord.measure == measure))
            return {row.set_id: row.error for row in rows}

    def delete_sets(self, set_ids: Iterable[int]) -> int:
        """Move sets to the bin together and return how many were not in it; :meth:`undo_delete` brings those back together."""
        now, wanted = datetime.now(UTC), set(set_ids)

        def change(session: Session) -> int:
            records = [get_set_record(session, set_id) for set_id in wanted]
            kept = [record for record in records if record.deleted_at is None]
            for record in kept:
                record.deleted_at = now
            return len(kept)

        return self.write("deleting the set", change)

    def undo_delete(self, set_id: int | None = None) -> list[SetRow]:
        """Restore a set from the bin, or all that were deleted last, and return them."""

        def change(session: Session) -> list[SetRow]:
            if set_id is not None:
                records = [get_set_record(session, set_id)]
            else:
                last = select(func.max(SetRecord.deleted_at)).scalar_subquery()
                records = list(session.scalars(select(SetRecord).where(SetRecord.deleted_at == last)))
            restored = [record for record in records if record.deleted_at is not None]
            for record in restored:
                record.deleted_at = None
            return [set_row(record) for record in restored]

        return self.write("undoing the deletion", change)

    def purge(self) -> int:
        """Delete for good what is in the bin, and return how many sets that was."""
        now = datetime.now(UTC)

        def change(session: Session) -> tuple[int, list[str]]:
            old = SetRecord.deleted_at <= now
            paths = session.execute(select(SetRecord.html_path, SetRecord.recording_path).where(old)).all()
            gone = session.execute(delete(SetRecord).where(old))
            return (gone.rowcount if isinstance(gone, CursorResult) else 0), [path for pair in paths for path in pair if path]

        count, paths = self.write("emptying the bin", change)
        self._remove_files(paths)
        self.scrub()
        return count

    def note_session(self, athlete_id: int, day: date, note: str | None) -> None:
        """Keep a note with a day's training; an empty one removes it."""
        if note and (len(note) > MAX_NOTE_LETTERS or "\0" in note):
            raise UsageError(f"A note is text of at most {MAX_NOTE_LETTERS} letters; shorten it.")

        def change(session: Session) -> None:
            get_athlete_record(session, athlete_id)
            session_on(session, athlete_id, day).note = note or None

        self.write("saving the note", change)

    def session_notes(self, athlete_id: int) -> dict[date, str]:
        """The notes that days of training have."""
        query = select(SessionRecord.day, SessionRecord.note).where(
            SessionRecord.athlete_id == athlete_id, SessionRecord.note.is_not(None)
        )
        with self.reading() as session:
            return {day: str(note) for day, note in session.execute(query)}


def _filtered(query: Select[Any], athlete_id: int | None, exercise: str | None, side: str | None, period: Period) -> Select[Any]:
    wanted = {SetRecord.athlete_id: athlete_id, SetRecord.exercise: exercise, SetRecord.side: side}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    if period.since is not None:
        query = query.where(SetRecord.day >= period.since)
    return query if period.until is None else query.where(SetRecord.day <= period.until)


def _array(name: str, values: list[Any]) -> NDArray[Any]:
    if name == "day":
        return np.array([value.toordinal() for value in values], dtype=np.int64)
    if name in ("id", "measures_version", "rep_count", "clean_reps", "unjudged_reps"):
        return np.array(values, dtype=np.int64)
    if name in ("model", "view"):
        return np.array([value or "" for value in values], dtype=np.str_)
    if name in ("usable", "corrected"):
        return np.array(values, dtype=bool)
    return np.array([np.nan if value is None else value for value in values], dtype=float)
