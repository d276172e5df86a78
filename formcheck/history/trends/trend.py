"""A trend as it is shown: the sets of one measure and leg, the line through them, and what it says in words.

Only sets of one version of the measure definitions, one view and one model are in a trend: by default of the newest version
of which there is a set to show, and of the commonest view and model. How many were left out, and why, is part of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import EXERCISES
from formcheck.history.trends.change import Change, SideComparison, compare_first_and_last, compare_sides
from formcheck.history.trends.measures import (
    TrackedMeasure,
    Which,
    day_text,
    main_measures,
    published_error,
    rep_measure,
    state_change,
    state_sides,
)
from formcheck.history.trends.statistics import Trend, average_errors_by_day, smooth_trend
from formcheck.history.trends.uncertainty import IntArray, find_setups
from formcheck.history.values import ALWAYS, Period
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr, tr_count

if TYPE_CHECKING:
    from formcheck.history.store.store import Store
    from formcheck.history.values import SetRow


@dataclass(frozen=True)
class Point:
    """One set of a trend; ``error`` is the standard error of its mean, None where none is known."""

    set_id: int
    day: date
    value: float
    error: float | None = None


@dataclass(frozen=True)
class TrendView:
    """The sets of one measure and leg as arrays (``means`` and ``bests`` in the measure's unit), and what they say.

    ``errors``: each set's own standard error, nan where its report states none. ``corrected``: which were corrected by hand.
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
    errors: FloatArray

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
        return " ".join((self._in_words, *self.left_out))

    @property
    def one_line(self) -> str:
        """The trend in one short line, for the home page."""
        if self.last is None:
            return self._in_words
        where = self.measure.subject(self.side).removeprefix("Your ")
        value = self.measure.text(self.last.value, self.last.error)
        last = tr("{value} on {day}").format(value=value, day=day_text(self.last.day.toordinal()))
        return f"{where[0].upper()}{where[1:]}: {last}. {state_change(self.change, self.measure, self.side)}"

    @property
    def _in_words(self) -> str:
        if self.last is None and self.left_out:
            return tr("There is no set to show yet.")
        return state_change(self.change, self.measure, self.side)

    def _point(self, at: int) -> Point:
        error = float(self.errors[at]) if self.which == "mean" and np.isfinite(self.errors[at]) else None
        return Point(int(self.set_ids[at]), date.fromordinal(int(self.days[at])), float(self.values[at]), error)


def view_trend(
    store: Store,
    athlete_id: int,
    measure: TrackedMeasure,
    side: str | None = None,
    *,
    which: Which = "mean",
    period: Period = ALWAYS,
    measures_version: int | None = None,
) -> TrendView:
    """Read and compute one trend.

    Parameters
    ----------
    which
        Whether the trend and the change use each set's mean or its best rep.
    measures_version
        The version of the measure definitions to show; default the newest of which the period has a set to show.
    """
    found = store.trend_columns(
        athlete_id,
        measure.exercise,
        side,
        _columns(measure),
        period,
        error_of=rep_measure(measure),
        condition=measure.condition,
    )
    versions = found["measures_version"]
    known = np.isfinite(found[measure.mean_column]) & np.isfinite(found[measure.best_column])
    version = measures_version
    if version is None and len(versions):
        shown = versions[known & found["usable"]]
        version = int((shown if len(shown) else versions).max())
    usable = (versions == version) & found["usable"]
    alike = _find_largest_group(found, usable & known)
    kept = usable & known & alike

    of_kept = {name: values[kept] for name, values in found.items()}
    days, means, bests = of_kept["day"], of_kept[measure.mean_column], of_kept[measure.best_column]
    values = means if which == "mean" else bests
    errors = np.where(np.isfinite(of_kept["error"]), of_kept["error"], published_error(measure))
    setups = find_setups(days, of_kept["yaw_deg"], of_kept["picture_height_cm"])
    of_days = average_errors_by_day(days, values, errors, setups)
    return TrendView(
        measure=measure,
        side=side,
        which=which,
        set_ids=of_kept["id"],
        days=days,
        means=means,
        bests=bests,
        measures_version=version,
        trend=smooth_trend(days, values, of_days),
        change=compare_first_and_last(days, values, measure.mdc, of_days),
        left_out=tuple(_explain_left_out(measure, found, version, known, alike)),
        corrected=of_kept["corrected"],
        errors=of_kept["error"],
    )


def _explain_left_out(
    measure: TrackedMeasure,
    found: dict[str, NDArray[Any]],
    version: int | None,
    known: NDArray[np.bool_],
    alike: NDArray[np.bool_],
) -> list[str]:
    """Why sets are not in the trend, with their number: one sentence a reason."""
    versions = found["measures_version"]
    of_version = versions == version
    usable = of_version & found["usable"]
    left_out = []
    other, newer = ~of_version, versions > (version or 0)
    if np.any(newer) and not np.any(newer & found["usable"] & known):
        sentence = tr("{sets} measured under newer definitions (version {version}), but not reliably or without this value.")
        left_out.append(sentence.format(sets=_count(int(np.sum(newer))), version=int(versions.max())))
        other = other & ~newer
    if others := int(np.sum(other)):
        names = ", ".join(str(v) for v in np.unique(versions[other]))
        left_out.append(
            tr(
                "{sets} measured under other definitions (version {versions}) and not compared: this trend is of version {version}."
            ).format(sets=_count(others), versions=names, version=version)
        )
    if unusable := int(np.sum(of_version & ~found["usable"])):
        left_out.append(tr("{sets} left out because the recording was not reliable.").format(sets=_count(unusable)))
    # Without a scale a set has its lengths in % of the foot only.
    no_centimeters = usable & ~known & np.isnan(found["picture_height_cm"]) & (measure.unit == "cm")
    if no_scale := int(np.sum(no_centimeters)):
        sentence = tr("{sets} left out because no centimeters were measured. Enter your height before you analyze a video.")
        left_out.append(sentence.format(sets=_count(no_scale)))
    if unknown := int(np.sum(usable & ~known & ~no_centimeters)):
        left_out.append(tr("{sets} left out because this could not be measured.").format(sets=_count(unknown)))
    if unlike := int(np.sum(usable & known & ~alike)):
        sentence = tr("{sets} left out because they were filmed from another view or measured with another model.")
        left_out.append(sentence.format(sets=_count(unlike)))
    return left_out


def _columns(measure: TrackedMeasure) -> list[str]:
    own = ("id", "day", "usable", "corrected", "measures_version", "view", "model", "yaw_deg", "picture_height_cm")
    return list(dict.fromkeys((*own, measure.mean_column, measure.best_column)))


def _find_largest_group(found: dict[str, NDArray[Any]], among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The sets of the commonest pair of view and model: of two that are as common, the newer one."""
    pairs = list(zip(found["view"].tolist(), found["model"].tolist(), strict=True))
    counts = Counter(pair for pair, counts in zip(pairs, among, strict=True) if counts)
    last = {pair: place for place, (pair, counts) in enumerate(zip(pairs, among, strict=True)) if counts}
    chosen = max(counts, key=lambda pair: (counts[pair], last[pair]), default=None)
    return np.array([pair == chosen for pair in pairs], dtype=bool)


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
    """The best of each exercise's first measure (dorsiflexion, heel-raise height, …) by leg and condition, of usable sets."""
    records = []
    for exercise in EXERCISES.values():
        for measure, side in ((measure, side) for measure in main_measures(exercise) for side in exercise.sides):
            best = view_trend(store, athlete_id, measure, side).best
            if best is not None:
                records.append(PersonalRecord(measure, side, best.value, store.get_set(best.set_id)))
    return records


def _count(sets: int) -> str:
    return tr_count("1 set was", "{count} sets were", sets)
