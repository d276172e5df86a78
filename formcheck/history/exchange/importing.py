"""Import a document's parts in one transaction; what is already there stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from formcheck.history.exchange.diary_parts import add_diary
from formcheck.history.exchange.document import AthletePart, SetPart
from formcheck.history.exchange.limits import MAX_ATHLETES, MAX_SETS, check_set
from formcheck.history.store.athletes import add_athlete_record, check_athlete, find_athlete_record
from formcheck.history.store.runs import add_runs
from formcheck.history.store.set_records import add_set, put_curves, put_pictures, session_on
from formcheck.history.store.store import Store
from formcheck.history.store.tables import AthleteRecord, EnrolmentRecord, PauseRecord, SetRecord, TickRecord
from formcheck.history.values import Imported
from formcheck.support.errors import InputError
from formcheck.training.run import Run


@dataclass
class Importer:
    """Imports an athlete's parts, and counts what was new."""

    store: Store
    session: Session
    imported: Imported = field(default_factory=Imported)
    _seen: set[int] = field(default_factory=set)
    _new: set[int] = field(default_factory=set)
    _sets: int = 0

    def add_athlete(self, name: str) -> AthleteRecord:
        """Find the athlete of this name, or add them."""
        tidy = check_athlete(name=name)
        record = find_athlete_record(self.session, tidy)
        if record is None:
            record = add_athlete_record(self.session, tidy)
            self._new.add(record.id)
            self._count(athletes=1)
        self._seen.add(record.id)
        if len(self._seen) > MAX_ATHLETES:
            raise InputError(f"it has more than {MAX_ATHLETES} athletes")
        return record

    def fill_athlete(self, record: AthleteRecord, part: AthletePart) -> None:
        """Add what a document says of an athlete besides the sets; an athlete who was there before keeps their own data."""
        if record.id in self._new:
            own = {name: getattr(part, name) for name in ("height_cm", "mass_kg", "birth_year", "sex")}
            check_athlete(name=part.name, **own)
            for column, value in own.items():
                setattr(record, column, value)
            record.created_at, record.sample = part.created_at, part.sample
        for day, note in part.notes.items():
            day_session = session_on(self.session, record.id, day)
            day_session.note = day_session.note or note
        _add_plan(self.session, record.id, part)
        add_diary(self.session, record.id, part)
        runs = add_runs(
            self.session,
            record.id,
            [Run(day=r.day, km=r.km, source=r.source, source_key=r.source_key, note=r.note) for r in part.runs],
        )
        self._count(runs=runs.runs, already_there=runs.already_there)

    def add_set(self, athlete_id: int, part: SetPart) -> None:
        """Add a set that passes the checks (`formcheck.history.exchange.limits`), unless it is there."""
        self._sets += 1
        if self._sets > MAX_SETS:
            raise InputError(f"it has more than {MAX_SETS} sets")
        pictures = dict(part.pictures)
        check_set(part.report, part.curves, pictures)
        added = add_set(
            self.session,
            athlete_id,
            part.report,
            part.recorded_at,
            day=part.day,
            from_recording=part.recording_key,
            revive=part.deleted_at is None,
        )
        record = added.record
        if part.curves is not None:
            put_curves(self.session, record, part.curves)
        if added.is_new:
            put_pictures(self.session, record, pictures)
            record.saved_at, record.deleted_at = part.saved_at, part.deleted_at
            record.corrected = record.corrected or part.corrected
            record.html_path = self._unclaimed(part.html_path)
            record.recording_path = self._unclaimed(part.recording_path)
        self.session.flush()
        self.session.expunge(record)
        self._count(sets=int(added.is_new), already_there=int(not added.is_new))

    def _unclaimed(self, path: str | None) -> str | None:
        """The kept file that a set claims, if it lies in the history's own folder and belongs to no other set.

        Erasing a set removes its files, so an imported set must not name the files of another one.
        """
        own = self.store.find_own_file(path)
        if own is None:
            return None
        names = [str(own), str(path)]
        claimed = or_(SetRecord.html_path.in_(names), SetRecord.recording_path.in_(names))
        return None if self.session.scalar(select(SetRecord.id).where(claimed).limit(1)) else str(Path(own))

    def _count(self, athletes: int = 0, sets: int = 0, runs: int = 0, already_there: int = 0) -> None:
        so_far = self.imported
        self.imported = Imported(
            so_far.athletes + athletes, so_far.sets + sets, so_far.runs + runs, so_far.already_there + already_there
        )


def _add_plan(session: Session, athlete_id: int, part: AthletePart) -> None:
    present = session.execute(
        select(EnrolmentRecord.started_on, EnrolmentRecord.created_at).where(EnrolmentRecord.athlete_id == athlete_id)
    )
    known = {(started_on, created_at) for started_on, created_at in present}
    for item in part.enrolments:
        if (item.started_on, item.created_at) not in known:
            record = EnrolmentRecord(athlete_id=athlete_id, **item.model_dump(exclude={"pauses"}))
            record.pauses = [PauseRecord(**pause.model_dump()) for pause in item.pauses]
            session.add(record)
    ticks = session.scalars(select(TickRecord).where(TickRecord.athlete_id == athlete_id))
    ticked = {(tick.day, tick.work, tick.side) for tick in ticks}
    for tick in part.ticks:
        key = (tick.day, tick.work, tick.side)
        if key not in ticked:
            ticked.add(key)
            session.add(TickRecord(athlete_id=athlete_id, **tick.model_dump()))
