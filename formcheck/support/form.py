"""How many reps were done well, as far as that could be seen: the one definition of *clean*, *judged* and *with a fault*."""

from __future__ import annotations

from dataclasses import dataclass


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
