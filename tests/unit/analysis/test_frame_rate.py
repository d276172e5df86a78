"""The frame rate that a report speaks of is the video's, not the analysis's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.analysis.quality import measure_frame_rate
from formcheck.pose.track import PoseTrack
from formcheck.video.reader import MAX_ANALYSIS_FPS, VideoInfo
from formcheck.video.sampling import OnePerPeriod

INFO = VideoInfo(Path("set.mp4"), 10.0, 24.0, 240, 640, 480, 0, 0.0, "h264")


def read(fps: float, missing: float = 0.0) -> PoseTrack:
    """The frames that the analysis takes of ten seconds, of which a share never came."""
    rng = np.random.default_rng(1)
    choice = OnePerPeriod(MAX_ANALYSIS_FPS)
    times = [k / fps for k in range(round(10 * fps)) if rng.random() >= missing]
    return PoseTrack.empty(np.array([t for t in times if choice.take(t)]))


@pytest.mark.parametrize("fps", [24.0, 25.0, 29.97, 60.0, 10.0])
def test_it_is_the_files_own_rate(fps: float) -> None:
    assert measure_frame_rate(replace(INFO, fps=fps), read(fps)) == fps


def test_of_a_file_that_claims_more_than_it_holds_it_is_what_came() -> None:
    assert measure_frame_rate(replace(INFO, fps=30.0), read(30.0, missing=0.8)) == pytest.approx(6.0, abs=1.0)


def test_a_file_without_a_stated_length_is_as_long_as_its_frames() -> None:
    assert measure_frame_rate(replace(INFO, fps=0.0), read(12.0)) == pytest.approx(12.0, abs=0.1)
