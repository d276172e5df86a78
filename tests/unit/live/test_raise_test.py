"""When the heel-raise test is over: too slow, too low, or with a fault that stays."""

from __future__ import annotations

import pytest

from formcheck.live.raise_test import find_test_end
from formcheck.live.state import LiveRep
from formcheck.report.schema import FaultCode
from formcheck.signals.reps import RepSpan


def raises(
    peaks_s: list[float], rises: list[float] | None = None, faults: list[tuple[FaultCode, ...]] | None = None
) -> list[LiveRep]:
    rises = rises or [0.1] * len(peaks_s)
    faults = faults or [()] * len(peaks_s)
    return [
        LiveRep(n, RepSpan(peak - 0.8, peak, peak + 0.8, 0.0, rise), {"height_cm": 8.0}, found, 8.0)
        for n, (peak, rise, found) in enumerate(zip(peaks_s, rises, faults, strict=True), start=1)
    ]


STEADY = [2.0 * n for n in range(1, 7)]


def test_a_steady_test_goes_on() -> None:
    assert find_test_end(raises(STEADY), STEADY[-1] + 1.0) is None


def test_the_test_waits_for_its_first_raise() -> None:
    assert find_test_end([], 100.0) is None


@pytest.mark.parametrize(
    ("reps", "now_s", "why"),
    [
        (raises(STEADY), STEADY[-1] + 8.0, "no longer lifted"),
        (raises([2.0, 4.0, 8.5, 13.0]), 13.5, "pace"),
        (raises([2.0, 4.0, 7.1, 10.2]), 10.5, "pace"),
        (raises(STEADY, [0.1, 0.1, 0.1, 0.1, 0.069, 0.069]), STEADY[-1] + 1, "70\u00a0%"),
        (raises(STEADY, faults=[(), (), (), *[("knee-bent",)] * 3]), STEADY[-1] + 1, "knee bent"),
        (raises(STEADY, faults=[(), (), (), *[("trunk-lean",)] * 3]), STEADY[-1] + 1, "trunk leaned"),
    ],
)
def test_each_rule_ends_the_test(reps: list[LiveRep], now_s: float, why: str) -> None:
    assert why in (find_test_end(reps, now_s) or "")


@pytest.mark.parametrize(
    ("reps", "now_s"),
    [
        (raises([2.0, 4.0, 8.5, 10.5]), 11.0),  # one late raise, then back in pace
        (raises(STEADY, faults=[(), (), (), ("knee-bent",), ("knee-bent",), ()]), STEADY[-1] + 1),  # the second prompt helped
        (raises(STEADY, [0.1, 0.1, 0.1, 0.04, 0.1, 0.04]), STEADY[-1] + 1),
        (raises([2.0, 4.0, 6.9, 9.8]), 10.0),  # slow, but within three seconds
        (raises(STEADY, [0.1, 0.1, 0.1, 0.1, 0.071, 0.071]), STEADY[-1] + 1),
    ],
)
def test_single_slow_low_or_faulty_raises_do_not_end_the_test(reps: list[LiveRep], now_s: float) -> None:
    assert find_test_end(reps, now_s) is None
