"""Criteria: a value, the limit that it must keep, and what it means where it does not, so that every rejection says why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.support.arrays import FloatArray

Sense = Literal["above", "below", "at least", "at most"]
KEEPS: dict[Sense, np.ufunc] = {"above": np.greater, "below": np.less, "at least": np.greater_equal, "at most": np.less_equal}
NOT_SEEN = "The body was not seen well enough to judge this movement."


@dataclass(frozen=True)
class Criterion:
    """One condition. A table of them without values is a definition; `of` fills in a value.

    Attributes
    ----------
    name
        Its code in the report, such as ``knee-straightened``.
    limit, unit
        What the value is compared with.
    source
        Where the limit comes from, or the clips that it was chosen on.
    words
        The sentence for a value that fails; it may hold ``{value}`` and ``{limit}`` with a format.
    must
        How the value must stand to the limit.
    value
        A number, or (T,) numbers, one per frame; NaN if not known.
    if_unknown
        Whether an unknown value passes: only where the limb that it is read from may rightly be hidden.
    """

    name: str
    limit: float
    unit: str
    source: str
    words: str
    must: Sense
    value: float | FloatArray = math.nan
    if_unknown: bool = False

    def of(self, value: float | FloatArray, limit: float | None = None) -> Self:
        """Return this criterion with a value, and with another limit if the conditions call for one."""
        return replace(self, value=value, limit=self.limit if limit is None else limit)

    @property
    def holds(self) -> NDArray[np.bool_]:
        """Whether the value keeps the limit; (T,) for values per frame."""
        value = np.asarray(self.value, float)
        with np.errstate(invalid="ignore"):
            kept = np.asarray(KEEPS[self.must](value, self.limit), bool)
        return kept | np.isnan(value) if self.if_unknown else kept

    @property
    def message(self) -> str:
        """What a value that fails means, in a sentence."""
        value = float(np.nanmedian(self.value)) if np.isfinite(self.value).any() else math.nan
        return NOT_SEEN if math.isnan(value) else self.words.format(value=value, limit=self.limit)


def above(name: str, limit: float, unit: str, source: str, words: str, *, if_unknown: bool = False) -> Criterion:
    """Define a criterion whose value must be above the limit."""
    return Criterion(name, limit, unit, source, words, "above", if_unknown=if_unknown)


def below(name: str, limit: float, unit: str, source: str, words: str, *, if_unknown: bool = False) -> Criterion:
    """Define a criterion whose value must be below the limit."""
    return Criterion(name, limit, unit, source, words, "below", if_unknown=if_unknown)


def list_failed(criteria: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """Return the criteria whose value does not keep its limit."""
    return tuple(criterion for criterion in criteria if not criterion.holds.all())


def find_frames(criteria: Sequence[Criterion]) -> NDArray[np.bool_]:
    """(T,) the frames on which all criteria hold."""
    return np.asarray(np.logical_and.reduce([criterion.holds for criterion in criteria]))


def find_most_broken(criteria: Iterable[Criterion], frames: NDArray[np.bool_]) -> Criterion | None:
    """Return the criterion that fails on most of the (T,) ``frames``, with its median value there; None if all hold on all."""

    def broken(criterion: Criterion) -> NDArray[np.bool_]:
        return np.asarray(frames & ~criterion.holds)

    worst = max(criteria, key=lambda criterion: int(broken(criterion).sum()), default=None)
    if worst is None or not broken(worst).any():
        return None
    values = np.broadcast_to(np.asarray(worst.value, float), frames.shape)[broken(worst)]
    return worst.of(float(np.nanmedian(values)) if np.isfinite(values).any() else math.nan)
