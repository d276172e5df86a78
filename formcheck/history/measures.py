"""The measures that are tracked, each with its unit, its column, its published error, and its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from formcheck.history.trends import Change, SideComparison

Which = Literal["mean", "best"]
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


@dataclass(frozen=True)
class TrackedMeasure:
    """A measure of a set that is followed over weeks.

    ``mdc`` is the minimal detectable change in ``unit``, after ``mdc_source``; None where none is published, and then
    no difference is called a change.
    """

    key: str
    title: str
    exercise: str
    noun: str
    unit: str
    mean_column: str
    best_column: str
    mdc: float | None = None
    mdc_source: str | None = None
    decimals: int = 1

    def column(self, which: Which) -> str:
        """The column of a set that holds its mean or its best rep."""
        return self.mean_column if which == "mean" else self.best_column

    def text(self, value: float, *, signed: bool = False) -> str:
        """A value with its unit: "4.7°", "2.2 cm"."""
        space = "" if self.unit in ("", "°", "%") else " "
        shown = round(value, self.decimals) + 0.0  # no "-0.0"
        return f"{shown:{'+' if signed else ''}.{self.decimals}f}{space}{self.unit}"

    def subject(self, side: str | None) -> str:
        """What is measured, as a sentence begins: "Your left ankle"."""
        return f"Your {side} {self.noun}" if side in ("left", "right") else f"Your {self.noun}"


DORSIFLEXION = TrackedMeasure(
    key="dorsiflexion",
    title="Ankle dorsiflexion (valid peak of the tibial inclination)",
    exercise="half-kneeling",
    noun="ankle",
    unit="°",
    mean_column="mean_valid_peak_deg",
    best_column="best_valid_peak_deg",
    mdc=4.7,
    mdc_source="Powden 2015 (PMID 25704110), review of 12 studies, intra-rater",
)
HEEL_RAISE_HEIGHT = TrackedMeasure(
    key="height",
    title="Heel-raise height",
    exercise="heel-raise",
    noun="heel raise",
    unit="cm",
    mean_column="mean_height_cm",
    best_column="best_height_cm",
    mdc=2.2,
    mdc_source="MDC95 from the retest SEM of 0.8 cm (Byrne 2017)",
)
_FOLLOWED_ONLY = (
    ("height-pct", "Heel-raise height, % of foot length", "heel raise", "%", "mean_height_pct_foot", 1),
    ("fade", "Height fade, last third of the reps against the first", "height fade", "%", "height_fade_pct", 1),
    ("displacement", "Total displacement of the set", "total displacement", "cm", "total_displacement_cm", 0),
    ("work", "Work of the set", "work", "J", "work_j", 0),
    ("cadence", "Heel raises a minute", "cadence", "a minute", "cadence_per_min", 1),
    ("reps", "Heel raises in a set", "number of heel raises", "", "rep_count", 0),
)
MEASURES: dict[str, TrackedMeasure] = {
    measure.key: measure
    for measure in (
        DORSIFLEXION,
        HEEL_RAISE_HEIGHT,
        *(
            TrackedMeasure(
                key,
                title,
                "heel-raise",
                noun,
                unit,
                mean_column=column,
                best_column="best_height_pct_foot" if column == "mean_height_pct_foot" else column,
                decimals=decimals,
            )
            for key, title, noun, unit, column, decimals in _FOLLOWED_ONLY
        ),
    )
}


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
