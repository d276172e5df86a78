"""The person's own record, for the gauge: the best value in the history for this exercise and leg."""

from __future__ import annotations

from formcheck.exercises import EXERCISES
from formcheck.history.store.store import Store
from formcheck.history.trends.measures import main_measure


def find_own_record(store: Store, athlete_id: int, exercise: str, side: str, *, in_cm: bool) -> float | None:
    """Return the best headline value in the unit that the live set will show; None if there is none.

    Parameters
    ----------
    in_cm
        Whether the person's height is known, so that lengths are in cm rather than % of foot length.
    """
    measure = main_measure(exercise)
    if measure is None:
        return None
    if measure.unit == "cm" and not in_cm:
        measure = next((m for m in EXERCISES[exercise].trends if m.key == f"{measure.key}-pct"), measure)
    rows = store.list_sets(athlete_id, exercise=exercise, side=side)
    return max((value for row in rows if (value := measure.value_of(row, "best")) is not None), default=None)
