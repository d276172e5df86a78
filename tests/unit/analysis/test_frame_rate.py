"""The frame rate that a report speaks of is the video's, not the analysis's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.analysis.quality import judge_frame_rate, measure_frame_rate
from formcheck.support.arrays import FloatArray
from formcheck.video.reader import MAX_ANALYSIS_FPS, VideoInfo
from formcheck.video.sampling import OnePerPeriod

INFO = VideoInfo(Path("set.mp4"), 10.0, 24.0, 240, 640, 480, 0, 0.0, "h264")


def read(fps: float, missing: float = 0.0, max_fps: float = MAX_ANALYSIS_FPS) -> FloatArray:
    """The times of the frames that the analysis takes of ten seconds, of which a share never came."""
    rng = np.random.default_rng(1)
    choice = OnePerPeriod(max_fps)
    times = [k / fps for k in range(round(10 * fps)) if rng.random() >= missing]
    return np.array([t for t in times if choice.take(t)])


@pytest.mark.parametrize("fps", [24.0, 25.0, 29.97, 60.0, 10.0])
def test_it_is_the_files_own_rate(fps: float) -> None:
    assert measure_frame_rate(replace(INFO, fps=fps), read(fps)) == fps


def test_of_a_file_that_claims_more_than_it_holds_it_is_what_came() -> None:
    assert measure_frame_rate(replace(INFO, fps=30.0), read(30.0, missing=0.8)) == pytest.approx(6.0, abs=1.0)


def test_a_file_without_a_stated_length_is_as_long_as_its_frames() -> None:
    assert measure_frame_rate(replace(INFO, fps=0.0), read(12.0)) == pytest.approx(12.0, abs=0.1)


def test_a_video_that_was_to_be_followed_slowly_is_not_called_slow() -> None:
    info = replace(INFO, fps=30.0)
    asked = judge_frame_rate(info, read(30.0, max_fps=8.0), 8.0)
    assert (asked.name, asked.holds) == ("low-frame-rate", False)
    assert asked.message.startswith("Only 8 frames a second were followed, as the analysis was asked to")
    assert judge_frame_rate(info, read(30.0, max_fps=12.0), 12.0).holds


@pytest.mark.parametrize("max_fps", [5.0, 8.0, 15.0, None])
def test_a_slow_video_is_called_slow_however_it_was_followed(max_fps: float | None) -> None:
    slow = judge_frame_rate(replace(INFO, fps=10.0), read(10.0, max_fps=max_fps or 100.0), max_fps)
    assert slow.message.startswith("The video has 10 frames a second")
