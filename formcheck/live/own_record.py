"""The person's own record, for the gauge: the best value in the history for this exercise and leg."""

from __future__ import annotations

from formcheck.exercises import EXERCISES
from formcheck.history.store.store import Store
from formcheck.history.trends.measures import main_measure
from formcheck.report.schema import MEASURES_VERSION


def find_own_record(
    store: Store, athlete_id: int, exercise: str, side: str, *, in_cm: bool, condition: str | None = None
) -> float | None:
    """Return the best headline value of reliable sets in the unit that the live set will show; None if there is none.

    Sets measured under other definitions than today's do not count: what will be shown is not comparable with them.

    Parameters
    ----------
    in_cm
        Whether the person's height is known, so that lengths are in cm rather than % of foot length.
    condition
        What the person says about how it is done: only sets of which the same was said count.
    """
    measure = main_measure(exercise)
    if measure is not None and measure.condition is not None:
        measure = next((m for m in EXERCISES[exercise].trends if m.condition == condition), None)
    if measure is None:
        return None
    if measure.unit == "cm" and not in_cm:
        measure = next((m for m in EXERCISES[exercise].trends if m.key == f"{measure.key}-pct"), measure)
    rows = [row for row in store.list_sets(athlete_id, exercise=exercise, side=side) if row.usable]
    rows = [row for row in rows if row.measures_version == MEASURES_VERSION]
    return max((value for row in rows if (value := measure.value_of(row, "best")) is not None), default=None)
