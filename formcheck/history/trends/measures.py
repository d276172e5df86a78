"""The measures that are tracked, each with its unit, its column, its published error, and its words."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime

from formcheck.exercises import EXERCISES, Exercise
from formcheck.exercises.describe import TrackedMeasure as TrackedMeasure
from formcheck.exercises.describe import Which as Which
from formcheck.history.trends.change import MIN_DAYS_BETWEEN, Change, ChangeKind, SideComparison
from formcheck.history.values import SetRow
from formcheck.support.dates import name_date, name_day
from formcheck.support.language import lower_first, tr
from formcheck.support.statistics import Z95
from formcheck.support.units import join_unit

MEASURES: dict[str, TrackedMeasure] = {measure.key: measure for exercise in EXERCISES.values() for measure in exercise.trends}
SOME_IS_NORMAL = tr("Some left–right difference is normal.")
NO_ERROR_PUBLISHED = tr("No measurement error is published for this, so formcheck does not call it a change.")
DORSIFLEXION, HEEL_RAISE_HEIGHT = MEASURES["dorsiflexion"], MEASURES["height"]

CHANGED: dict[ChangeKind, str] = {
    "rising": tr("{measure} is rising: {amount} so far since {since}, not yet beyond measurement error ({error})."),
    "falling": tr("{measure} is falling: {amount} so far since {since}, not yet beyond measurement error ({error})."),
    "gained": tr("{measure} gained {amount} since {since}: more than measurement error ({error})."),
    "lost": tr("{measure} lost {amount} since {since}: more than measurement error ({error})."),
}


def main_measure(exercise: str | None) -> TrackedMeasure | None:
    """The first measure that an exercise is followed by; None without an exercise or measure."""
    trends = EXERCISES[exercise].trends if exercise in EXERCISES else ()
    return trends[0] if trends else None


def main_measures(exercise: Exercise) -> tuple[TrackedMeasure, ...]:
    """The first measure that an exercise is followed by; where it is done under several conditions, that of each."""
    of_conditions = tuple(measure for measure in exercise.trends if measure.condition is not None)
    return of_conditions or exercise.trends[:1]


def measure_of_set(row: SetRow) -> TrackedMeasure | None:
    """The measure by which one saved set is shown in a list: the main one of its exercise, whatever was said of the set."""
    measure = main_measure(row.exercise)
    return None if measure is None else replace(measure, condition=None)


def text_of_set(row: SetRow, which: Which) -> str:
    """One saved set's mean or best rep with its unit, as a list shows it; a dash where it was not measured.

    A heel raise of a person whose height was not given has its height in % of the foot.
    """
    measure = measure_of_set(row)
    if measure is not None and (value := measure.value_of(row, which)) is not None:
        return measure.text(value)
    percent = row.best_height_pct_foot if which == "best" else row.mean_height_pct_foot
    return "–" if percent is None else tr("{percent:.0f} % of foot").format(percent=percent)


def rep_measure(measure: TrackedMeasure) -> str:
    """The rep's measure that this tracked measure stands for; its standard error is the set's."""
    name = measure.mean_column.removeprefix("mean_")
    return EXERCISES[measure.exercise].headline if name in ("mean", "headline") else name


def published_error(measure: TrackedMeasure) -> float:
    """The standard error that the published MDC95 implies (``MDC / (1.96 √2)``), for sets that state none; 0 without one."""
    return 0.0 if measure.mdc is None else measure.mdc / (Z95 * math.sqrt(2))


def is_ratio_scaled(measure: TrackedMeasure) -> bool:
    """Whether the measure has a true zero, so that one leg can be given in % of the other: no angle, no knee past the toes."""
    return measure.unit != "°" and "knee_over_toe" not in measure.mean_column


def day_text(ordinal: int, today: date | None = None) -> str:
    """A day as it is read: "March 3", with its year when that is not today's."""
    day = date.fromordinal(ordinal)
    return name_day(day) if day.year == (today or date.today()).year else name_date(day)


def moment_text(moment: datetime, today: date | None = None) -> str:
    """A set's day and time as they are read: "March 3, 18:30"."""
    here = moment.astimezone()
    return f"{day_text(here.date().toordinal(), today)}, {here:%H:%M}"


def state_change(change: Change, measure: TrackedMeasure, side: str | None, today: date | None = None) -> str:
    """The change in words: never "gained" or "lost" unless it is more than measurement error."""
    if change.since is None or change.until is None:
        return tr("No sets yet: record one, and the trend begins.")
    since = day_text(change.since, today)
    subject = measure.subject(side)
    if change.kind == "too early":
        return _state_too_early(subject, since, day_text(change.until, today))
    if change.threshold is None:
        return f"{_state_difference(change, measure, subject, since)} {NO_ERROR_PUBLISHED}"
    amount, error = measure.text(abs(change.amount)), measure.text(change.threshold)
    if change.kind != "steady":
        words = CHANGED[change.kind]
    elif amount == measure.text(0.0):
        words = tr("{measure} is about where it was on {since}: well within measurement error ({error}).")
    elif change.amount >= 0:
        words = tr("{measure} is about where it was on {since}, {amount} above it: well within measurement error ({error}).")
    else:
        words = tr("{measure} is about where it was on {since}, {amount} below it: well within measurement error ({error}).")
    return words.format(measure=subject, amount=amount, since=since, error=error)


def _state_too_early(subject: str, since: str, until: str) -> str:
    if until == since:
        words = tr("{subject} was measured on {since} only. A change can be named once there are sets at least {days} days apart.")
    else:
        words = tr(
            "The sets of {measure} are from {since} to {until}. A change can be named once there are sets at least {days} "
            "days apart."
        )
    return words.format(subject=subject, measure=lower_first(subject), since=since, until=until, days=MIN_DAYS_BETWEEN)


def _state_difference(change: Change, measure: TrackedMeasure, subject: str, since: str) -> str:
    """A difference whose measurement error nobody published."""
    amount = measure.text(abs(change.amount))
    if amount == measure.text(0.0):
        words = tr("{measure} is where it was on {since}.")
    elif change.amount >= 0:
        words = tr("{measure} is {amount} above where it was on {since}.")
    else:
        words = tr("{measure} is {amount} below where it was on {since}.")
    if measure.unit == "%":
        amount = tr("{points} percentage points").format(points=f"{abs(change.amount):.{measure.decimals}f}")
    return words.format(measure=subject, amount=amount, since=since)


def state_sides(comparison: SideComparison, measure: TrackedMeasure) -> str:
    """Left against right in words; a difference is reported and not called abnormal."""
    left, right = measure.text(comparison.left), measure.text(comparison.right)
    # The difference of the rounded values, because the reader subtracts the printed ones.
    apart = abs(round(comparison.left, measure.decimals) - round(comparison.right, measure.decimals))
    difference = measure.text(apart)
    if difference == measure.text(0.0):
        return f"{tr('In the last week, left and right are level at {value}.').format(value=left)} {SOME_IS_NORMAL}"
    if comparison.difference > 0:
        words = tr("In the last week: left {left}, right {right}, {difference} more on the left.")
    else:
        words = tr("In the last week: left {left}, right {right}, {difference} more on the right.")
    smaller = min(comparison.left, comparison.right)
    share = f" ({100 * apart / smaller:.0f}{join_unit('%')})" if is_ratio_scaled(measure) and smaller > 0 else ""
    return f"{words.format(left=left, right=right, difference=difference + share)} {SOME_IS_NORMAL}"
