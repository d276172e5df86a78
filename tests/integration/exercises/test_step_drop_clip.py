"""The heel drop off a step on a rendered clip: count, leg and pace against the truth of its heel."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings
from formcheck.exercises.step_drop import DEPTH_UNREAD, LOW_SHARE
from formcheck.report.schema import Athlete, SetReport

CLIP = Path(__file__).resolve().parents[3] / "sample_videos" / "stepdrop_left_male_side.mp4"


@pytest.fixture(scope="module")
def truth() -> dict[str, list[dict[str, float]]]:
    return json.loads(CLIP.with_suffix(".json").read_text())


@pytest.fixture(scope="module")
def report() -> SetReport:
    return run_analysis(CLIP, Settings("step-drop", athlete=Athlete(height_cm=177))).report


def test_the_drops_are_counted_on_the_leg_that_lowers(report: SetReport, truth: dict[str, list[dict[str, float]]]) -> None:
    assert (report.exercise, report.side) == ("step-drop", "left")
    assert len(report.reps) == len(truth["drops"])
    for rep, drop in zip(report.reps, truth["drops"], strict=True):
        assert drop["t_peak_start"] - 0.4 <= rep.peak_s <= drop["t_peak_end"] + 0.4


def test_the_way_down_takes_as_long_as_the_heels(report: SetReport, truth: dict[str, list[dict[str, float]]]) -> None:
    time, heel = (np.array([frame[name] for frame in truth["frames"]]) for name in ("t", "heel_height_cm"))
    for rep, drop in zip(report.reps, truth["drops"], strict=True):
        inside = (time >= drop["t_start"]) & (time <= drop["t_peak_end"])
        low = heel[inside] <= heel[inside].min() + LOW_SHARE * np.ptp(heel[inside])
        assert rep.measures["lower_s"] == pytest.approx(time[inside][low][0] - drop["t_start"], abs=0.4)
        assert rep.faults == []


def test_the_depth_is_null_with_its_reason(report: SetReport) -> None:
    assert all(rep.measures.get("drop_cm") is None for rep in report.reps)
    assert all([(gap.measure, gap.reason) for gap in rep.unmeasured] == [("drop_cm", DEPTH_UNREAD)] for rep in report.reps)


def test_without_its_name_a_heel_drop_is_no_heel_raise() -> None:
    assert run_analysis(CLIP, Settings()).report.reps == []
