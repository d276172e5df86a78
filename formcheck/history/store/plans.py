"""The athletes' 12-week plans in the store: enrolments, ticks by hand, the day's work, and how they stand on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from formcheck import training
from formcheck.history.store.athletes import get_athlete_record
from formcheck.history.store.diary import Diary
from formcheck.history.store.runs import RunningBook
from formcheck.history.store.sets import SetStore
from formcheck.history.store.tables import EnrolmentRecord, PauseRecord, TickRecord
from formcheck.history.values import SetRow
from formcheck.support.dates import LAST_YEAR
from formcheck.support.errors import UsageError
from formcheck.training.catalogue import DEFAULT_TRACK
from formcheck.training.days import is_deload_day
from formcheck.training.enrolment import last_year
from formcheck.training.pain import PainScores
from formcheck.training.red_flags import raised_flags
from formcheck.training.return_to_running import EntryAnswers, RunningHistory, RunningStanding, judge_running
from formcheck.training.sessions import TrainingLog, build_ladders, describe_need
from formcheck.training.tracks import check_track

_RAISES = "heel-raise-endurance"


class PlanBook:
    """The plans of a store, at ``store.plans``."""

    def __init__(self, store: SetStore, running: RunningBook, diary: Diary) -> None:
        """Work on an open store's sets, its running log and its diary."""
        self._store = store
        self._running = running
        self._diary = diary

    def enrolment(self, athlete_id: int) -> training.Enrolment | None:
        """The athlete's plan; None if none was started, or it was stopped."""
        with self._store.reading() as session:
            record = _current(session, athlete_id)
            return None if record is None else _enrolment(record)

    def require(self, athlete_id: int) -> training.Enrolment:
        """The athlete's plan. Raises `UsageError` if none is under way."""
        with self._store.reading() as session:
            return _enrolment(_must_have(session, athlete_id))

    def start(self, athlete_id: int, day: date, track: str = DEFAULT_TRACK) -> training.Enrolment:
        """Start the plan on a day, on a track; one that is under way is stopped."""
        check_track(track, training.current_catalogue())

        def change(session: Session) -> training.Enrolment:
            get_athlete_record(session, athlete_id)
            running = _current(session, athlete_id)
            if running is not None:
                running.ended_at = datetime.now(UTC)
            begun = training.start(day, track)
            session.add(EnrolmentRecord(athlete_id=athlete_id, started_on=day, track=track, created_at=datetime.now(UTC)))
            return begun

        return self._store.write("starting the plan", change)

    def stop(self, athlete_id: int) -> None:
        """Leave the plan; saved sets and ticks stay."""

        def change(session: Session) -> None:
            _must_have(session, athlete_id).ended_at = datetime.now(UTC)

        self._store.write("stopping the plan", change)

    def pause(self, athlete_id: int, day: date) -> training.Enrolment:
        """Pause from a day on."""
        return self._alter(athlete_id, lambda enrolment: training.pause(enrolment, day))

    def resume(self, athlete_id: int, day: date) -> training.Enrolment:
        """Continue from a day."""
        return self._alter(athlete_id, lambda enrolment: training.resume(enrolment, day))

    def shift(self, athlete_id: int, days: int, on: date) -> training.Enrolment:
        """Move the work from a day on by some days."""
        return self._alter(athlete_id, lambda enrolment: training.shift(enrolment, days, on))

    def _alter(self, athlete_id: int, alteration: Callable[[training.Enrolment], training.Enrolment]) -> training.Enrolment:
        def change(session: Session) -> training.Enrolment:
            record = _must_have(session, athlete_id)
            altered = alteration(_enrolment(record))
            if last_year(altered) > LAST_YEAR:  # an import refuses later days: an export could not be read back
                raise UsageError(f"The plan would reach beyond the year {LAST_YEAR}; move it by fewer days.")
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
        known = training.all_work()
        if work not in known:
            raise UsageError(f"There is no work called {work}; choose one of {', '.join(known)}.")
        if side not in training.sides_of(work):
            raise UsageError(f"{known[work].title} is counted for {' or '.join(training.sides_of(work))}, not for {side}.")
        count = self._asked_sets(athlete_id, day, work) if sets_done is None else sets_done
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

    def done_sets(self, athlete_id: int, progress: training.Progress | None = None) -> Counter[tuple[date, str, str]]:
        """Sets done: the saved ones and the ticks by hand, added."""
        done = training.count_done_sets(self._store.list_sets(athlete_id), progress)
        done.update(self.ticks(athlete_id))
        return done

    def log(self, athlete_id: int) -> TrainingLog:
        """What was ticked, felt and set by hand."""
        diary = self._diary
        return TrainingLog(
            self.ticks(athlete_id), diary.pain(athlete_id), diary.chosen_levels(athlete_id), diary.leg_levels(athlete_id)
        )

    def progress(self, athlete_id: int, today: date) -> training.Progress:
        """The levels of every exercise, what running means today, and red flags that stop the plan."""
        return self._progress(athlete_id, today, self.enrolment(athlete_id), self._store.list_sets(athlete_id))

    def _progress(
        self, athlete_id: int, today: date, enrolment: training.Enrolment | None, rows: list[SetRow]
    ) -> training.Progress:
        rules, log = training.current_catalogue(), self.log(athlete_id)
        flags = self._diary.answers(athlete_id, "red-flags")
        # A code that a changed programme no longer has cannot be judged, and is left out.
        known = {flag.code for flag in rules.red_flags}
        raised = {} if flags is None else {code: answer == "yes" for code, answer in flags.answers.items() if code in known}
        return training.Progress(
            ladders={} if enrolment is None else build_ladders(enrolment, rows, log, today, rules),
            running=self._stand_on_running(athlete_id, today, enrolment, log.pain),
            stopped_by=raised_flags(raised, rules),
            stopped_on=None if flags is None else flags.day,
            catalogue=rules,
        )

    def _stand_on_running(
        self, athlete_id: int, today: date, enrolment: training.Enrolment | None, pain: Mapping[date, PainScores]
    ) -> RunningStanding:
        rules = training.current_catalogue()
        track = rules.tracks.get(DEFAULT_TRACK if enrolment is None else enrolment.track)
        answered, ticks = self._diary.answers(athlete_id, "track"), self.ticks(athlete_id)
        history = RunningHistory(
            run_days=tuple(run.day for run in self._running.list_runs(athlete_id)),
            walk_run_days=tuple(day for day, work, _ in ticks if work == "walk-run"),
            walk_days=tuple(day for day, work, _ in ticks if work == "walk"),
            reports_running=None if answered is None or "runs" not in answered.answers else answered.answers["runs"] == "yes",
            reported_on=None if answered is None else answered.day,
            entry=self.entry_answers(athlete_id),
        )
        needs_entry = track is not None and track.return_criteria
        return judge_running(
            history, pain, today, rules, needs_entry=needs_entry, is_deload=lambda day: is_deload_day(enrolment, day, rules)
        )

    def entry_answers(self, athlete_id: int) -> EntryAnswers:
        """What is known of the entry criteria of the return to running: the newest answers and heel-raise tests."""
        asked = self._diary.answers(athlete_id, "running")
        answers = {} if asked is None else asked.answers
        entered = [(result.day, result.side, result.value) for result in self._diary.results(athlete_id) if result.kind == _RAISES]
        rows = self._store.list_sets(athlete_id, exercise="heel-raise")
        filmed = [(row.day, row.side or "", float(row.rep_count)) for row in rows if row.test is not None and row.usable]
        raises = {side: count for _, side, count in sorted([*entered, *filmed])}
        walk, hops = answers.get("walk-pain"), answers.get("hops-pain-free")
        return EntryAnswers(
            walk_pain=None if walk is None else int(walk),
            raises_left=raises.get("left"),
            raises_right=raises.get("right"),
            hops_pain_free=None if hops is None else hops == "yes",
            answered_on=None if asked is None else asked.day,
        )

    def describe_need(self, athlete_id: int, today: date) -> str:
        """Why a professional should be seen, in a sentence: too much pain in a row, or pain that stays. Empty without a reason."""
        running = {run.day for run in self._running.list_runs(athlete_id)}
        running |= {day for day, work, _ in self.ticks(athlete_id) if work in ("run", "walk-run")}
        return describe_need(self._diary.pain(athlete_id), today, training.current_catalogue(), running)

    def work_on(self, athlete_id: int, day: date) -> training.DayPlan:
        """The work of a day (today's, for the home page) with what is done of it."""
        return self.calendar(athlete_id, day, day)[0]

    def calendar(self, athlete_id: int, first: date, last: date) -> list[training.DayPlan]:
        """Every day from ``first`` to ``last`` with what is done of it; later days have the levels of today."""
        runs = self._running.list_runs(athlete_id, since=first, until=last)
        enrolment, rows = self.enrolment(athlete_id), self._store.list_sets(athlete_id)
        progress = self._progress(athlete_id, min(max(date.today(), first), last), enrolment, rows)
        done = training.count_done_sets(rows, progress)
        done.update(self.ticks(athlete_id))
        return training.calendar(enrolment, first, last, done, (run.day for run in runs), progress)

    def adherence(self, athlete_id: int, until: date) -> list[training.WeekAdherence]:
        """Sets done against prescribed, week by week; empty without a plan."""
        enrolment = self.enrolment(athlete_id)
        if enrolment is None:
            return []
        progress = self.progress(athlete_id, until)
        return training.adherence(enrolment, until, self.done_sets(athlete_id, progress), progress)

    def _asked_sets(self, athlete_id: int, day: date, work: str) -> int:
        """How many sets a tick counts as: those of the day's work, otherwise of the exercise's first level."""
        asked = [item.work.sets for item in self.work_on(athlete_id, day).items if item.work.name == work]
        return asked[0] if asked else training.all_work()[work].sets


def _current(session: Session, athlete_id: int) -> EnrolmentRecord | None:
    return session.scalars(
        select(EnrolmentRecord)
        .where(EnrolmentRecord.athlete_id == athlete_id, EnrolmentRecord.ended_at.is_(None))
        .order_by(EnrolmentRecord.id.desc())
    ).first()


def _must_have(session: Session, athlete_id: int) -> EnrolmentRecord:
    record = _current(session, athlete_id)
    if record is None:
        raise UsageError("There is no plan under way; start one with formcheck plan start.")
    return record


def _enrolment(record: EnrolmentRecord) -> training.Enrolment:
    return training.Enrolment(
        record.started_on, tuple(training.Pause(pause.first_day, pause.resumed_on) for pause in record.pauses), record.track
    )
