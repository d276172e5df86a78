"""The measures that are tracked, each with its unit, its column, its published error, and its words."""

from __future__ import annotations

from datetime import date

from formcheck.exercises import EXERCISES
from formcheck.exercises.describe import TrackedMeasure as TrackedMeasure
from formcheck.exercises.describe import Which as Which
from formcheck.history.trends.statistics import Change, SideComparison

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


MEASURES: dict[str, TrackedMeasure] = {measure.key: measure for exercise in EXERCISES.values() for measure in exercise.trends}
DORSIFLEXION, HEEL_RAISE_HEIGHT = MEASURES["dorsiflexion"], MEASURES["height"]


def main_measure(exercise: str | None) -> TrackedMeasure | None:
    """The measure that a drill is followed by first; None where it has none, or there is no drill."""
    trends = EXERCISES[exercise].trends if exercise in EXERCISES else ()
    return trends[0] if trends else None


def day_text(ordinal: int, today: date | None = None) -> str:
    """A day as it is read: "3 March", with its year when that is not today's."""
    day = date.fromordinal(ordinal)
    year = "" if day.year == (today or date.today()).year else f" {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


def state_change(change: Change, measure: TrackedMeasure, side: str | None, today: date | None = None) -> str:
    """The change in words: never "gained" or "lost" unless it is more than measurement error."""
    if change.since is None or change.until is None:
        return "No sets yet: record one, and the trend begins."
    subject = measure.subject(side)
    if change.kind == "too early":
        return (
            f"Too early to say: all sets of {subject.lower()} are of one day, {day_text(change.since, today)}. "
            "Record another in a few days."
        )
    since = day_text(change.since, today)
    amount = measure.text(abs(change.amount))
    direction = "above" if change.amount >= 0 else "below"
    difference = "" if amount == measure.text(0.0) else f"{amount} {direction} "
    where = f"{subject[0].lower()}{subject[1:]} is {difference}where it was on {since}"
    if measure.mdc is None or change.kind == "unknown error":
        return f"{where[0].upper()}{where[1:]}. No measurement error is published for this, so formcheck does not call it a change."
    error = measure.text(measure.mdc)
    if change.kind == "no change":
        return f"No real change yet: {where}, within measurement error ({error})."
    return f"{subject} {change.kind} {amount} since {since}: more than measurement error ({error})."


def state_sides(comparison: SideComparison, measure: TrackedMeasure) -> str:
    """Left against right in words; a difference is reported and not called abnormal."""
    left, right = measure.text(comparison.left), measure.text(comparison.right)
    # of the rounded values: the reader subtracts what is printed
    apart = round(comparison.left, measure.decimals) - round(comparison.right, measure.decimals)
    difference = measure.text(abs(apart))
    if difference == measure.text(0.0):
        sentence = f"Left and right are level at {left}."
    else:
        ahead = "left" if comparison.difference > 0 else "right"
        sentence = f"Left {left}, right {right}: {difference} more on the {ahead}."
    if comparison.symmetry_percent is not None:
        sentence += f" Symmetry {comparison.symmetry_percent:.0f} % (the smaller over the larger)."
    return f"{sentence} Healthy people differ between sides too."
