"""The marks of real people that the accuracy on people rests on."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from benchmarks.people import Row, group_rows

MARKS = Path(__file__).parents[3] / "benchmarks" / "people" / "marks.json"
PARTS = ("knee", "ankle", "heel_back", "heel_sole", "ball", "toe", "ear")


@pytest.fixture(scope="module")
def clips() -> list[dict[str, Any]]:
    return list(json.loads(MARKS.read_text())["clips"])


def test_there_are_a_hundred_frames_of_ten_recordings(clips: list[dict[str, Any]]) -> None:
    assert sum(len(clip["frames"]) for clip in clips) >= 100
    assert len({clip["file"] for clip in clips}) >= 10


def test_every_point_was_marked_twice_or_is_hidden(clips: list[dict[str, Any]]) -> None:
    for frame in (frame for clip in clips for frame in clip["frames"]):
        for part in PARTS:
            assert len(frame[part]) == 2
            assert all(mark is None or len(mark) == 2 for mark in frame[part])


def test_both_passes_mean_the_same_ankle(clips: list[dict[str, Any]]) -> None:
    """Half a foot apart they would have marked two feet."""
    for frame in (frame for clip in clips for frame in clip["frames"]):
        (one, other), heels, toes = frame["ankle"], frame["heel_back"], frame["toe"]
        if one and other and all(heels) and all(toes):
            foot = max(abs(heels[0][axis] - toes[0][axis]) for axis in (0, 1))
            assert max(abs(one[axis] - other[axis]) for axis in (0, 1)) < max(20.0, 0.5 * foot)


def test_no_picture_is_kept_with_the_marks() -> None:
    assert {path.suffix for path in MARKS.parent.iterdir()} == {".json"}


def test_rows_are_grouped_by_lean_view_and_leg() -> None:
    def row(lean_deg: float, off_side_deg: float, *, near: bool = True) -> Row:
        return Row("a.mp4", 0.0, False, "landmark", [lean_deg, lean_deg], 0.0, math.nan, off_side_deg, near)

    large, turned, small, far, front = (
        row(30.0, 3.0),
        row(-30.0, 20.0),
        row(5.0, 3.0),
        row(5.0, 20.0, near=False),
        row(30.0, math.nan),
    )
    groups = group_rows([large, turned, small, far, front])
    assert groups["lean over 25°, within 15° of side-on"] == [large]
    assert groups["lean over 25°, 15–40° off"] == [turned]
    assert groups["lean up to 25°, within 15° of side-on"] == [small]
    assert groups["lean up to 25°, 15–40° off"] == [far] == groups["far leg"]
