"""Corrections that look at the video again: what is measured anew is what was measured at first."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.analysis.archive import read_analysis, write_analysis
from formcheck.analysis.pipeline import Analysis
from formcheck.analysis.remeasure import with_borders, with_rep, with_side, without_rep
from formcheck.exercises import Exercise
from formcheck.support.errors import InputError, UsageError


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    if isinstance(one, Exercise):  # an exercise has no state: it is its class
        return type(one) is type(other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    if is_dataclass(one) and not isinstance(one, type):
        return type(one) is type(other) and all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return bool(one == other)


def test_a_kept_analysis_is_the_same_one(sample_analysis: Analysis, tmp_path: Path) -> None:
    write_analysis(sample_analysis, tmp_path / "kept.npz")
    assert same(read_analysis(tmp_path / "kept.npz"), sample_analysis)


def test_a_missed_rep_is_measured_as_if_it_had_been_counted(sample_analysis: Analysis) -> None:
    missed = sample_analysis.report.reps[1]
    assert "heel-lifted" in missed.faults
    lacking = without_rep(sample_analysis, 2)
    assert [span.start_s for span in lacking.recording.spans] == [rep.start_s for rep in lacking.report.reps]
    found = with_rep(lacking, missed.start_s, missed.end_s)
    again = found.report.reps[1]
    assert (again.faults, again.peak_s) == (missed.faults, missed.peak_s)
    for name, value in missed.measures.items():
        assert again.measures[name] == pytest.approx(value, abs=0.3, rel=0.05), name
    assert found.report.summary.rep_count == 4
    assert [step.kind for step in found.report.corrections] == ["remove", "add"]


def test_a_rep_added_by_hand_brings_the_error_of_its_numbers(sample_analysis: Analysis) -> None:
    stated = sample_analysis.report.quality.expected_error
    rep = sample_analysis.report.reps[1]
    bare = without_rep(sample_analysis, 2)
    unstated = bare.report.model_copy(update={"quality": bare.report.quality.model_copy(update={"expected_error": {}})})
    assert with_rep(replace(bare, report=unstated), rep.start_s, rep.end_s).report.quality.expected_error == stated


def test_borders_that_leave_the_peak_out_measure_less(sample_analysis: Analysis) -> None:
    rep = sample_analysis.report.reps[2]
    rise_s = rep.peak_s - rep.start_s
    moved = with_borders(sample_analysis, 3, rep.start_s, rep.start_s + 0.6 * rise_s)
    small = moved.report.reps[2]
    assert small.end_s == pytest.approx(rep.start_s + 0.6 * rise_s, abs=0.05)
    assert small.measures["tibial_inclination_deg"] < 0.9 * (rep.measures["tibial_inclination_deg"] or 0)
    assert moved.report.corrections[0].before == rep
    assert [r.measures for r in moved.report.reps if r.number != 3] == [
        r.measures for r in sample_analysis.report.reps if r.number != 3
    ]


def test_a_raise_between_half_way_up_and_half_way_down_was_not_lowered(heel_raise_analysis: Analysis) -> None:
    """The set's other repetitions show where standing is; measured by itself it seemed to start and end there."""
    analysis = heel_raise_analysis
    rep, time_s, signal = analysis.report.reps[1], analysis.track.time_s, analysis.signals["rep_signal"]
    inside = (time_s >= rep.start_s) & (time_s <= rep.end_s)
    up_s = time_s[inside & (signal > np.mean([signal[inside].min(), signal[inside].max()]))]
    moved = with_borders(analysis, rep.number, float(up_s[0]), float(up_s[-1])).report.reps[1]
    assert "not-lowered" in moved.faults
    assert moved.measures["left_up_pct"] == pytest.approx(50.0, abs=15.0)


def test_the_leg_that_is_not_seen_to_work_gets_only_the_name(sample_analysis: Analysis) -> None:
    renamed = with_side(sample_analysis, "left")
    assert renamed.report.side == "left"
    assert renamed.report.corrections[0].reps is None
    assert [rep.measures for rep in renamed.report.reps] == [rep.measures for rep in sample_analysis.report.reps]
    with pytest.raises(UsageError, match="choose left or right"):
        with_side(sample_analysis, "both")


def test_two_working_legs_can_be_measured_on_the_other_one(heel_raise_analysis: Analysis) -> None:
    other = "left" if heel_raise_analysis.leg == "right" else "right"
    switched = with_side(heel_raise_analysis, other)
    assert switched.report.side == other
    assert switched.leg == other
    assert switched.report.corrections[0].reps
    assert switched.report.summary.rep_count == heel_raise_analysis.report.summary.rep_count
    assert switched.report.as_counted == heel_raise_analysis.report


def test_without_the_video_an_unread_part_cannot_be_measured(sample_analysis: Analysis, tmp_path: Path) -> None:
    gone = replace(sample_analysis, info=replace(sample_analysis.info, path=tmp_path / "gone.mp4"))
    rep = gone.report.reps[0]
    with pytest.raises(InputError, match="analyze it again"):
        with_rep(without_rep(gone, 1), rep.start_s, rep.end_s)
    moved = with_borders(gone, 1, rep.start_s + 0.2, rep.end_s - 0.2)
    assert moved.report.reps[0].measures["valid_peak_deg"] == pytest.approx(rep.measures["valid_peak_deg"], abs=0.01)


def test_borders_that_cannot_be_a_rep_are_refused(sample_analysis: Analysis) -> None:
    with pytest.raises(UsageError, match="at least"):
        with_borders(sample_analysis, 1, 1.0, 1.2)
    with pytest.raises(UsageError, match="Nobody is seen"):
        with_rep(sample_analysis, 900.0, 903.0)
