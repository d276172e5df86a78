"""The data of a progress report over some weeks: the trend of each exercise and leg, sets against the plan, running load.

The sentences about change are those of `formcheck.history.trends.trend`: a progress report says nothing that the trend does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from formcheck.exercises import EXERCISES, Exercise
from formcheck.history.trends.measures import TrackedMeasure, day_text, rep_measure
from formcheck.history.trends.statistics import average_by_day
from formcheck.history.trends.trend import TrendView, compare_views, view_trend
from formcheck.history.values import Period, make_period
from formcheck.support.form import FormCount
from formcheck.support.language import join_words, tr, tr_count
from formcheck.training import WeekAdherence
from formcheck.training.load import LoadReview, WeekLoad, monday_of

if TYPE_CHECKING:
    from formcheck.history.store.store import Store
    from formcheck.history.values import Athlete, SetRow

# As long as the plan.
DEFAULT_WEEKS = 12


@dataclass(frozen=True)
class Week:
    """A week of a leg's trend: the mean of its day averages, in the measure's unit, and how many sets it had."""

    monday: date
    value: float
    sets: int


@dataclass(frozen=True)
class MeasureCourse:
    """One measure over the period: a trend for each leg that has sets, and left against right in words."""

    measure: TrackedMeasure
    views: tuple[TrendView, ...]
    sides: str | None

    @property
    def statements(self) -> list[str]:
        """The trend of each leg in words, then the legs against each other."""
        return [view.statement for view in self.views] + ([self.sides] if self.sides else [])


@dataclass(frozen=True)
class DrillCourse:
    """One exercise over the period. ``main`` are the measures drawn as charts, ``others`` those that a line is enough for."""

    exercise: Exercise
    sets: int
    form: FormCount
    main: tuple[MeasureCourse, ...]
    others: tuple[MeasureCourse, ...]

    @property
    def amount(self) -> str:
        """How much was done, in words."""
        sets = tr_count("1 set", "{count} sets", self.sets)
        if not self.form.judged:
            none = tr("{sets} with {reps} reps; the form of none of them was seen well enough to judge.")
            return (none if self.form.reps else tr("{sets} with {reps} reps.")).format(sets=sets, reps=self.form.reps)
        did = tr("{sets} with {reps} reps, {share:.0f} % of them clean.")
        if self.form.unjudged:
            did = tr("{sets} with {reps} reps; of the {judged} whose form was seen {share:.0f} % were clean.")
        share = 100 * self.form.clean / self.form.judged
        return did.format(sets=sets, reps=self.form.reps, judged=self.form.judged, share=share)


@dataclass(frozen=True)
class ProgressReport:
    """An athlete's period from ``first`` to ``last``, both included, as it stood on ``made_on``."""

    athlete: Athlete
    first: date
    last: date
    made_on: date
    drills: tuple[DrillCourse, ...]
    weeks: tuple[WeekAdherence, ...]
    plan_today: str
    running: tuple[WeekLoad, ...]
    load: LoadReview

    @property
    def adherence(self) -> str:
        """Sets done against the plan, in words; empty without a plan in the period."""
        asked = sum(week.prescribed for week in self.weeks)
        if not asked:
            return ""
        done = sum(week.done for week in self.weeks)
        return tr("{done} of the {asked} sets that the plan asked for were done ({share:.0f} %).").format(
            done=done, asked=asked, share=100 * done / asked
        )

    @property
    def running_in_words(self) -> str:
        """The kilometers and the weeks that went over the 10 % rule; empty without a run in the period."""
        total = sum(week.total for week in self.running)
        if not total:
            return ""
        over = [day_text(week.monday.toordinal(), self.last) for week in self.running if week.broke_rule]
        where = tr("No week went over it.")
        if over:
            where = (tr("Over it: the week of {days}.") if len(over) == 1 else tr("Over it: the weeks of {days}.")).format(
                days=join_words(over)
            )
        spikes = [spike for spike in self.load.spikes if self.first <= spike.day <= self.last]
        sentences = tr("{km:.1f} km in {weeks}. The ceiling is 10 % more than the week before. {over}").format(
            km=total, weeks=tr_count("1 week", "{count} weeks", len(self.running)), over=where
        )
        if spikes:
            run = tr("{km:.1f} km on {day}")
            days = join_words([run.format(km=spike.km, day=day_text(spike.day.toordinal(), self.last)) for spike in spikes[-3:]])
            sentences += tr(" Much longer than the runs of the 30 days before: {days}.").format(days=days)
        return sentences

    @property
    def summary(self) -> list[str]:
        """The period in sentences, the most important first."""
        sentences = [sentence for drill in self.drills for course in drill.main for sentence in course.statements]
        return [*sentences, *(line for line in (self.adherence, self.running_in_words, self.plan_today) if line)]


def gather_progress(
    store: Store, athlete: Athlete, first: date | None = None, last: date | None = None, *, today: date | None = None
) -> ProgressReport:
    """Read a period of an athlete's history.

    Parameters
    ----------
    first, last
        The period's days, both included; by default the last twelve weeks up to today.

    Raises
    ------
    UsageError
        If the period ends before it begins.
    """
    today = today or date.today()
    last = last or today
    first = first or date.fromordinal(max(1, last.toordinal() - 7 * DEFAULT_WEEKS + 1))
    rows = store.list_sets(athlete.id, period=make_period(first, last))
    drills = [_drill(store, athlete.id, exercise, rows, first, last) for exercise in EXERCISES.values()]
    weeks = [week for week in store.plans.adherence(athlete.id, last) if week.first_day + timedelta(days=6) >= first]
    load = store.running.review(athlete.id, last)
    enrolled = store.plans.enrolment(athlete.id) is not None
    return ProgressReport(
        athlete=athlete,
        first=first,
        last=last,
        made_on=today,
        drills=tuple(drill for drill in drills if drill.sets),
        weeks=tuple(weeks),
        plan_today=store.plans.work_on(athlete.id, today).message if enrolled and last >= today else "",
        running=tuple(week for week in load.weeks if week.monday >= monday_of(first)),
        load=load,
    )


def _drill(store: Store, athlete_id: int, exercise: Exercise, rows: list[SetRow], first: date, last: date) -> DrillCourse:
    own = [row for row in rows if row.exercise == exercise.name]
    courses = [_course(store, athlete_id, exercise, measure, first, last) for measure in exercise.trends] if own else []
    found = [course for course in courses if course.views]
    # What a rep shows is drawn; how many reps there were, and their work, is a line.
    of_reps = {measure.name for measure in exercise.measures}
    main = [c for c in found if c.measure.mdc is not None and rep_measure(c.measure) in of_reps] or found[:1]
    # A length in % of the foot repeats the one in cm.
    drawn = {course.measure.noun for course in main}
    others = [course for course in found if course not in main and course.measure.noun not in drawn]
    form = sum((row.form for row in own), FormCount())
    return DrillCourse(exercise=exercise, sets=len(own), form=form, main=tuple(main), others=tuple(others))


def _course(store: Store, athlete_id: int, exercise: Exercise, measure: TrackedMeasure, first: date, last: date) -> MeasureCourse:
    views = [view_trend(store, athlete_id, measure, side, period=Period(first, last)) for side in exercise.sides]
    seen = {view.side: view for view in views if view.last is not None}
    compared = compare_views(seen["left"], seen["right"]) if "left" in seen and "right" in seen else None
    return MeasureCourse(measure, tuple(seen.values()), None if compared is None else compared[1])


def list_weeks(view: TrendView) -> list[Week]:
    """Return the weeks of a trend that have sets, each with the mean of its day averages: the chart as numbers."""
    days, values = average_by_day(view.days, view.values)
    mondays = days - (days - 1) % 7  # the ordinal 1 is a Monday
    sets = view.days - (view.days - 1) % 7
    return [
        Week(date.fromordinal(int(monday)), float(np.mean(values[mondays == monday])), int(np.sum(sets == monday)))
        for monday in np.unique(mondays)
    ]
