"""The second network sees knee and ankle where they are, wherever the first one put them, and says nothing where there are none."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

from formcheck.pose.bundles import data_dir
from formcheck.pose.movenet import ShankReader
from formcheck.video.reader import probe_video, read_frames

SAMPLES = ("df_left_male_side", "df_right_female_heellift", "dfx_leadin_right")


@cache
def see(sample: str) -> tuple[np.ndarray, np.ndarray]:
    """A picture in the middle of a sample's second hold, (H, W, 3), and the true (knee, ankle) of the front leg in it, pixels."""
    path = data_dir("sample_videos") / f"{sample}.mp4"
    truth = json.loads(path.with_suffix(".json").read_text())
    rep = truth["reps"][1]
    time_s = (rep["t_peak_start"] + rep["t_peak_end"]) / 2
    picture = next(iter(read_frames(probe_video(path), start_s=time_s))).rgb()
    joints = min(truth["frames"], key=lambda frame: abs(frame["t"] - time_s))["joints_px"]
    return picture, np.array([joints[f"{truth['meta']['side']}_{part}"] for part in ("knee", "ankle")])


@cache
def reader() -> ShankReader:
    return ShankReader()


def lean(shank: np.ndarray) -> float:
    """The lean of a (knee, ankle) in the picture against its upright, degrees, whichever way."""
    across, up = shank[0] - shank[1]
    return float(np.degrees(np.arctan2(abs(across), -up)))


def read(picture: np.ndarray, expected: np.ndarray) -> np.ndarray:
    found = reader().read(picture, *expected)
    assert found is not None
    return found


@pytest.mark.parametrize("sample", SAMPLES)
def test_knee_and_ankle_are_seen_where_they_are(sample: str) -> None:
    picture, true = see(sample)
    found = read(picture, true)
    assert np.linalg.norm(found - true, axis=1).max() < 0.12 * np.linalg.norm(true[0] - true[1])
    assert lean(found) == pytest.approx(lean(true), abs=4.0)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_found_edges_hardly_depend_on_the_search_window(sample: str) -> None:
    picture, true = see(sample)
    shank = np.linalg.norm(true[0] - true[1])
    around = [read(picture, true + shank * np.array(step)) for step in ([0, 0], [0.1, 0], [-0.1, 0], [0, 0.1], [0, -0.1])]
    assert np.ptp(around, axis=0).max() < 0.05 * shank
    # the guess leans by 6 degrees either way
    tilted = [lean(read(picture, true + shank * np.array([[step, 0], [0, 0]]))) for step in (-0.1, 0.1)]
    assert abs(tilted[0] - tilted[1]) < 2.5


def test_a_mirrored_picture_gives_the_mirrored_shank() -> None:
    picture, true = see(SAMPLES[0])
    width = picture.shape[1]

    def mirror(points: np.ndarray) -> np.ndarray:
        return points * (-1, 1) + (width - 1, 0)

    found = read(np.ascontiguousarray(picture[:, ::-1]), mirror(true))
    assert np.abs(mirror(found) - read(picture, true)).max() < 1.0


def test_a_larger_picture_gives_the_same_shank() -> None:
    picture, true = see(SAMPLES[1])
    twice = np.ascontiguousarray(picture.repeat(2, axis=0).repeat(2, axis=1))
    assert np.abs(read(twice, 2 * true) / 2 - read(picture, true)).max() < 0.02 * np.linalg.norm(true[0] - true[1])


def test_an_empty_wall_has_no_knee() -> None:
    picture, true = see(SAMPLES[0])
    assert reader().read(np.full_like(picture, 180), *true) is None


@pytest.mark.parametrize("knee", [(np.nan, np.nan), (300.0, 400.0)])
def test_without_landmarks_of_the_shank_no_line_is_read(knee: tuple[float, float]) -> None:
    picture, _ = see(SAMPLES[0])
    assert reader().read(picture, np.array(knee), np.array([300.0, 400.0])) is None


def test_a_shank_at_the_pictures_edge_is_read_over_black() -> None:
    picture, true = see(SAMPLES[0])
    left = int(true[:, 0].min() - 0.4 * np.linalg.norm(true[0] - true[1]))
    assert np.isfinite(read(np.ascontiguousarray(picture[:, left:]), true - (left, 0))).all()
