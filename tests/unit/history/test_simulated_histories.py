"""Where nothing changed, a change is called in at most one history of twenty; the band holds the truth in nine of ten."""

from __future__ import annotations

import numpy as np
import pytest

from tests.helpers.simulated_histories import ERRORS, KINDS, Kind, band_holds, calls_change, simulate

CASES = [(kind, error, mdc) for error, mdc in ERRORS for kind in KINDS]


@pytest.mark.parametrize(("kind", "error", "mdc"), CASES)
def test_no_more_than_one_history_in_twenty_without_a_change_is_called_one(kind: Kind, error: float, mdc: float) -> None:
    rng = np.random.default_rng(7)
    called = [calls_change(simulate(kind, error, rng), mdc) for _ in range(120)]
    assert np.mean(called) <= 0.05


@pytest.mark.parametrize(("kind", "error", "mdc"), CASES)
def test_the_band_holds_the_true_course_on_nine_days_of_ten(kind: Kind, error: float, mdc: float) -> None:
    rng = np.random.default_rng(8)
    histories = [simulate(kind, error, rng, gain=gain) for gain in (0.0, 2 * mdc) for _ in range(12)]
    assert np.mean(np.concatenate([band_holds(history) for history in histories])) >= 0.90


def test_a_gain_far_beyond_the_error_is_called() -> None:
    rng = np.random.default_rng(9)
    called = [calls_change(simulate("independent", 2.0, rng, gain=12.0), 4.7) for _ in range(40)]
    assert np.mean(called) >= 0.95
