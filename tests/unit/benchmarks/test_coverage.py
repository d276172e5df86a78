"""Whether a stated error is a standard error shows in how many repetitions lie within it."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.accuracy import ClipResult, summarize_coverage


def clip(name: str, errors: np.ndarray, stated: float) -> ClipResult:
    pairs = [
        {"clip": name, "rep": n, "measure": "height_cm", "true": 10.0, "seen": 10.0 + e, "stated": stated}
        for n, e in enumerate(errors)
    ]
    return ClipResult(name, "full", {"leg": "far"}, "heel-raise", len(errors), len(errors), {}, pairs)


def clips(count: int, stated: float) -> list[ClipResult]:
    """Clips of five repetitions with the same error each, drawn with a standard deviation of 0.7."""
    rng = np.random.default_rng(3)
    return [clip(str(n), np.full(5, rng.normal(0.0, 0.7)), stated) for n in range(count)]


@pytest.mark.parametrize(("stated", "verdict"), [(0.7, "yes"), (0.35, "NO"), (1.4, "NO")])
def test_a_stated_error_is_right_if_68_percent_lie_within_it(stated: float, verdict: str) -> None:
    table = summarize_coverage(clips(60, stated))
    assert set(table["condition"]) == {"all", "leg far"}
    assert set(table["calibrated"]) == {verdict}


def test_the_repetitions_of_a_clip_are_no_more_evidence_than_the_clip() -> None:
    """Three of six clips within the error: that happens often with the right error."""
    results = [clip(str(n), np.full(5, 0.0 if n < 3 else 2.0), 0.7) for n in range(6)]
    assert set(summarize_coverage(results)["calibrated"]) == {"undecided"}


def test_a_few_repetitions_decide_nothing() -> None:
    assert set(summarize_coverage([clip("a", np.zeros(29), 0.7)])["calibrated"]) == {"too few"}
