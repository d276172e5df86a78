"""Several estimates of one quantity come to what each of them is worth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from formcheck.signals.evidence import GROSS_SHARE, GROSSLY, Estimate, fuse, without_gross_errors


def test_two_estimates_that_agree_are_worth_more_than_one() -> None:
    both = fuse([Estimate(10.0, 1.0, "corners"), Estimate(10.2, 1.0, "outline")])
    assert both.value == pytest.approx(10.1)
    assert both.sd == pytest.approx(1 / math.sqrt(2), rel=0.15)
    assert both.source == "corners+outline"


def test_the_surer_estimate_counts_for_more() -> None:
    fused = fuse([Estimate(10.0, 1.0, "sure"), Estimate(13.0, 3.0, "unsure")])
    assert 10.0 < fused.value < 10.6


def test_a_gross_error_neither_pulls_the_value_far_nor_makes_it_surer() -> None:
    """Nine standard deviations off: a plain mean by variances would lie in the middle, and claim half the variance."""
    agreed = [Estimate(10.0, 1.0, "corners"), Estimate(10.5, 1.0, "outline")]
    fused = fuse([*agreed, Estimate(19.0, 1.0, "ankles")])
    assert abs(fused.value - 10.25) < 1.0
    assert fused.sd > fuse(agreed).sd


def test_two_that_contradict_each_other_leave_a_large_error() -> None:
    fused = fuse([Estimate(10.0, 1.0, "a"), Estimate(20.0, 1.0, "b")])
    assert fused.value == pytest.approx(15.0)
    assert fused.sd > 3.0


def test_one_estimate_alone_may_be_a_gross_error_too() -> None:
    alone = fuse([Estimate(10.0, 1.0, "a")])
    assert alone.value == pytest.approx(10.0)
    assert alone.sd > 1.0


def test_the_stated_error_is_the_true_one_when_gross_errors_are_not_counted_twice() -> None:
    """Networks of 2.0 and 1.8° RMS, one error in ten gross: the stated error has the RMS of the true one, and covers 68 %."""
    rng, sds = np.random.default_rng(7), (without_gross_errors(2.0), without_gross_errors(1.8))
    drawn = rng.normal(0.0, sds, (2000, 2)) * np.where(rng.random((2000, 2)) < GROSS_SHARE, GROSSLY, 1.0)
    assert np.sqrt(np.mean(drawn**2, axis=0)) == pytest.approx((2.0, 1.8), rel=0.1)
    fused = [fuse([Estimate(value, sd, "network") for value, sd in zip(pair, sds, strict=True)]) for pair in drawn]
    errors, stated = np.array([f.value for f in fused]), np.array([f.sd for f in fused])
    assert np.sqrt(np.mean(stated**2)) == pytest.approx(np.sqrt(np.mean(errors**2)), rel=0.1)
    assert 0.60 < np.mean(np.abs(errors) <= stated) < 0.76


@pytest.mark.parametrize("unknown", [[], [Estimate(float("nan"), 1.0, "a")], [Estimate(1.0, float("nan"), "a")]])
def test_without_a_known_estimate_nothing_is_known(unknown: list[Estimate]) -> None:
    assert math.isnan(fuse(unknown).value)
    assert math.isnan(fuse(unknown).sd)


def test_an_unknown_estimate_changes_nothing() -> None:
    known = Estimate(10.0, 1.0, "a")
    assert fuse([known, Estimate(float("nan"), 1.0, "b")]) == fuse([known])


def test_the_unit_does_not_matter() -> None:
    inches = [Estimate(1.0, 0.1, "a"), Estimate(1.3, 0.2, "b"), Estimate(2.0, 0.1, "c")]
    centimeters = [Estimate(2.54 * e.value, 2.54 * e.sd, e.source) for e in inches]
    assert fuse(centimeters).value == pytest.approx(2.54 * fuse(inches).value)
    assert fuse(centimeters).sd == pytest.approx(2.54 * fuse(inches).sd)


def test_far_apart_estimates_do_not_underflow() -> None:
    fused = fuse([Estimate(0.0, 0.01, "a"), Estimate(1000.0, 0.01, "b")])
    assert math.isfinite(fused.value)
    assert fused.sd > 1.0
