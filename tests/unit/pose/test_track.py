"""A pose track refuses what does not fit together."""

import numpy as np
import pytest

from formcheck.pose.track import LANDMARK_COUNT, LEG_PARTS, Landmark, PoseTrack, concatenate


def make_track(frames: int, start_s: float = 0.0) -> PoseTrack:
    return PoseTrack(
        start_s + np.arange(frames) / 30.0,
        np.zeros((frames, LANDMARK_COUNT, 2)),
        np.ones((frames, LANDMARK_COUNT)),
        np.zeros((frames, 2)),
    )


def test_blazepose_has_33_landmarks_and_every_leg_part_on_both_sides() -> None:
    assert LANDMARK_COUNT == 33
    for part in LEG_PARTS:
        # BlazePose numbers left odd, right even, the right one next to its left one
        assert Landmark.of("right", part) == Landmark.of("left", part) + 1


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("points", (5, 32, 2)),
        ("points", (5, 33, 3)),
        ("points", (4, 33, 2)),
        ("visibility", (5, 34)),
        ("lateral", (5, 3)),
        ("lateral", (4, 2)),
    ],
)
def test_arrays_that_do_not_fit_are_refused_by_name(name: str, shape: tuple[int, ...]) -> None:
    good = make_track(5)
    arrays = {n: getattr(good, n) for n in ("time_s", "points", "visibility", "lateral")} | {name: np.zeros(shape)}
    with pytest.raises(ValueError, match=name):
        PoseTrack(**arrays)


@pytest.mark.parametrize("times", [[0.0, 0.1, 0.1], [0.0, 0.2, 0.1]])
def test_time_that_does_not_rise_is_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="rise"):
        PoseTrack(np.array(times), np.zeros((3, 33, 2)), np.zeros((3, 33)), np.zeros((3, 2)))


def test_present_is_where_a_person_was_found() -> None:
    track = make_track(4)
    points = track.points.copy()
    points[1:3] = np.nan
    np.testing.assert_array_equal(track.with_points(points).present, [True, False, False, True])


@pytest.mark.parametrize(("frames", "fps"), [(0, 0.0), (1, 0.0), (2, 30.0), (90, 30.0)])
def test_frame_rate_is_the_median_of_the_steps(frames: int, fps: float) -> None:
    assert make_track(frames).fps == pytest.approx(fps)


def test_joined_tracks_have_every_frame_once_in_order_and_an_overlap_is_refused() -> None:
    first, second = make_track(10), make_track(5, start_s=1.0)
    joined = concatenate([first, second])
    assert len(joined) == 15
    np.testing.assert_array_equal(joined.time_s, np.concatenate([first.time_s, second.time_s]))
    with pytest.raises(ValueError, match="rise"):
        concatenate([second, first])
