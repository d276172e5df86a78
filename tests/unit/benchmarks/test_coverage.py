"""Whether a stated error is a standard error shows in how many repetitions lie within it."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.accuracy import ClipResult, summarize_coverage


def clip(errors: np.ndarray, stated: float) -> ClipResult:
    pairs = [
        {"clip": "a", "rep": n, "measure": "height_cm", "true": 10.0, "seen": 10.0 + e, "stated": stated}
        for n, e in enumerate(errors)
    ]
    return ClipResult("a", "full", {"leg": "far"}, "heel-raise", len(errors), len(errors), {}, pairs)


@pytest.mark.parametrize(("stated", "verdict"), [(0.7, "yes"), (0.35, "NO"), (1.4, "NO")])
def test_a_stated_error_is_right_if_68_percent_lie_within_it(stated: float, verdict: str) -> None:
    errors = np.random.default_rng(3).normal(0.0, 0.7, 300)
    table = summarize_coverage([clip(errors, stated)])
    assert set(table["condition"]) == {"all", "leg far"}
    assert set(table["calibrated"]) == {verdict}


def test_a_few_repetitions_decide_nothing() -> None:
    assert set(summarize_coverage([clip(np.zeros(29), 0.7)])["calibrated"]) == {"too few"}
