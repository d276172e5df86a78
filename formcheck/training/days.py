"""A day's work, and how much of it is done: ticked automatically from the saved sets, or by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import Protocol

from formcheck.support.form import FormCount
from formcheck.support.language import lower_first, tr
from formcheck.support.legs import LEG_WORDS, add_leg
from formcheck.training.catalogue import DEFAULT_TRACK, Catalogue, Level, RedFlag, WorkSide, current_catalogue
from formcheck.training.enrolment import Enrolment, PlanState, last_day, plan_day, state_on
from formcheck.training.ladder import EACH_LEG, Ladder, Standing
from formcheck.training.programme import RUNNING_WORK, WEEKS, Work, activity_work, drill_work
from formcheck.training.red_flags import describe_stop
from formcheck.training.return_to_running import RunningStanding

LEGS: tuple[WorkSide, WorkSide] = ("left", "right")
# Sets done, by day, work and side.
DoneSets = Mapping[tuple[date, str, str], int]


class DoneSet(Protocol):
    """The fields needed of a saved set, such as :class:`formcheck.history.values.SetRow`."""

    @property
    def day(self) -> date: ...  # noqa: D102
    @property
    def recorded_at(self) -> datetime: ...  # noqa: D102
    @property
    def exercise(self) -> str | None: ...  # noqa: D102
    @property
    def side(self) -> str | None: ...  # noqa: D102
    @property
    def rep_count(self) -> int: ...  # noqa: D102
    @property
    def form(self) -> FormCount: ...  # noqa: D102
    @property
    def headline(self) -> float | None: ...  # noqa: D102
    @property
    def condition(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True)
class Progress:
    """A person's progress on the programme: their ladders, their running, and the red flags that stop it."""

    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    running: RunningStanding = field(default_factory=RunningStanding)
    stopped_by: tuple[RedFlag, ...] = ()
    stopped_on: date | None = None
    catalogue: Catalogue = field(default_factory=current_catalogue)

    def stops_on(self, day: date) -> tuple[RedFlag, ...]:
        """The red flags that stop the plan on a day; earlier days keep their work."""
        return () if self.stopped_on is not None and day < self.stopped_on else self.stopped_by

    def standing_on(self, drill: str, day: date, side: str | None = None) -> Standing:
        """The standing on an exercise at the start of a day: of one leg, or of the leg that is lower."""
        ladder = self.ladders.get(drill)
        return Standing() if ladder is None else ladder.leg(side).on(day)

    def legs_differ(self, drill: str, day: date) -> bool:
        """Whether the two legs are on different levels on a day."""
        ladder = self.ladders.get(drill)
        return ladder is not None and ladder.lower_leg(day) is not None


@dataclass(frozen=True)
class WorkItem:
    """One line of a day's work."""

    work: Work
    side: WorkSide
    sets_done: int = 0

    @property
    def done(self) -> bool:
        """Whether all of it is done."""
        return self.sets_done >= self.work.sets

    @property
    def label(self) -> str:
        """The line as displayed: "Heel raise on one leg, left leg: 3×15, 1 of 3 sets done"."""
        leg = add_leg(self.side) if self.work.per_leg else ""
        if not self.work.is_drill:
            return f"{self.work.title}: {tr('done') if self.done else tr('to do')}"
        done = tr("done") if self.done else tr("{done} of {sets} sets done").format(done=self.sets_done, sets=self.work.sets)
        dose = self.work.dose.replace(EACH_LEG, "")
        return f"{self.work.title}{leg}: {dose}, {done}"


@dataclass(frozen=True)
class DayPlan:
    """A day of the calendar. ``week`` and ``day_of_week`` count from 1; None outside the plan.

    ``deload``: the week has a lighter load. ``stopped_by``: red flags; no work is due until they are cleared.
    """

    day: date
    state: PlanState
    week: int | None = None
    day_of_week: int | None = None
    track: str = DEFAULT_TRACK
    deload: bool = False
    items: tuple[WorkItem, ...] = ()
    stopped_by: tuple[RedFlag, ...] = ()

    @property
    def done(self) -> bool:
        """Whether everything that can be ticked is done; always true for a recovery day."""
        return all(item.done for item in self.items if item.work.name != "recovery")

    @property
    def lines(self) -> list[str]:
        """The work with its dose, a line each: "Heel raise on one leg 3×15 each leg", or "3×15 right leg" of one leg alone."""
        sides: dict[tuple[str, str], list[str]] = {}
        for item in self.items:
            sides.setdefault((item.work.title, item.work.dose), []).append(item.side)
        return [
            f"{title} {dose.replace(EACH_LEG, _one_leg(of[0])) if len(of) == 1 else dose}".strip()
            for (title, dose), of in sides.items()
        ]

    @property
    def message(self) -> str:
        """The day in one sentence, with what to do next."""
        if self.stopped_by:
            return " ".join([tr("The plan is stopped."), *describe_stop(self.stopped_by)])
        if self.week is None:
            return {
                "not started": tr("You have not started the 12-week plan; start it whenever you like."),
                "ahead": tr("The plan has not begun yet."),
                "paused": tr("The plan is paused; resume it when you are ready, and it continues where it stopped."),
                "finished": tr("The 12 weeks are done. Keep up the exercises two or three times a week."),
            }.get(self.state, "")
        where = tr("Week {week} of {weeks}, a lighter week.") if self.deload else tr("Week {week} of {weeks}.")
        where = where.format(week=self.week, weeks=WEEKS)
        if any(item.work.name == "recovery" for item in self.items):
            return " ".join([where, tr("Today is a recovery day.")])
        left = [item for item in self.items if not item.done]
        if not left:
            return " ".join([where, tr("Today's work is done.")])
        works = ", ".join(dict.fromkeys(lower_first(item.work.title) for item in left))
        return " ".join([where, tr("To do today: {works}.").format(works=works)])


def count_done_sets(sets: Iterable[DoneSet], progress: Progress | None = None) -> Counter[tuple[date, str, str]]:
    """The saved sets that count as done, by day, work and side.

    A set counts if it has 80 % of the repetitions of the person's level on that day. One recording analyzed twice counts once.
    """
    progress = progress or Progress()
    rules = progress.catalogue
    seen: set[tuple[datetime, str, str | None]] = set()
    done: Counter[tuple[date, str, str]] = Counter()
    for row in sets:
        key = (row.recorded_at, row.exercise or "", row.side)
        if key in seen:
            continue
        seen.add(key)
        for name, drill in rules.drills.items():
            level = drill.levels[progress.standing_on(name, row.day, row.side).level]
            least = ceil(rules.progression.set_done_share * (level.reps or level.seconds or 1))
            if level.is_filmed_by(name, row.exercise, row.condition) and amount_of(row, level) >= least:
                done[row.day, name, row.side or "both"] += 1
    return done


def amount_of(row: DoneSet, level: Level) -> int:
    """What a filmed set has of what the level asks for: repetitions, or the seconds of its longest hold."""
    return row.rep_count if level.seconds is None else int((row.headline or 0.0) + 0.5)


def _one_leg(side: str) -> str:
    """One leg in the place of "each leg" behind a dose."""
    return EACH_LEG if side == "both" else f" {LEG_WORDS[side]}"


def is_deload_week(week: int, catalogue: Catalogue) -> bool:
    """Whether a week, counted from 1, has a lighter load."""
    return week % catalogue.progression.deload_every_weeks == 0


def is_deload_day(enrolment: Enrolment | None, day: date, catalogue: Catalogue) -> bool:
    """Whether a date lies in a lighter week of the plan."""
    index = None if enrolment is None else plan_day(enrolment, day)
    return index is not None and is_deload_week(index // 7 + 1, catalogue)


def day_plan(
    enrolment: Enrolment | None,
    day: date,
    done: DoneSets | None = None,
    run_days: Iterable[date] = (),
    progress: Progress | None = None,
) -> DayPlan:
    """The work of one day, and how much of it is done.

    Parameters
    ----------
    done
        Sets done by (day, work, side): the sum of :func:`count_done_sets` and the ticks by hand.
    run_days
        Days with a run in the running log.
    progress
        Levels, running and red flags; a beginner's if not given.
    """
    progress = progress or Progress()
    state = state_on(enrolment, day)
    index = None if enrolment is None else plan_day(enrolment, day)
    if enrolment is None or index is None:
        return DayPlan(day, state, stopped_by=progress.stops_on(day) if enrolment else ())
    week, tracks = index // 7 + 1, progress.catalogue.tracks
    track = enrolment.track if enrolment.track in tracks else DEFAULT_TRACK
    deload = is_deload_week(week, progress.catalogue)
    items: list[WorkItem] = []
    stopped_by = progress.stops_on(day)
    if not stopped_by:
        for name in tracks[track].days[index % 7]:
            if progress.legs_differ(name, day):
                items += _list_leg_items(name, day, progress, done or {}, deload=deload)
                continue
            work = _work_on(name, day, progress, deload=deload)
            items += [WorkItem(work, side, _count_done(work, day, side, done or {}, run_days)) for side in work.sides]
    return DayPlan(
        day=day,
        state=state,
        week=week,
        day_of_week=index % 7 + 1,
        track=track,
        deload=deload,
        items=tuple(items),
        stopped_by=stopped_by,
    )


def _work_on(name: str, day: date, progress: Progress, *, deload: bool) -> Work:
    if name in progress.catalogue.drills:
        return drill_work(name, progress.standing_on(name, day), progress.catalogue, deload=deload)
    if name == "run":
        session = progress.running.session
        title = tr("Walk-run: {session}").format(session=session) if session else None
        return activity_work(progress.running.kind, title, progress.catalogue)
    return activity_work(name, catalogue=progress.catalogue)


def _list_leg_items(name: str, day: date, progress: Progress, done: DoneSets, *, deload: bool) -> list[WorkItem]:
    """Each leg's own work if the legs are on different levels; a set of the higher leg alone is not work on both."""
    items = []
    for leg in LEGS:
        work = drill_work(name, progress.standing_on(name, day, leg), progress.catalogue, deload=deload)
        side: WorkSide = leg if work.per_leg else "both"
        items.append(WorkItem(work, side, sum(done.get((day, name, which), 0) for which in {leg, side})))
    return items


def _count_done(work: Work, day: date, side: str, done: DoneSets, run_days: Iterable[date]) -> int:
    if work.name in RUNNING_WORK:
        ticked = max(done.get((day, name, "both"), 0) for name in RUNNING_WORK)
        return max(ticked, int(work.name != "walk" and day in run_days))
    if work.is_drill and not work.per_leg:
        return sum(done.get((day, work.name, which), 0) for which in ("left", "right", "both"))
    return done.get((day, work.name, side), 0)


def calendar(
    enrolment: Enrolment | None,
    first: date,
    last: date,
    done: DoneSets | None = None,
    run_days: Iterable[date] = (),
    progress: Progress | None = None,
) -> list[DayPlan]:
    """Every day from ``first`` to ``last``, both included."""
    ran, progress = frozenset(run_days), progress or Progress()
    return [day_plan(enrolment, first + timedelta(days=i), done, ran, progress) for i in range((last - first).days + 1)]


@dataclass(frozen=True)
class WeekAdherence:
    """A week of the plan: the exercise sets prescribed up to now, and those that were done.

    Sets may be done on another day of the same plan week; extra sets of one exercise do not make up for another.
    """

    week: int
    first_day: date
    prescribed: int
    done: int
    by_work: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def percent(self) -> float | None:
        """Done as a share of prescribed, in %; None if nothing has been prescribed yet."""
        return None if self.prescribed == 0 else 100 * self.done / self.prescribed


def adherence(enrolment: Enrolment, until: date, done: DoneSets, progress: Progress | None = None) -> list[WeekAdherence]:
    """Adherence week by week, up to and including ``until``."""
    end = last_day(enrolment)
    days = calendar(enrolment, enrolment.started_on, min(until, end) if end else until, done, progress=progress)
    weeks: dict[int, list[DayPlan]] = {}
    for day in days:
        if day.week is not None:
            weeks.setdefault(day.week, []).append(day)
    return [_sum_week(week, members, done) for week, members in weeks.items()]


def _sum_week(week: int, days: list[DayPlan], done: DoneSets) -> WeekAdherence:
    asked: Counter[tuple[str, str]] = Counter()
    for item in (item for day in days for item in day.items if item.work.is_drill):
        asked[item.work.name, item.side] += item.work.sets
    by_work: dict[str, tuple[int, int]] = {}
    for (name, side), sets in asked.items():
        # a set of one leg is a set of work on both, unless that leg has work of its own this week
        sides = (side,) if side != "both" else ("both", *(leg for leg in LEGS if (name, leg) not in asked))
        made = sum(done.get((day.day, name, s), 0) for day in days for s in sides)
        did, of = by_work.get(name, (0, 0))
        by_work[name] = (did + min(sets, made), of + sets)
    return WeekAdherence(
        week=week,
        first_day=days[0].day,
        prescribed=sum(of for _, of in by_work.values()),
        done=sum(did for did, _ in by_work.values()),
        by_work=by_work,
    )
