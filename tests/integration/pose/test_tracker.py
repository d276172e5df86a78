"""A video is shared out among the cores so that none waits long for the others, wherever it can be entered."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.pose.parts import DECODING_SHARE, MIN_PART_S, OVERLAP_S, split_evenly
from formcheck.pose.tracker import track_poses
from formcheck.video.reader import probe_video
from tests.helpers.clips import cut_clip


def measure_work(borders: list[float], duration_s: float, key_frames_s: list[float]) -> list[float]:
    """What each part takes: what it follows, its overlap, and what must be decoded before that."""
    works = []
    for start_s, stop_s in pairwise([*borders, duration_s]):
        first_s = max(0.0, start_s - OVERLAP_S)
        entered_s = key_frames_s[bisect_right(key_frames_s, first_s) - 1] if key_frames_s else first_s
        works.append(stop_s - first_s + DECODING_SHARE * (first_s - entered_s))
    return works


@given(
    duration_s=st.floats(10.0, 600.0),
    parts=st.integers(1, 8),
    gaps=st.lists(st.floats(0.5, 12.0), max_size=200),
)
def test_parts_cover_the_video_and_none_is_too_short(duration_s: float, parts: int, gaps: list[float]) -> None:
    keys = [0.0]
    for gap in gaps:
        keys.append(keys[-1] + gap)
    borders = split_evenly(duration_s, parts, keys)
    assert borders[0] == 0.0
    assert 1 <= len(borders) <= parts
    assert all(stop_s - start_s >= MIN_PART_S / 2 for start_s, stop_s in pairwise([*borders, duration_s])) or borders == [0.0]
    assert max(measure_work(borders, duration_s, keys)) <= duration_s + 1e-6


@pytest.mark.parametrize("step_s", [0.5, 1.0, 2.0])
def test_with_a_phones_key_frames_all_parts_take_the_same(step_s: float) -> None:
    keys = [step_s * k for k in range(int(60 / step_s))]
    for parts in (2, 3, 4):
        works = measure_work(split_evenly(60.0, parts, keys), 60.0, keys)
        assert len(works) == parts
        assert max(works) - min(works) < 2 * DECODING_SHARE * step_s


def test_a_file_with_few_key_frames_gets_a_longer_first_part() -> None:
    borders = split_evenly(20.0, 2, [0.0, 8.3])
    first, second = measure_work(borders, 20.0, [0.0, 8.3])
    assert borders[1] > 10.5
    assert first == pytest.approx(second, abs=0.01)
    assert split_evenly(20.0, 2)[1] == pytest.approx((20.0 + OVERLAP_S) / 2)


def test_one_core_and_two_find_exactly_the_same(sample_videos: Path, tmp_path: Path) -> None:
    """Two cores share one part: one reads the pictures, the other finds the person, as a single core does both in turn."""
    info = probe_video(cut_clip(sample_videos / "hr_double_female_side.mp4", tmp_path / "cut.mp4", 0.0, 2.0))
    one, two = (track_poses(info, "lite", workers=cores) for cores in (1, 2))
    assert len(one) >= 25
    np.testing.assert_array_equal(one.time_s, two.time_s)
    np.testing.assert_array_equal(one.points, two.points)
