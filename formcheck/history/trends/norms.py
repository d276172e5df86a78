"""Published norms of the single-leg heel-raise test: applied to a set that was the test, and to no other.

Repetitions: Hébert-Losier, Wessman, Alricsson & Svantesson 2017, Physiotherapy 103:446–452, doi:10.1016/j.physio.2017.03.002
(566 healthy people of 20 to 81 years; single leg, to fatigue, on a 10° incline), with 95 % limits of agreement of ±6 repetitions
between two days of the same person.

The published heights and works (n = 500, bjpt.2025.101188) are medians of a marker under the lateral malleolus on a 10° incline.
The underside of the heel, which formcheck measures on a flat floor, rises 1.3 to 1.4 times as far: no norm is shown for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.history.values import SetRow, Sex
from formcheck.support.language import tr

TEST = "single-leg-heel-raise"
REPS_SOURCE = "Hébert-Losier 2017, n = 566, doi:10.1016/j.physio.2017.03.002"
# 95 % limits of agreement between two days, in repetitions (the same source).
REPS_BETWEEN_DAYS = 6

# Repetitions by decade of age.
_REPS: dict[Sex, dict[int, int]] = {
    "male": {20: 37, 30: 32, 40: 28, 50: 23, 60: 19, 70: 14, 80: 10},
    "female": {20: 30, 30: 27, 40: 24, 50: 21, 60: 19, 70: 16, 80: 13},
}


@dataclass(frozen=True)
class RepsNorm:
    """The usual number of single-leg heel raises of a person's age and sex."""

    reps: int
    decade: int
    sex: Sex

    def state(self, rep_count: int) -> str:
        """Return a sentence that compares a test's repetitions with the usual number.

        The band around it is what one person's number differs by between two days: inside it, nothing separates the person
        from the usual. The spread between people is not given by a source that we could read, so no percentile is stated.
        """
        away = rep_count - self.reps
        if abs(away) <= REPS_BETWEEN_DAYS:
            place = tr("That is about the usual number")
        elif away > 0:
            place = tr("That is {count} more than usual").format(count=away)
        else:
            place = tr("That is {count} fewer than usual").format(count=-away)
        if self.sex == "female":
            usual = tr("{count} single-leg heel raises; the usual number for women in their {decade}s is {usual} ({source}).")
        else:
            usual = tr("{count} single-leg heel raises; the usual number for men in their {decade}s is {usual} ({source}).")
        between = tr("{place}: from one day to another the same person's number differs by up to {days}.")
        return " ".join(
            (
                usual.format(count=rep_count, decade=self.decade, usual=self.reps, source=REPS_SOURCE),
                between.format(place=place, days=REPS_BETWEEN_DAYS),
            )
        )


def reps_norm(age: int | None, sex: Sex | None) -> RepsNorm | None:
    """The norm for an age in years and a sex; None where none is published or they are not known."""
    if age is None or sex is None:
        return None
    decade = age // 10 * 10
    reps = _REPS[sex].get(decade)
    return None if reps is None else RepsNorm(reps, decade, sex)


def norm_for_set(row: SetRow, age: int | None, sex: Sex | None) -> RepsNorm | None:
    """The norm for a saved set; None unless the set was the test, done on one leg."""
    if row.test != TEST or row.side not in ("left", "right"):
        return None
    return reps_norm(age, sex)
