"""Which set comes next: the prescription, set by set and leg by leg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from formcheck.exercises import EXERCISES
from formcheck.report.names import ConditionName
from formcheck.support.language import tr, tr_count
from formcheck.support.legs import add_leg


@dataclass(frozen=True)
class NextSet:
    """A set to film: its exercise and side, its number, and how many there are."""

    exercise: str
    side: str
    number: int
    sets: int
    reps: int
    condition: ConditionName | None = None

    @property
    def words(self) -> str:
        """The set in words: "Set 2 of 3, left leg: 10 reps"."""
        leg = add_leg(self.side)
        return tr("Set {number} of {sets}{leg}: {amount}").format(number=self.number, sets=self.sets, leg=leg, amount=self.amount)

    @property
    def sentence(self) -> str:
        """The set as the next one of the day: "Next today is set 2 of 3, left leg, 10 reps."."""
        return tr("Next today is set {number} of {sets}{leg}, {amount}.").format(
            number=self.number, sets=self.sets, leg=add_leg(self.side), amount=self.amount
        )

    @property
    def amount(self) -> str:
        """What one set asks for: "10 reps", or "30 seconds, eyes closed"."""
        exercise = EXERCISES[self.exercise]
        if exercise.trial_s is None:
            return tr_count("1 rep", "{count} reps", self.reps)
        seconds = tr("{seconds:.0f} seconds").format(seconds=exercise.trial_s)
        return f"{seconds}, {exercise.conditions[self.condition].lower()}" if self.condition else seconds


def order_sets(exercise: str) -> list[NextSet]:
    """Return an exercise's sets in order: both legs of a set, then the next set."""
    prescription = EXERCISES[exercise].prescription
    sides = ("left", "right") if prescription.per_leg else ("both",)
    return [
        NextSet(exercise, side, number, prescription.sets, prescription.reps)
        for number in range(1, prescription.sets + 1)
        for side in sides
    ]


def find_next(exercise: str, done: Mapping[str, int]) -> NextSet | None:
    """Return the first set that is not done yet; None if all are.

    Parameters
    ----------
    done
        How many sets of the exercise are done today, by side.
    """
    return next((item for item in order_sets(exercise) if done.get(item.side, 0) < item.number), None)
