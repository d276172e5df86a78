"""The athletes' running log in the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from formcheck.history.store.athletes import get_athlete_record
from formcheck.history.store.sets import SetStore
from formcheck.history.store.tables import RunRecord, TickRecord, get_row
from formcheck.history.values import Imported
from formcheck.support.errors import UsageError
from formcheck.training.load import REPS, LoadReview, WeekLoad, review_load, review_runs
from formcheck.training.run import MAX_RUN_KM, Run


class RunningBook:
    """The running log of a store, at ``store.running``."""

    def __init__(self, store: SetStore) -> None:
        """Work on an open store."""
        self._store = store

    def add_run(self, athlete_id: int, day: date, km: float, note: str | None = None) -> Run:
        """Enter a run by hand."""
        check_km(km)

        def change(session: Session) -> Run:
            get_athlete_record(session, athlete_id)
            record = RunRecord(athlete_id=athlete_id, day=day, km=km, source="hand", note=note or None)
            session.add(record)
            session.flush()
            return _run(record)

        return self._store.write("saving the run", change)

    def add_imported(self, athlete_id: int, runs: Iterable[Run]) -> Imported:
        """Add the runs of a file (:func:`formcheck.training.run_files.read_runs`), except those added before."""
        wanted = list(runs)

        def change(session: Session) -> Imported:
            get_athlete_record(session, athlete_id)
            return add_runs(session, athlete_id, wanted)

        return self._store.write("importing the runs", change)

    def delete_run(self, run_id: int) -> None:
        """Take a run out of the log."""

        def change(session: Session) -> None:
            missing = f"There is no run {run_id} in the log; formcheck history running show lists them."
            session.delete(get_row(session, RunRecord, run_id, missing))

        self._store.write("deleting the run", change)

    def list_runs(self, athlete_id: int, since: date | None = None, until: date | None = None) -> list[Run]:
        """The runs by day."""
        query = select(RunRecord).where(RunRecord.athlete_id == athlete_id).order_by(RunRecord.day, RunRecord.id)
        if since is not None:
            query = query.where(RunRecord.day >= since)
        if until is not None:
            query = query.where(RunRecord.day <= until)
        with self._store.reading() as session:
            return [_run(record) for record in session.scalars(query)]

    def review(self, athlete_id: int, today: date) -> LoadReview:
        """Weekly kilometers with their ceilings, and runs far longer than those before."""
        ticks = select(TickRecord.day).where(TickRecord.athlete_id == athlete_id, TickRecord.work == "walk-run")
        with self._store.reading() as session:
            walk_run_days = list(session.scalars(ticks))
        return review_runs(((run.day, run.km) for run in self.list_runs(athlete_id)), today, walk_run_days)

    def review_exercise(self, athlete_id: int, today: date) -> LoadReview:
        """Weekly repetitions of all exercises, without a ceiling: levels and pain govern them, not the 10 % rule."""
        sets = self._store.list_sets(athlete_id)
        review = review_load(((row.day, float(row.rep_count)) for row in sets), today, REPS)
        return LoadReview(tuple(WeekLoad(week.monday, week.total, None) for week in review.weeks), None, REPS)


def check_km(km: float) -> None:
    """Refuse a distance, NaN included, that nobody runs, with a `UsageError`."""
    if not 0 < km <= MAX_RUN_KM:
        raise UsageError(f"A run of {km:g} km is not between 0 and {MAX_RUN_KM:g} km; give the distance in kilometers.")


def add_runs(session: Session, athlete_id: int, runs: list[Run]) -> Imported:
    """Add runs to a log, except those that are in it (entered by hand: one of the same day, length and note)."""
    query = select(RunRecord).where(RunRecord.athlete_id == athlete_id)
    present = list(session.scalars(query))
    keys = {record.source_key for record in present if record.source_key}
    by_hand = {(record.day, record.km, record.note) for record in present if not record.source_key}
    added = 0
    for run in runs:
        is_there = run.source_key in keys if run.source_key else (run.day, run.km, run.note) in by_hand
        if is_there:
            continue
        if run.source_key:
            keys.add(run.source_key)
        session.add(
            RunRecord(
                athlete_id=athlete_id,
                day=run.day,
                km=run.km,
                source=run.source,
                source_key=run.source_key,
                note=run.note,
            )
        )
        added += 1
    return Imported(runs=added, already_there=len(runs) - added)


def _run(record: RunRecord) -> Run:
    return Run(day=record.day, km=record.km, source=record.source, source_key=record.source_key, note=record.note, id=record.id)
