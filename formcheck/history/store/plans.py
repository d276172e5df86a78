"""The athletes' 12-week plans in the store: enrolments, ticks by hand, and the day's work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from formcheck import training
from formcheck.history.store.athletes import get_athlete_record
from formcheck.history.store.runs import RunningBook
from formcheck.history.store.sets import SetStore
from formcheck.history.store.tables import EnrolmentRecord, PauseRecord, TickRecord
from formcheck.support.errors import UsageError


class PlanBook:
    """The plans of a store, at ``store.plans``."""

    def __init__(self, store: SetStore, running: RunningBook) -> None:
        """Work on an open store's sets and its running log."""
        self._store = store
        self._running = running

    def enrolment(self, athlete_id: int) -> training.Enrolment | None:
        """The athlete's plan; None if none was started, or it was stopped."""
        with self._store.reading() as session:
            record = _current(session, athlete_id)
            return None if record is None else _enrolment(record)

    def start(self, athlete_id: int, day: date) -> training.Enrolment:
        """Start the plan on a day; one that is under way is stopped."""

        def change(session: Session) -> training.Enrolment:
            get_athlete_record(session, athlete_id)
            running = _current(session, athlete_id)
            if running is not None:
                running.ended_at = datetime.now(UTC)
            begun = training.start(day)
            session.add(EnrolmentRecord(athlete_id=athlete_id, started_on=day, created_at=datetime.now(UTC)))
            return begun

        return self._store.write("starting the plan", change)

    def stop(self, athlete_id: int) -> None:
        """Leave the plan; saved sets and ticks stay."""

        def change(session: Session) -> None:
            _must_have(session, athlete_id).ended_at = datetime.now(UTC)

        self._store.write("stopping the plan", change)

    def pause(self, athlete_id: int, day: date) -> training.Enrolment:
        """Stand still from a day on."""
        return self._alter(athlete_id, lambda enrolment: training.pause(enrolment, day))

    def resume(self, athlete_id: int, day: date) -> training.Enrolment:
        """Go on from a day."""
        return self._alter(athlete_id, lambda enrolment: training.resume(enrolment, day))

    def shift(self, athlete_id: int, days: int, on: date) -> training.Enrolment:
        """Move the work from a day on by some days."""
        return self._alter(athlete_id, lambda enrolment: training.shift(enrolment, days, on))

    def _alter(self, athlete_id: int, alteration: Callable[[training.Enrolment], training.Enrolment]) -> training.Enrolment:
        def change(session: Session) -> training.Enrolment:
            record = _must_have(session, athlete_id)
            altered = alteration(_enrolment(record))
            record.started_on = altered.started_on
            session.execute(delete(PauseRecord).where(PauseRecord.enrolment_id == record.id))
            session.add_all(
                PauseRecord(enrolment_id=record.id, first_day=p.first_day, resumed_on=p.resumed_on) for p in altered.pauses
            )
            return altered

        return self._store.write("changing the plan", change)

    def tick(self, athlete_id: int, day: date, work: str, side: str = "both", sets_done: int | None = None) -> None:
        """Tick work off by hand, in addition to what the saved sets show; 0 takes the tick back.

        ``sets_done`` defaults to the prescription.
        """
        known = training.WORK.get(work)
        if known is None:
            raise UsageError(f"There is no work called {work}; choose one of {', '.join(training.WORK)}.")
        if side not in known.sides:
            raise UsageError(f"{known.title} is counted for {' or '.join(known.sides)}, not for {side}.")
        count = known.sets if sets_done is None else sets_done
        if not 0 <= count <= 100:
            raise UsageError(f"{count} sets in a day cannot be ticked; give a number from 0 to 100.")

        def change(session: Session) -> None:
            get_athlete_record(session, athlete_id)
            where = {"athlete_id": athlete_id, "day": day, "work": work, "side": side}
            found = session.scalar(select(TickRecord).filter_by(**where))
            if count == 0:
                if found is not None:
                    session.delete(found)
            elif found is not None:
                found.sets_done = count
            else:
                session.add(TickRecord(**where, sets_done=count))

        self._store.write("ticking the work", change)

    def ticks(self, athlete_id: int) -> dict[tuple[date, str, str], int]:
        """The ticks made by hand, by day, work and side."""
        query = select(TickRecord.day, TickRecord.work, TickRecord.side, TickRecord.sets_done)
        with self._store.reading() as session:
            rows = session.execute(query.where(TickRecord.athlete_id == athlete_id))
            return {(day, work, side): sets for day, work, side, sets in rows}

    def done_sets(self, athlete_id: int, since: date | None = None, until: date | None = None) -> Counter[tuple[date, str, str]]:
        """Sets done: the saved ones and the ticks by hand, added."""
        done = training.count_done_sets(self._store.list_sets(athlete_id, since=since, until=until))
        for (day, work, side), sets in self.ticks(athlete_id).items():
            if (since is None or since <= day) and (until is None or day <= until):
                done[day, work, side] += sets
        return done

    def work_on(self, athlete_id: int, day: date) -> training.DayPlan:
        """The work of a day (today's, for the home page) with what is done of it."""
        return self.calendar(athlete_id, day, day)[0]

    def calendar(self, athlete_id: int, first: date, last: date) -> list[training.DayPlan]:
        """Every day from ``first`` to ``last`` with what is done of it."""
        runs = self._running.list_runs(athlete_id, since=first, until=last)
        done = self.done_sets(athlete_id, since=first, until=last)
        return training.calendar(self.enrolment(athlete_id), first, last, done, (run.day for run in runs))

    def adherence(self, athlete_id: int, until: date) -> list[training.WeekAdherence]:
        """Sets done against prescribed, week by week; empty without a plan."""
        enrolment = self.enrolment(athlete_id)
        if enrolment is None:
            return []
        return training.adherence(enrolment, until, self.done_sets(athlete_id, since=enrolment.started_on, until=until))


def _current(session: Session, athlete_id: int) -> EnrolmentRecord | None:
    return session.scalars(
        select(EnrolmentRecord)
        .where(EnrolmentRecord.athlete_id == athlete_id, EnrolmentRecord.ended_at.is_(None))
        .order_by(EnrolmentRecord.id.desc())
    ).first()


def _must_have(session: Session, athlete_id: int) -> EnrolmentRecord:
    record = _current(session, athlete_id)
    if record is None:
        raise UsageError("There is no plan under way; start one with formcheck history plan start.")
    return record


def _enrolment(record: EnrolmentRecord) -> training.Enrolment:
    return training.Enrolment(
        record.started_on, tuple(training.Pause(pause.first_day, pause.resumed_on) for pause in record.pauses)
    )
