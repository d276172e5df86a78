"""One camera for a set, by all that shows it."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.pose.track import LANDMARK_COUNT, Landmark
from formcheck.scene.camera import FOCAL_ERROR_SHARE, PITCH_SPREAD_DEG, ROLL_SPREAD_DEG, USUAL, usual_focal_px
from formcheck.scene.camera_from_all import estimate_camera
from formcheck.scene.scene import observe_scene
from tests.helpers.bodies import FRAME_SIZE, make_standing, make_turn

SCENE = observe_scene(make_standing(), FRAME_SIZE)


def kneel() -> np.ndarray:
    """Key frames of somebody who stands still: the toes beside each other, as near as feet are."""
    points = np.tile(make_standing(1).points, (4, 1, 1))
    points[:, Landmark.LEFT_FOOT_INDEX] += (-200.0, -8.0)
    assert points.shape == (4, LANDMARK_COUNT, 2)
    return points


def test_where_nothing_shows_the_turn_its_error_is_that_of_a_propped_up_phone() -> None:
    camera = estimate_camera(SCENE, "right", None)
    assert (camera.roll.value, camera.roll.sd) == (0.0, ROLL_SPREAD_DEG)
    assert (camera.pitch.value, camera.pitch.sd, camera.pitch.source) == (0.0, PITCH_SPREAD_DEG, USUAL)


def test_edges_and_feet_are_weighed_by_their_errors() -> None:
    clear, unclear, feet = (
        estimate_camera(SCENE, "right", e, kneel(), 6.0).pitch for e in (make_turn(9.0, 1.0), make_turn(9.0, 5.0), None)
    )
    assert [pitch.source for pitch in (clear, unclear, feet)] == ["edges+feet", "edges+feet", "feet"]
    assert feet.value < unclear.value < clear.value == pytest.approx(9.0, abs=0.3)
    assert clear.sd < unclear.sd < feet.sd


def test_a_roll_that_is_not_clear_is_not_corrected_but_makes_the_vertical_less_sure() -> None:
    askew, unsure = (estimate_camera(SCENE, "right", make_turn(0.0, 1.0, roll)).roll for roll in (4.0, 1.2))
    assert askew.value == 4.0
    assert unsure.value == 0.0
    assert unsure.sd == pytest.approx(np.hypot(1.2, 0.8))


def test_a_perturbed_number_is_off_by_its_error_and_the_others_are_not() -> None:
    off = SCENE.camera.perturbed("yaw")
    assert off.yaw.value == SCENE.camera.yaw.value + SCENE.camera.yaw.sd
    assert off.pitch == SCENE.camera.pitch


def test_an_error_of_the_focal_length_takes_the_pitch_with_it_that_the_edges_showed() -> None:
    """Plumb edges run toward the same point of the picture, whatever the lens."""
    camera = estimate_camera(SCENE, "right", make_turn(20.0, 1.0))
    off = camera.perturbed("focal")
    points = [c.focal.value / np.tan(np.radians(c.pitch.value)) for c in (camera, off)]
    assert off.focal.value > camera.focal.value
    assert points[0] == pytest.approx(points[1])


def test_a_pitch_that_nothing_showed_does_not_depend_on_the_focal_length() -> None:
    assert SCENE.camera.perturbed("focal").pitch == SCENE.camera.pitch


def test_a_4_3_picture_may_be_a_whole_sensor_or_cut_from_a_wide_one() -> None:
    """The lens is the same; at 640 × 480 the first fills 640 pixels, the second the middle 640 of 853."""
    wide = usual_focal_px((1920, 1080)) / 1920
    whole, cut = 640 * wide, 480 * 16 / 9 * wide
    assert whole < usual_focal_px((640, 480)) < cut
    assert cut / usual_focal_px((640, 480)) - 1 == pytest.approx(FOCAL_ERROR_SHARE, abs=0.01)


def test_how_the_phone_is_held_does_not_change_its_lens() -> None:
    assert usual_focal_px((1080, 1920)) == usual_focal_px((1920, 1080)) == pytest.approx(0.8 * 1920)
