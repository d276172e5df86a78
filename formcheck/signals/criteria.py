"""Criteria: a value, the limit that it must keep, and what it means where it does not, so that every rejection says why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.support.arrays import FloatArray, median_known
from formcheck.support.language import tr

Sense = Literal["above", "below", "at least", "at most"]
KEEPS: dict[Sense, np.ufunc] = {"above": np.greater, "below": np.less, "at least": np.greater_equal, "at most": np.less_equal}
# A pose is left in a movement, not by a landmark's jump, if it fails on more than this share of the frames. By design: the same
# tenth that `RepRule.min_ready_share` allows.
BROKEN_SHARE = 0.1
SHANKS = "shank lengths"  # some 42 cm each
BY_TRIAL = "by trial on the sample and test clips and the recordings of people (docs/accuracy.md)"
NOT_SEEN = tr("The body was not seen well enough to judge this movement.")


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
        Whether an unknown value or limit passes.
    limit_in_set
        The limit among repetitions that kept ``limit`` and so show which exercise it is; None: the same.
    """

    name: str
    limit: float
    unit: str
    source: str
    words: str
    must: Sense
    value: float | FloatArray | NDArray[np.bool_] = math.nan
    if_unknown: bool = False
    limit_in_set: float | None = None

    @property
    def in_set(self) -> Self:
        """This criterion as it stands among repetitions that show which exercise it is."""
        return self if self.limit_in_set is None else replace(self, limit=self.limit_in_set)

    def of(self, value: float | FloatArray | NDArray[np.bool_], limit: float | None = None) -> Self:
        """Return this criterion with a value, and with another limit if the conditions call for one."""
        return replace(self, value=value, limit=self.limit if limit is None else limit)

    @property
    def holds(self) -> NDArray[np.bool_]:
        """Whether the value keeps the limit; (T,) for values per frame."""
        value = np.asarray(self.value, float)
        with np.errstate(invalid="ignore"):
            kept = np.asarray(KEEPS[self.must](value, self.limit), bool)
        return kept | np.isnan(value) | np.isnan(self.limit) if self.if_unknown else kept

    @property
    def message(self) -> str:
        """What a value that fails means, in a sentence."""
        values = np.asarray(self.value, float)
        value = median_known(values)
        return NOT_SEEN if math.isnan(value) else self.words.format(value=value, limit=self.limit)


# Definitions of criteria: name, limit, unit, source, words, and ``if_unknown``.
above, below = partial(Criterion, must="above"), partial(Criterion, must="below")
at_least, at_most = partial(Criterion, must="at least"), partial(Criterion, must="at most")


def list_failed(criteria: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """Return the criteria whose value does not keep its limit."""
    return tuple(criterion for criterion in criteria if not criterion.holds.all())


def find_frames(criteria: Sequence[Criterion]) -> NDArray[np.bool_]:
    """(T,) the frames on which all criteria hold."""
    return np.asarray(np.logical_and.reduce([criterion.holds for criterion in criteria]))


def find_broken(criteria: Iterable[Criterion], frames: slice) -> tuple[Criterion, ...]:
    """Return those of criteria with (T,) values that fail on more than `BROKEN_SHARE` of the frames, the most broken first.

    Each has its median value on the frames on which it fails.
    """
    broken = []
    for criterion in criteria:
        failing = ~criterion.holds[frames]
        if failing.mean() > BROKEN_SHARE:
            values = np.asarray(criterion.value, float)[frames][failing]
            value = median_known(values)
            broken.append((float(failing.mean()), criterion.of(value)))
    return tuple(criterion for _, criterion in sorted(broken, key=lambda pair: -pair[0]))
