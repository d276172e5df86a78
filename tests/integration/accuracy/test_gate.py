"""The accuracy that docs/accuracy.md claims, on rendered clips with exact truth: an error that doubles cannot pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy import COVERAGE, ClipResult, compare_clip
from formcheck.analysis.pipeline import Analysis

ROOT = Path(__file__).resolve().parents[3]
# Two clips have tests of their own (tests/integration/exercises): a heel drop is measured only by its name, and a soleus raise has
# the truth of its heel only.
OWN_TESTS = {"stepdrop_left_male_side", "soleus_double_female_side"}
CLIPS = sorted(
    clip for folder in ("sample_videos", "tests/clips") for clip in (ROOT / folder).glob("*.mp4") if clip.stem not in OWN_TESTS
)
# Mean absolute errors measured on these clips (docs/accuracy.md); each bound is 1.5 times that.
CLAIMED = {"tibial_inclination_deg": 1.2, "valid_peak_deg": 1.2, "height_cm": 0.6, "heel_rise_cm": 0.2, "peak_time_s": 0.05}
MARGIN = 1.5
# No single clip's mean error may be larger (shared target: no clip over 3°; heel raises from the front are the coarsest).
WORST_CLIP = {"tibial_inclination_deg": 3.0, "height_cm": 1.5}


@pytest.fixture(scope="session")
def results(analyze_once: Callable[[Path], Analysis]) -> list[ClipResult]:
    return [compare_clip(clip, "full", analyze_once(clip).report) for clip in CLIPS]


def _errors(results: list[ClipResult], measure: str) -> dict[str, list[float]]:
    return {r.name: errors for r in results if (errors := [abs(p["seen"] - p["true"]) for p in r.pairs if p["measure"] == measure])}


def test_every_repetition_is_counted_and_no_other_movement(results: list[ClipResult]) -> None:
    assert {r.name: r.reps for r in results} == {r.name: r.true_reps for r in results}


def test_exercise_leg_and_facing_are_detected(results: list[ClipResult]) -> None:
    assert [(r.name, what) for r in results for what, right in r.right.items() if not right] == []


@pytest.mark.parametrize("measure", CLAIMED)
def test_the_mean_error_is_within_what_is_claimed(results: list[ClipResult], measure: str) -> None:
    errors = np.concatenate([np.array(e) for e in _errors(results, measure).values()])
    assert len(errors) >= 10
    assert errors.mean() <= MARGIN * CLAIMED[measure]


@pytest.mark.parametrize("measure", WORST_CLIP)
def test_no_clip_is_far_off(results: list[ClipResult], measure: str) -> None:
    means = {name: float(np.mean(e)) for name, e in _errors(results, measure).items()}
    assert {name: mean for name, mean in means.items() if mean > WORST_CLIP[measure]} == {}


def test_faults_that_are_there_are_found_and_none_is_invented(results: list[ClipResult]) -> None:
    seen = [fault for r in results for fault in r.faults]
    there, found = sum(f[1] for f in seen), sum(f[2] for f in seen)
    right = sum(f[1] and f[2] for f in seen)
    assert there >= 8
    assert right >= 0.9 * there
    assert found - right <= 1


@pytest.mark.parametrize("measure", ["tibial_inclination_deg", "valid_peak_deg", "height_cm"])
def test_the_stated_error_has_its_stated_coverage(results: list[ClipResult], measure: str) -> None:
    """68 % are to lie within ±; of these well-filmed clips more may, because ± rests on harder ones too. Under 60 % is wrong."""
    pairs = [p for r in results for p in r.pairs if p["measure"] == measure and np.isfinite(p["stated"])]
    assert len(pairs) >= 10
    assert np.mean([abs(p["seen"] - p["true"]) <= p["stated"] for p in pairs]) >= COVERAGE[0]
