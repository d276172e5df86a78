"""Without a head in the picture the body is seen where it is, on every frame of a raise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from formcheck.pose.headless import find_standing_boxes, measure_head_room
from formcheck.pose.track import HEAD, SIDES, Landmark, PoseTrack
from formcheck.pose.tracker import track_headless
from formcheck.video.reader import probe_video, read_frames
from tests.helpers.clips import crop_clip

# The render's joints by their names in its truth file.
PARTS = {"hip": "hip", "knee": "knee", "ankle": "ankle", "heel": "heel", "foot_index": "toe"}


@pytest.fixture(scope="module")
def followed(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[PoseTrack, dict[str, np.ndarray]]:
    """A track of a render cut off at the neck, and the true (T, 2) path of each joint in it, pixels."""
    sample, top = sample_videos / "hr_double_female_side.mp4", 0.24
    info = probe_video(crop_clip(sample, tmp_path_factory.mktemp("cut") / "cut.mp4", top=top))
    some = list(read_frames(info, max_fps=1.0))
    boxes = find_standing_boxes([frame.time_s for frame in some], [frame.rgb(480) for frame in some])
    assert boxes is not None
    track = track_headless(info, boxes, max_fps=5.0)
    truth = json.loads(sample.with_suffix(".json").read_text())
    times = np.array([frame["t"] for frame in truth["frames"]])
    nearest = [truth["frames"][int(np.argmin(np.abs(times - time_s)))]["joints_px"] for time_s in track.time_s]
    cut_px = int(top * probe_video(sample).height) // 2 * 2
    return track, {name: np.array([frame[name] for frame in nearest]) - (0, cut_px) for name in nearest[0]}


@pytest.mark.parametrize("part", PARTS)
def test_every_joint_is_near_its_true_place(followed: tuple[PoseTrack, dict[str, np.ndarray]], part: str) -> None:
    track, truth = followed
    shank = np.median(np.linalg.norm(truth["right_knee"] - truth["right_ankle"], axis=1))
    found = np.mean([track.xy(Landmark.of(side, part)) for side in SIDES], axis=0)
    true = np.mean([truth[f"{side}_{PARTS[part]}"] for side in SIDES], axis=0)
    assert np.nanmedian(np.linalg.norm(found - true, axis=1)) < 0.2 * shank


@pytest.mark.parametrize("part", ["shoulder", "hip", "knee", "ankle", "heel"])
def test_the_body_rises_and_sinks_with_the_true_ankles(followed: tuple[PoseTrack, dict[str, np.ndarray]], part: str) -> None:
    track, truth = followed
    found = np.mean([track.xy(Landmark.of(side, part))[:, 1] for side in SIDES], axis=0)
    true = np.mean([truth[f"{side}_ankle"][:, 1] for side in SIDES], axis=0)
    known = np.isfinite(found)
    assert known.mean() > 0.9
    assert np.corrcoef(found[known], true[known])[0, 1] > 0.9


def test_the_head_stays_unknown(followed: tuple[PoseTrack, dict[str, np.ndarray]]) -> None:
    track, _ = followed
    assert np.isnan(track.points[:, HEAD]).all()


def see_first(sample_videos: Path) -> tuple[np.ndarray, float]:
    """The first picture of a sample, (H, W, 3), and the true length of a shank in it, pixels."""
    sample = sample_videos / "hr_double_female_side.mp4"
    joints = json.loads(sample.with_suffix(".json").read_text())["frames"][0]["joints_px"]
    return next(iter(read_frames(probe_video(sample)))).rgb(), float(
        np.linalg.norm(np.subtract(joints["right_knee"], joints["right_ankle"]))
    )


@pytest.mark.parametrize("cut", [0.25, 0.5], ids=["above the head", "forehead"])
def test_what_is_cut_off_above_the_eyes_is_missing_there(cut: float, sample_videos: Path) -> None:
    """``cut`` is in shank lengths."""
    picture, shank = see_first(sample_videos)
    whole, part = measure_head_room([picture]), measure_head_room([np.ascontiguousarray(picture[int(cut * shank) :])])
    assert whole - part == pytest.approx(cut, abs=0.1)


def test_a_head_out_of_the_picture_has_hardly_any_room(sample_videos: Path) -> None:
    picture, _ = see_first(sample_videos)
    assert measure_head_room([np.ascontiguousarray(picture[int(0.24 * len(picture)) :])]) < 0.1


def test_of_a_picture_without_legs_no_room_is_known() -> None:
    assert np.isnan(measure_head_room([np.full((480, 640, 3), 128, np.uint8)]))
