"""How fast frames and poses come, and which pose model a machine keeps up with."""

from __future__ import annotations

import pytest

from formcheck.live.pace import RATE_WINDOW_S, Pace, Rate


def pace_of(*costs_s: float) -> Pace:
    pace = Pace()
    for cost_s in costs_s:
        pace.note(cost_s)
    return pace


@pytest.mark.parametrize(("cost_s", "too_slow"), [(0.03, False), (0.08, False), (0.12, False), (0.13, True), (0.5, True)])
def test_the_full_model_is_too_slow_below_eight_poses_a_second(cost_s: float, too_slow: bool) -> None:
    assert pace_of(*[cost_s] * 30).is_too_slow is too_slow


def test_loading_the_model_and_single_delays_do_not_count() -> None:
    assert not pace_of(2.0, 1.0, 1.0).is_too_slow
    assert not pace_of(*[2.0] * 3, *[0.05] * 15).is_too_slow
    assert not pace_of(*[0.05] * 10, *[1.0] * 5, *[0.05] * 3).is_too_slow


def test_a_machine_that_becomes_busy_is_noticed() -> None:
    assert pace_of(*[0.05] * 100, *[0.2] * 8).is_too_slow


def test_a_rate_is_that_of_the_last_two_seconds() -> None:
    rate = Rate()
    for tick in range(100):
        rate.note(0.05 * tick)
    assert rate.per_s == pytest.approx(20.0)
    for tick in range(int(10 * RATE_WINDOW_S) + 1):
        rate.note(5.0 + 0.1 * tick)
    assert rate.per_s == pytest.approx(10.0)


def test_one_frame_shows_no_rate() -> None:
    rate = Rate()
    assert rate.per_s == 0.0
    rate.note(3.0)
    assert rate.per_s == 0.0
