"""A day's work, and what is done of it: ticked by itself from the saved sets, or by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from formcheck.training.enrolment import Enrolment, PlanState, last_day, plan_day, state_on
from formcheck.training.programme import PHASES, WEEKS, WORK, Phase, Work, WorkSide

# Sets done, by day, work and side.
DoneSets = Mapping[tuple[date, str, str], int]


class DoneSet(Protocol):
    """What is needed of a saved set; :class:`formcheck.history.values.SetRow` is one."""

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
        """The line as it is read: "Half-kneeling ankle mobilization, left leg: 3×10, 1 of 3 sets done"."""
        leg = f", {self.side} leg" if self.work.per_leg else ""
        if not self.work.is_drill:
            return f"{self.work.title}: {'done' if self.done else 'to do'}"
        done = "done" if self.done else f"{self.sets_done} of {self.work.sets} sets done"
        return f"{self.work.title}{leg}: {self.work.sets}×{self.work.reps}, {done}"


@dataclass(frozen=True)
class DayPlan:
    """A day of the calendar. ``week`` and ``day_of_week`` count from 1; None outside the plan."""

    day: date
    state: PlanState
    week: int | None = None
    day_of_week: int | None = None
    phase: Phase | None = None
    items: tuple[WorkItem, ...] = ()

    @property
    def done(self) -> bool:
        """Whether everything that can be ticked is done; a recovery day always is."""
        return all(item.done for item in self.items if item.work.name != "recovery")

    @property
    def message(self) -> str:
        """The day in one sentence, with what to do next."""
        if self.phase is None or self.week is None:
            return {
                "not started": "You have not started the 12-week plan; start it whenever you like.",
                "ahead": "The plan has not begun yet.",
                "paused": "The plan is paused; resume it when you are ready, it goes on where it stopped.",
                "finished": "The 12 weeks are done. Keep the drills up two or three times a week.",
            }.get(self.state, "")
        where = f"Week {self.week} of {WEEKS}, {self.phase.title.lower()}."
        if any(item.work.name == "recovery" for item in self.items):
            return f"{where} Today is a recovery day."
        left = [item for item in self.items if not item.done]
        if not left:
            return f"{where} Today's work is done."
        titles = dict.fromkeys(item.work.title[:1].lower() + item.work.title[1:] for item in left)
        return f"{where} To do today: {', '.join(titles)}."


def count_done_sets(sets: Iterable[DoneSet]) -> Counter[tuple[date, str, str]]:
    """Tick by itself: the saved sets by day, work and side. One recording analysed twice counts once."""
    seen: set[tuple[datetime, str, str | None]] = set()
    done: Counter[tuple[date, str, str]] = Counter()
    for row in sets:
        work = WORK.get(row.exercise or "")
        key = (row.recorded_at, row.exercise or "", row.side)
        if work is None or row.rep_count < 1 or key in seen:
            continue
        seen.add(key)
        side = (row.side or "both") if work.per_leg else "both"
        done[row.day, work.name, side] += 1
    return done


def day_plan(enrolment: Enrolment | None, day: date, done: DoneSets | None = None, run_days: Iterable[date] = ()) -> DayPlan:
    """The work of one day, with what is done of it.

    Parameters
    ----------
    done
        Sets done by (day, work, side): :func:`count_done_sets` and the ticks by hand, added.
    run_days
        Days with a run in the running log.
    """
    state = state_on(enrolment, day)
    index = None if enrolment is None else plan_day(enrolment, day)
    if index is None:
        return DayPlan(day, state)
    week = index // 7 + 1
    phase = next(p for p in PHASES if p.first_week <= week <= p.last_week)
    done = done or {}
    items = []
    for name in phase.days[index % 7]:
        work = WORK[name]
        for side in work.sides:
            sets_done = done.get((day, name, side), 0)
            if name == "run" and day in run_days:
                sets_done = max(1, sets_done)
            items.append(WorkItem(work, side, sets_done))
    return DayPlan(day, state, week, index % 7 + 1, phase, tuple(items))


def calendar(
    enrolment: Enrolment | None, first: date, last: date, done: DoneSets | None = None, run_days: Iterable[date] = ()
) -> list[DayPlan]:
    """Every day from ``first`` to ``last``, both included."""
    ran = frozenset(run_days)
    return [day_plan(enrolment, first + timedelta(days=i), done, ran) for i in range((last - first).days + 1)]


@dataclass(frozen=True)
class WeekAdherence:
    """A week of the plan: the drill sets that were asked for up to now, and those that were done.

    Sets may be done on another day of the same plan week; more of one drill does not make up for another.
    """

    week: int
    first_day: date
    prescribed: int
    done: int
    by_work: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def percent(self) -> float | None:
        """Done against prescribed, in %; None when nothing was asked for yet."""
        return None if self.prescribed == 0 else 100 * self.done / self.prescribed


def adherence(enrolment: Enrolment, until: date, done: DoneSets) -> list[WeekAdherence]:
    """Week by week up to and including ``until``."""
    end = last_day(enrolment)
    days = calendar(enrolment, enrolment.started_on, min(until, end) if end else until, done)
    weeks = []
    for week in range(1, WEEKS + 1):
        members = [d for d in days if d.week == week]
        if not members:
            continue
        asked: Counter[tuple[str, str]] = Counter()
        for member in members:
            for item in member.items:
                if item.work.is_drill:
                    asked[item.work.name, item.side] += item.work.sets
        by_work: dict[str, tuple[int, int]] = {}
        for (name, leg), sets in asked.items():
            made = sum(done.get((member.day, name, leg), 0) for member in members)
            before = by_work.get(name, (0, 0))
            by_work[name] = (before[0] + min(sets, made), before[1] + sets)
        prescribed = sum(total for _, total in by_work.values())
        weeks.append(WeekAdherence(week, members[0].day, prescribed, sum(did for did, _ in by_work.values()), by_work))
    return weeks
