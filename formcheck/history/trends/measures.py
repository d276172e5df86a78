"""The measures that are tracked, each with its unit, its column, its published error, and its words."""

from __future__ import annotations

import calendar
import math
from dataclasses import replace
from datetime import date, datetime

from formcheck.exercises import EXERCISES
from formcheck.exercises.describe import TrackedMeasure as TrackedMeasure
from formcheck.exercises.describe import Which as Which
from formcheck.history.trends.change import MIN_DAYS_BETWEEN, Z95, Change, SideComparison
from formcheck.history.values import SetRow

MEASURES: dict[str, TrackedMeasure] = {measure.key: measure for exercise in EXERCISES.values() for measure in exercise.trends}
DORSIFLEXION, HEEL_RAISE_HEIGHT = MEASURES["dorsiflexion"], MEASURES["height"]


def main_measure(exercise: str | None) -> TrackedMeasure | None:
    """The first measure that an exercise is followed by; None without an exercise or measure."""
    trends = EXERCISES[exercise].trends if exercise in EXERCISES else ()
    return trends[0] if trends else None


def measure_of_set(row: SetRow) -> TrackedMeasure | None:
    """The measure by which one saved set is shown in a list: the main one of its exercise, whatever was said of the set."""
    measure = main_measure(row.exercise)
    return None if measure is None else replace(measure, condition=None)


def rep_measure(measure: TrackedMeasure) -> str:
    """The measure of a rep that this tracked measure is the set's number of; its standard error is the set's."""
    name = measure.mean_column.removeprefix("mean_")
    return EXERCISES[measure.exercise].headline if name in ("mean", "headline") else name


def published_error(measure: TrackedMeasure) -> float:
    """The standard error that the published MDC95 implies (``MDC / (1.96 √2)``), for sets that state none; 0 without one."""
    return 0.0 if measure.mdc is None else measure.mdc / (Z95 * math.sqrt(2))


def is_ratio_scaled(measure: TrackedMeasure) -> bool:
    """Whether the measure has a true zero, so that one leg can be given in % of the other: no angle, no knee past the toes."""
    return measure.unit != "°" and "knee_over_toe" not in measure.mean_column


def day_text(ordinal: int, today: date | None = None) -> str:
    """A day as it is read: "3 March", with its year when that is not today's."""
    day = date.fromordinal(ordinal)
    year = "" if day.year == (today or date.today()).year else f" {day.year}"
    return f"{day.day} {calendar.month_name[day.month]}{year}"


def moment_text(moment: datetime, today: date | None = None) -> str:
    """A set's day and time as they are read: "3 March, 18:30"."""
    here = moment.astimezone()
    return f"{day_text(here.date().toordinal(), today)}, {here:%H:%M}"


def state_change(change: Change, measure: TrackedMeasure, side: str | None, today: date | None = None) -> str:
    """The change in words: never "gained" or "lost" unless it is more than measurement error."""
    if change.since is None or change.until is None:
        return "No sets yet: record one, and the trend begins."
    subject = measure.subject(side)
    within = f"{subject[0].lower()}{subject[1:]}"
    since = day_text(change.since, today)
    if change.kind == "too early":
        sets = f"all sets of {within} are from {since}"
        if change.until > change.since:
            sets = f"the sets of {within} are from {since} to {day_text(change.until, today)}"
        return f"Too early to say: {sets}. A change is called when at least {MIN_DAYS_BETWEEN} days lie between."
    amount = measure.text(abs(change.amount))
    direction = "above" if change.amount >= 0 else "below"
    if change.threshold is None:
        if measure.unit == "%":
            amount = f"{abs(change.amount):.{measure.decimals}f} percentage points"
        difference = "" if measure.text(abs(change.amount)) == measure.text(0.0) else f"{amount} {direction} "
        caveat = "No measurement error is published for this, so formcheck does not call it a change."
        return f"{subject} is {difference}where it was on {since}. {caveat}"
    error = measure.text(change.threshold)
    if change.kind in ("rising", "falling"):
        return f"{subject} is {change.kind}: {amount} so far since {since}, not yet beyond measurement error ({error})."
    if change.kind == "steady":
        difference = "" if amount == measure.text(0.0) else f", {amount} {direction} it"
        return f"{subject} is about where it was on {since}{difference}: well within measurement error ({error})."
    return f"{subject} {change.kind} {amount} since {since}: more than measurement error ({error})."


def state_sides(comparison: SideComparison, measure: TrackedMeasure) -> str:
    """Left against right in words; a difference is reported and not called abnormal."""
    left, right = measure.text(comparison.left), measure.text(comparison.right)
    # The difference of the rounded values, because the reader subtracts the printed ones.
    apart = abs(round(comparison.left, measure.decimals) - round(comparison.right, measure.decimals))
    difference = measure.text(apart)
    if difference == measure.text(0.0):
        return f"Left and right are level at {left}. Some left–right difference is normal."
    ahead = "left" if comparison.difference > 0 else "right"
    smaller = min(comparison.left, comparison.right)
    share = f" ({100 * apart / smaller:.0f} %)" if is_ratio_scaled(measure) and smaller > 0 else ""
    return f"Left {left}, right {right}: {difference}{share} more on the {ahead}. Some left–right difference is normal."
