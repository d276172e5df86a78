"""Reps done well, as far as that could be seen: the one definition of *clean*, *judged*, *with a fault* and *best*."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FormCount:
    """The reps of a set, or of several, by what is known of their form.

    ``faultless`` of the ``reps`` showed no fault; of ``unjudged`` among these the heel or the height was not seen, so that a fault
    may have been missed (`formcheck.report.form.find_unjudged`).
    """

    reps: int = 0
    faultless: int = 0
    unjudged: int = 0

    @property
    def judged(self) -> int:
        """The reps that have a fault, or were seen well enough to say that they have none."""
        return self.reps - self.unjudged

    @property
    def clean(self) -> int:
        """The judged reps without a fault."""
        return self.faultless - self.unjudged

    @property
    def faulty(self) -> int:
        """The reps with a fault."""
        return self.reps - self.faultless

    def __add__(self, other: FormCount) -> FormCount:
        """Count the reps of both."""
        return FormCount(self.reps + other.reps, self.faultless + other.faultless, self.unjudged + other.unjudged)


def find_best(values: Sequence[float | None], faults: Sequence[Collection[Any]]) -> int | None:
    """Return the index of a set's best rep: the largest value without a fault, or the largest of all if each has one.

    A fault can make a value larger (a lifted heel adds to the shank's lean), so what it gave is no best while a rep without
    one is there. ``values`` are the reps' values of one measure, None or NaN where not measured; ``faults`` those of the same
    reps. None if no rep was measured; the first of equals.
    """
    known = {k: value for k, value in enumerate(values) if value is not None and math.isfinite(value)}
    clean = [k for k in known if not faults[k]]
    return max(clean or known, key=known.__getitem__, default=None)
