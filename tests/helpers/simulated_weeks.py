"""Twelve weeks of a made-up person who does what the plan asks: what it asks next follows from what they did and felt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from formcheck.training.catalogue import current_catalogue
from formcheck.training.days import DayPlan, Progress, day_plan, is_deload_day
from formcheck.training.enrolment import start
from formcheck.training.load import review_runs
from formcheck.training.pain import PainScores
from formcheck.training.programme import PLAN_DAYS, RUNNING_WORK
from formcheck.training.return_to_running import EntryAnswers, RunningHistory, RunningStanding, judge_running
from formcheck.training.sessions import TrainingLog, build_ladders

MONDAY = date(2026, 1, 5)
CALM = PainScores(0, 1, 0)
# Kilometers per minute of a walk at 5.5 km/h and of an easy run at 9 km/h.
WALK_KM, RUN_KM = 5.5 / 60, 9.0 / 60


@dataclass
class Person:
    """How somebody lives through a track.

    ``pain``, and whether the person ``does`` the day's work, depend on the day's plan. ``runs_before`` are the kilometers of runs
    before the plan, by days before it. ``entry`` are the answers to the entry criteria from ``ready_on`` (a day of the plan) on.
    """

    track: str
    pain: Callable[[DayPlan], PainScores] = lambda _: CALM
    does: Callable[[DayPlan], bool] = lambda _: True
    runs_before: dict[int, float] = field(default_factory=dict)
    entry: EntryAnswers = field(default_factory=lambda: EntryAnswers(1, 25, 25, True))
    ready_on: int = 0


@dataclass
class Diary:
    """The twelve weeks: each day's plan and running, and the runs in kilometers (walk–run sessions too)."""

    days: list[DayPlan] = field(default_factory=list)
    running: list[RunningStanding] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    km: dict[date, float] = field(default_factory=dict)
    walk_runs: list[date] = field(default_factory=list)
    walks: list[date] = field(default_factory=list)
    pain: dict[date, PainScores] = field(default_factory=dict)

    def levels(self, drill: str) -> list[int]:
        """The level of an exercise on each day that asks for it, from 0."""
        return [item.work.level for day in self.days for item in day.items if item.work.name == drill and item.side != "right"]

    def sets(self, week: int) -> int:
        """The sets that a week asks for, counted from 1."""
        return sum(item.work.sets for day in self.days if day.week == week for item in day.items if item.work.is_drill)

    def kinds(self, week: int) -> list[str]:
        """What each running day of a week asked for."""
        return [item.work.name for day in self.days if day.week == week for item in day.items if item.work.name in RUNNING_WORK]


def live(person: Person, days: int = PLAN_DAYS, *, exercises: bool = True) -> Diary:
    """Follow the plan day by day: ticks, pain and runs of one day decide what the next asks for.

    Without ``exercises`` only the running is followed, which is quicker; every exercise then stays at its first level.
    """
    rules, enrolment = current_catalogue(), start(MONDAY, person.track)
    diary = Diary(km={MONDAY - timedelta(days=back): km for back, km in person.runs_before.items()})
    ticks: dict[tuple[date, str, str], int] = {}
    pain = diary.pain
    for index in range(days):
        today = MONDAY + timedelta(days=index)
        runs = tuple(day for day in sorted(diary.km) if day not in diary.walk_runs)
        entry = person.entry if index >= person.ready_on else EntryAnswers()
        history = RunningHistory(runs, tuple(diary.walk_runs), tuple(diary.walks), bool(person.runs_before), MONDAY, entry)
        needs_entry = rules.tracks[person.track].return_criteria
        running = judge_running(
            history, pain, today, rules, needs_entry=needs_entry, is_deload=lambda day: is_deload_day(enrolment, day, rules)
        )
        ladders = build_ladders(enrolment, [], TrainingLog(ticks, pain), today, rules) if exercises else {}
        progress = Progress(ladders, running, catalogue=rules)
        day = day_plan(enrolment, today, {}, (), progress)
        diary.days.append(day)
        diary.running.append(running)
        diary.progress.append(progress)
        if not person.does(day):
            continue
        for item in day.items:
            if item.work.is_drill:
                ticks[today, item.work.name, item.side] = item.work.sets
            elif item.work.name == "walk-run":
                step = running.steps[running.step]
                diary.walk_runs.append(today)
                diary.km[today] = step.times * (step.walk_min * WALK_KM + step.run_min * RUN_KM)
            elif item.work.name == "walk":
                diary.walks.append(today)
            elif item.work.name == "run":
                diary.km[today] = next_run_km(diary.km, today)
        if any(item.work.name != "recovery" for item in day.items):
            pain[today] = person.pain(day)
    return diary


def next_run_km(km: dict[date, float], today: date) -> float:
    """The longest run that the load rules allow: a third of the week's ceiling, and 110 % of the longest run of 30 days."""
    review = review_runs(km.items(), today)
    limits = [] if review.this_week.ceiling is None else [review.this_week.ceiling / 3, review.this_week.left or 0.0]
    if review.longest_km is not None:
        limits.append(1.1 * review.longest_km)
    return min(limits, default=3.0)
