"""The soleus raise on a rendered clip: found by itself, counted, and as high as the truth of its heel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings
from formcheck.report.schema import Athlete, SetReport

CLIP = Path(__file__).resolve().parents[3] / "sample_videos" / "soleus_double_female_side.mp4"


@pytest.fixture(scope="module")
def truth() -> dict[str, list[dict[str, float]]]:
    return json.loads(CLIP.with_suffix(".json").read_text())


@pytest.fixture(scope="module")
def report() -> SetReport:
    return run_analysis(CLIP, Settings(athlete=Athlete(height_cm=156))).report


def test_raises_on_bent_knees_are_soleus_raises_without_being_named(report: SetReport) -> None:
    assert (report.exercise, report.variant, report.side) == ("heel-raise", "soleus-raise", "both")


def test_each_raise_is_counted_where_the_heel_is_highest(report: SetReport, truth: dict[str, list[dict[str, float]]]) -> None:
    assert len(report.reps) == len(truth["reps"])
    for rep, raised in zip(report.reps, truth["reps"], strict=True):
        assert raised["t_peak_start"] - 0.4 <= rep.peak_s <= raised["t_peak_end"] + 0.4
        assert rep.faults == []


def test_the_heels_height_is_the_truths_within_its_error(report: SetReport, truth: dict[str, list[dict[str, float]]]) -> None:
    error = report.quality.expected_error["height_cm"]
    for rep, raised in zip(report.reps, truth["reps"], strict=True):
        assert rep.measures["height_cm"] == pytest.approx(raised["peak"], abs=2 * error)
