"""What the history holds beside a set: the same headline measured another time, or on the other leg.

:mod:`formcheck.history` makes these values; findings, pages and PDFs read them without knowing a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formcheck.export.figure import Figure

Verdict = Literal["more", "less", "within error", "unknown error"]
"""What a difference is called: a change to more or to less, within measurement error, or of an error that is not known."""


@dataclass(frozen=True)
class Reference:
    """The headline of another set, in the headline's unit.

    Attributes
    ----------
    day
        When that set was done, as it is read: "March 3".
    same_day
        Whether both sets were done on the same day: two sets of one day show no change.
    verdict
        Whether this set has more or less than that one, beyond measurement error.
    threshold
        The measurement error of the difference, in the same unit; None where none is known.
    """

    value: float
    day: str
    same_day: bool = False
    verdict: Verdict = "unknown error"
    threshold: float | None = None


@dataclass(frozen=True)
class Ghost:
    """The best rep of another set, and the day of that set as it is read: "March 3"."""

    figure: Figure
    day: str


@dataclass(frozen=True)
class OtherSets:
    """The person's other sets to compare a set with; None if there is no such set.

    Attributes
    ----------
    last
        The last set of this leg before this one.
    best
        The highest headline of this leg so far, this set left out: a record, biased upward, and no base for a change.
    other_leg
        The nearest set of the other leg.
    since_last, sides
        The comparisons with the last set and with the other leg, in sentences; empty if there are none.
    ghost
        The best rep so far of this leg, of the sets that kept a figure, this set left out.
    """

    last: Reference | None = None
    best: Reference | None = None
    other_leg: Reference | None = None
    since_last: str = ""
    sides: str = ""
    ghost: Ghost | None = None

    @property
    def statements(self) -> list[str]:
        """Both comparisons in sentences."""
        return [text for text in (self.since_last, self.sides) if text]


NO_OTHER_SETS = OtherSets()
