"""A trend as it is shown: the sets of one measure and leg, the line through them, and what it says in words.

Only sets of one version of the measure definitions are in a trend, by default the newest there is; how many were left
out, and why, is part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import EXERCISES
from formcheck.history.trends.measures import TrackedMeasure, Which, day_text, state_change, state_sides
from formcheck.history.trends.statistics import (
    Change,
    FloatArray,
    IntArray,
    SideComparison,
    Trend,
    compare_first_and_last,
    compare_sides,
    smooth_trend,
)

if TYPE_CHECKING:
    from formcheck.history.store.store import Store
    from formcheck.history.values import SetRow


@dataclass(frozen=True)
class Point:
    """One set of a trend."""

    set_id: int
    day: date
    value: float


@dataclass(frozen=True)
class TrendView:
    """The sets of one measure and leg as arrays (``means`` and ``bests`` in the measure's unit), and what they say.

    ``corrected``: which of the sets were corrected by hand.
    """

    measure: TrackedMeasure
    side: str | None
    which: Which
    set_ids: IntArray
    days: IntArray
    means: FloatArray
    bests: FloatArray
    measures_version: int | None
    trend: Trend | None
    change: Change
    left_out: tuple[str, ...]
    corrected: NDArray[np.bool_]

    @property
    def values(self) -> FloatArray:
        """The values that the trend is drawn through: each set's mean or best."""
        return self.means if self.which == "mean" else self.bests

    @property
    def dates(self) -> list[date]:
        """The days as dates."""
        return [date.fromordinal(int(day)) for day in self.days]

    @property
    def first(self) -> Point | None:
        """The first set."""
        return self._point(0) if len(self.days) else None

    @property
    def last(self) -> Point | None:
        """The last set."""
        return self._point(len(self.days) - 1) if len(self.days) else None

    @property
    def best(self) -> Point | None:
        """The set with the best rep, the first of equals."""
        if not len(self.days):
            return None
        at = int(np.argmax(self.bests))
        return Point(int(self.set_ids[at]), date.fromordinal(int(self.days[at])), float(self.bests[at]))

    @property
    def statement(self) -> str:
        """The change in words, and what was left out of it."""
        return " ".join((state_change(self.change, self.measure, self.side), *self.left_out))

    @property
    def one_line(self) -> str:
        """The trend in one short line, for the home page."""
        if self.last is None:
            return state_change(self.change, self.measure, self.side)
        where = self.measure.subject(self.side).removeprefix("Your ")
        last = f"{self.measure.text(self.last.value)} on {day_text(self.last.day.toordinal())}"
        return f"{where[0].upper()}{where[1:]}: {last}. {state_change(self.change, self.measure, self.side)}"

    def _point(self, at: int) -> Point:
        return Point(int(self.set_ids[at]), date.fromordinal(int(self.days[at])), float(self.values[at]))


def view_trend(
    store: Store,
    athlete_id: int,
    measure: TrackedMeasure,
    side: str | None = None,
    *,
    which: Which = "mean",
    since: date | None = None,
    until: date | None = None,
    measures_version: int | None = None,
) -> TrendView:
    """Read and compute one trend.

    Parameters
    ----------
    which
        Whether the trend and the change are those of each set's mean or of its best rep.
    measures_version
        The version of the measure definitions to show; default the newest that the period has.
    """
    columns = ("id", "day", "usable", "corrected", "measures_version", measure.mean_column, measure.best_column)
    found = store.trend_columns(athlete_id, measure.exercise, side, dict.fromkeys(columns), since, until)
    versions = found["measures_version"]
    version = measures_version
    if version is None and len(versions):
        version = int(versions.max())
    of_version = versions == version
    usable = found["usable"]
    means = found[measure.mean_column].astype(float)
    bests = found[measure.best_column].astype(float)
    known = np.isfinite(means) & np.isfinite(bests)
    kept = of_version & usable & known

    left_out = []
    if others := int(np.sum(~of_version)):
        names = ", ".join(str(v) for v in np.unique(versions[~of_version]))
        left_out.append(
            f"{_count(others)} measured under other definitions (version {names}) and not compared: "
            f"this trend is of version {version}."
        )
    if unusable := int(np.sum(of_version & ~usable)):
        left_out.append(f"{_count(unusable)} left out because the recording could not be relied on.")
    if unknown := int(np.sum(of_version & usable & ~known)):
        left_out.append(f"{_count(unknown)} left out because this could not be measured.")

    days, values = found["day"][kept], (means if which == "mean" else bests)[kept]
    return TrendView(
        measure=measure,
        side=side,
        which=which,
        set_ids=found["id"][kept],
        days=days,
        means=means[kept],
        bests=bests[kept],
        measures_version=version,
        trend=smooth_trend(days, values),
        change=compare_first_and_last(days, values, measure.mdc),
        left_out=tuple(left_out),
        corrected=found["corrected"][kept],
    )


def compare_views(left: TrendView, right: TrendView) -> tuple[SideComparison, str] | None:
    """Left against right, in numbers and in words; None if a side has no sets or the two are of other definitions."""
    if left.measures_version != right.measures_version:
        return None
    comparison = compare_sides(left.days, left.values, right.days, right.values)
    return None if comparison is None else (comparison, state_sides(comparison, left.measure))


@dataclass(frozen=True)
class PersonalRecord:
    """The best of an athlete, of one measure and leg, under the newest measure definitions."""

    measure: TrackedMeasure
    side: str | None
    value: float
    row: SetRow


def personal_records(store: Store, athlete_id: int) -> list[PersonalRecord]:
    """The best of each drill's first measure (dorsiflexion, heel-raise height, …) by leg, of usable sets."""
    records = []
    for exercise in EXERCISES.values():
        for measure, side in ((measure, side) for measure in exercise.trends[:1] for side in exercise.sides):
            best = view_trend(store, athlete_id, measure, side).best
            if best is not None:
                records.append(PersonalRecord(measure, side, best.value, store.get_set(best.set_id)))
    return records


def _count(sets: int) -> str:
    return "1 set was" if sets == 1 else f"{sets} sets were"
