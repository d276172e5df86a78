"""Where a missed rep is offered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from formcheck.app.analyze.correcting import propose_span
from formcheck.report.limits import MIN_REP_S
from tests.helpers.factories import half_kneeling_report

REPS = half_kneeling_report().reps  # three seconds each


def movement(peak_s: float, *, until_s: float = 30.0, unseen: tuple[float, float] | None = None) -> pd.DataFrame:
    """A movement whose largest value is at ``peak_s``."""
    time_s = np.arange(0.0, until_s, 0.1)
    value = np.exp(-(((time_s - peak_s) / 0.7) ** 2))
    if unseen is not None:
        value[(time_s >= unseen[0]) & (time_s <= unseen[1])] = np.nan
    return pd.DataFrame({"time": time_s, "value": value})


@pytest.mark.parametrize("peak_s", [12.0, 15.0, 18.4])
def test_it_is_offered_around_the_largest_movement_as_long_as_the_other_reps(peak_s: float) -> None:
    span = propose_span(movement(peak_s), (10.0, 20.0), REPS)
    assert span is not None
    assert span[0] < peak_s < span[1]
    assert span[1] - span[0] == pytest.approx(3.0)


@pytest.mark.parametrize("gap", [(10.0, 10.6), (10.0, 11.0), (10.03, 12.5), (0.0, 30.0)])
def test_it_is_never_shorter_than_a_rep_and_stays_in_the_gap(gap: tuple[float, float]) -> None:
    span = propose_span(movement(10.3), gap, REPS)
    assert span is not None
    assert gap[0] <= span[0] < span[1] <= gap[1]
    assert span[1] - span[0] >= MIN_REP_S


@pytest.mark.parametrize("gap", [(10.0, 20.0), (19.9, 20.2)])
def test_no_missed_rep_is_offered_without_a_person(gap: tuple[float, float]) -> None:
    assert propose_span(movement(5.0, unseen=(9.0, 21.0)), gap, REPS) is None
