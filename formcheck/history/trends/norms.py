"""Published norms of the single-leg heel-raise test: never applied to the two-leg drill, of which they say nothing.

Repetitions: Hébert-Losier, Wessman, Alricsson & Svantesson 2017, Physiotherapy 103:446–452,
doi:10.1016/j.physio.2017.03.002 (566 healthy people of 20 to 81 years; single leg, to fatigue, on a 10° incline).
Height and work: Calf Raise application norms, n = 500, bjpt.2025.101188.
"""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.history.values import SetRow, Sex

REPS_SOURCE = "Hébert-Losier 2017, doi:10.1016/j.physio.2017.03.002"
HEIGHT_SOURCE = "Calf Raise application norms, n=500, bjpt.2025.101188"

# Repetitions by decade of age.
_REPS: dict[Sex, dict[int, int]] = {
    "male": {20: 37, 30: 32, 40: 28, 50: 23, 60: 19, 70: 14},
    "female": {20: 30, 30: 27, 40: 24, 50: 21, 60: 19, 70: 16},
}
# Means of the dominant and of the other leg, all ages and both sexes together.
PEAK_HEIGHT_CM = (9.3, 9.6)
TOTAL_WORK_J = (1374.0, 1325.0)
TEST_REPS = (25, 24)


@dataclass(frozen=True)
class RepsNorm:
    """The usual number of single-leg heel raises of a person's age and sex."""

    reps: int
    decade: int
    sex: Sex

    def state(self, rep_count: int) -> str:
        """A test's repetitions against the norm, in words."""
        people = "women" if self.sex == "female" else "men"
        return (
            f"{rep_count} single-leg heel raises; {people} in their {self.decade}s usually do about {self.reps} "
            f"({REPS_SOURCE}; on a 10° incline, to fatigue)."
        )


def reps_norm(age: int | None, sex: Sex | None) -> RepsNorm | None:
    """The norm for an age in years and a sex; None where none is published or they are not known."""
    if age is None or sex is None:
        return None
    decade = age // 10 * 10
    reps = _REPS[sex].get(decade)
    return None if reps is None else RepsNorm(reps, decade, sex)


def norm_for_set(row: SetRow, age: int | None, sex: Sex | None) -> RepsNorm | None:
    """The norm for a saved set; None unless it was done on one leg: the two-leg drill has no norm."""
    if row.exercise != "heel-raise" or row.side not in ("left", "right"):
        return None
    return reps_norm(age, sex)
