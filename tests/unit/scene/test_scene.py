"""What the camera saw: facing, near side, vertical, size; and legs that the landmarker exchanged are put back."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.pose.track import FEET, HEAD, Landmark, Side, compute_shank_length
from formcheck.scene.scene import clean_track, compute_stature, observe_scene
from formcheck.scene.view import View
from formcheck.signals.geometry import rotate
from tests.helpers.bodies import FRAME_SIZE, make_standing, turn_camera

SIDES: tuple[Side, Side] = ("left", "right")


@pytest.mark.parametrize("facing", SIDES)
@pytest.mark.parametrize("near", SIDES)
def test_facing_and_the_near_leg_are_seen(facing: Side, near: Side) -> None:
    scene = observe_scene(make_standing(facing=facing, near=near), FRAME_SIZE)
    assert (scene.kind, scene.facing, scene.near_side) == ("side", facing, near)
    np.testing.assert_allclose(scene.forward, [1.0 if facing == "right" else -1.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(scene.up, [0.0, -1.0], atol=1e-9)


@pytest.mark.parametrize("shank", [40.0, 160.0, 900.0])
def test_the_shank_has_the_length_that_it_has(shank: float) -> None:
    track = make_standing(shank_px=shank)
    assert compute_shank_length(track) == pytest.approx(shank, rel=1e-6)
    assert observe_scene(track, FRAME_SIZE).shank_px == pytest.approx(shank, rel=1e-6)


def test_a_standing_person_is_as_tall_as_the_eyes_height_above_the_soles_says() -> None:
    track = make_standing(shank_px=100.0)
    up = observe_scene(track, FRAME_SIZE).up
    everything = np.ones(len(track), bool)
    assert 0.936 * compute_stature(track, up, everything) == pytest.approx(100.0 * (3.8 + 0.14), rel=0.01)


def test_without_a_head_the_shoulders_height_says_it() -> None:
    """The shoulders are at 0.818 of the body's height (Winter 2009, fig. 4.1)."""
    track = make_standing(shank_px=100.0)
    points = track.points.copy()
    shoulders, soles = points[0, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], 1].mean(), points[0, FEET, 1].max()
    points[:, HEAD] = np.nan
    up = observe_scene(track, FRAME_SIZE).up
    assert compute_stature(track.with_points(points), up, np.ones(len(track), bool)) == pytest.approx((soles - shoulders) / 0.818)


@pytest.mark.parametrize("roll", [-10.0, 10.0])
def test_the_vertical_follows_the_given_roll(roll: float) -> None:
    scene = observe_scene(make_standing(), FRAME_SIZE, roll_deg=roll)
    # turned clockwise, what is up in the world points to the right of up in the image
    np.testing.assert_allclose(scene.up, [np.sin(np.radians(roll)), -np.cos(np.radians(roll))], atol=1e-9)
    assert scene.up @ scene.forward == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("yaw", [-25.0, 0.0, 25.0])
def test_yaw_is_read_off_the_shoulders_with_its_sign(yaw: float) -> None:
    """Positive = the camera stands toward the person's front: seen from the front, the left shoulder is to the right."""
    scene = observe_scene(make_standing(yaw_deg=yaw), FRAME_SIZE)
    assert scene.yaw_deg == pytest.approx(yaw, abs=1.0)


@pytest.mark.parametrize("facing", SIDES)
@pytest.mark.parametrize("yaw", [-20.0, 0.0, 15.0])
@pytest.mark.parametrize("pitch", [0.0, 8.0])
@pytest.mark.parametrize("roll", [0.0, 4.0])
def test_a_step_along_the_floor_is_projected_by_a_pinhole_camera(facing: Side, yaw: float, pitch: float, roll: float) -> None:
    """The camera is 0.9 m up; the step is of 1 mm, from a place 2.6 m away and 0.4 m to the right of the camera's axis."""
    scene = turn_camera(observe_scene(make_standing(facing=facing), FRAME_SIZE, roll_deg=roll), yaw=yaw, pitch=pitch)
    ahead, down = np.radians(yaw), np.radians(pitch)
    # right, up and away from the camera → the camera's right, down and forward
    camera = np.array([[1, 0, 0], [0, -np.cos(down), -np.sin(down)], [0, -np.sin(down), np.cos(down)]])

    def see(place: np.ndarray) -> np.ndarray:
        x, y, z = camera @ place
        return np.asarray(FRAME_SIZE) / 2 + rotate(scene.focal_px * np.array([x, y]) / z, roll)

    foot = np.array([0.4, -0.9, 2.6])
    forward = np.array([np.cos(ahead) * (1 if facing == "right" else -1), 0.0, -np.sin(ahead)])
    stepped, lifted = (see(foot + 0.001 * way) - see(foot) for way in (forward, np.array([0.0, 1.0, 0.0])))
    np.testing.assert_allclose(scene.forward_at(see(foot)), stepped / (lifted @ scene.up), atol=2e-3)


def test_from_the_front_there_is_no_facing() -> None:
    scene = observe_scene(make_standing(yaw_deg=88.0), FRAME_SIZE)
    assert (scene.kind, scene.facing) == ("front", None)


def test_heights_grow_upwards_and_ahead_is_where_the_toes_point() -> None:
    for facing in SIDES:
        track = make_standing(facing=facing)
        scene = observe_scene(track, FRAME_SIZE)
        knee, ankle, toe = (track.xy(Landmark.of("right", part)) for part in ("knee", "ankle", "foot_index"))
        assert (scene.height_of(knee) > scene.height_of(ankle)).all()
        assert (scene.ahead_of(toe) > scene.ahead_of(ankle)).all()


def test_points_outside_the_picture_are_known_to_be() -> None:
    view = View(make_standing(), observe_scene(make_standing(), FRAME_SIZE), "right")
    points = np.array([[0.0, 0.0], [1279.0, 959.0], [-1.0, 5.0], [5.0, 960.0], [np.nan, 5.0]])
    np.testing.assert_array_equal(view.contains(points), [True, True, False, False, False])


def test_cleaning_takes_jitter_and_spikes_out_of_a_still_body() -> None:
    true = make_standing(120, apart_px=120.0)
    rng = np.random.default_rng(1)
    points = true.points + rng.normal(0.0, 1.0, true.points.shape)
    points[60, Landmark.LEFT_KNEE] += (90.0, -40.0)
    cleaned = clean_track(true.with_points(points))
    error = np.abs(cleaned.points - true.points)
    assert error.max() < 3.0
    assert error[60, Landmark.LEFT_KNEE].max() < 3.0


@pytest.mark.parametrize("frames", [1, 2, 3, 5])
def test_a_few_frames_are_enough_for_a_scene(frames: int) -> None:
    scene = observe_scene(clean_track(make_standing(frames)), FRAME_SIZE)
    assert scene.facing == "right"


def test_a_person_on_few_frames_still_gives_a_scene() -> None:
    track = make_standing(60)
    points = track.points.copy()
    points[5:] = np.nan
    scene = observe_scene(clean_track(track.with_points(points)), FRAME_SIZE)
    assert scene.shank_px == pytest.approx(160.0, rel=0.01)
