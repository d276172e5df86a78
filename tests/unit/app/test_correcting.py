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
def test_it_is_offered_from_the_largest_movements_beginning_to_its_end(peak_s: float) -> None:
    shown = movement(peak_s)
    span = propose_span(shown, (10.0, 20.0), REPS)
    assert span is not None
    assert span[0] < peak_s < span[1]
    outside = (shown["time"] < span[0]) | (shown["time"] > span[1])
    assert shown["value"][outside].max() < 0.05
    assert np.interp(span, shown["time"], shown["value"]) == pytest.approx([0.04, 0.04], abs=0.02)


def test_where_hardly_anything_moved_it_is_as_long_as_the_other_reps() -> None:
    jolt = movement(15.0)
    jolt["value"] = (jolt["time"] - 15.0).abs() < 0.05
    span = propose_span(jolt.astype(float), (10.0, 20.0), REPS)
    assert span == pytest.approx((13.5, 16.5))


@pytest.mark.parametrize("gap", [(10.0, 10.6), (10.0, 11.0), (10.03, 12.5), (0.0, 30.0)])
def test_it_is_never_shorter_than_a_rep_and_stays_in_the_gap(gap: tuple[float, float]) -> None:
    span = propose_span(movement(10.3), gap, REPS)
    assert span is not None
    assert gap[0] <= span[0] < span[1] <= gap[1]
    assert span[1] - span[0] >= MIN_REP_S


@pytest.mark.parametrize("gap", [(10.0, 20.0), (19.9, 20.2)])
def test_no_missed_rep_is_offered_without_a_person(gap: tuple[float, float]) -> None:
    assert propose_span(movement(5.0, unseen=(9.0, 21.0)), gap, REPS) is None
