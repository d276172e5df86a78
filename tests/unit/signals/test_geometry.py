"""Angles mean what a protractor on the picture would say, and the camera's view is taken out of them again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.signals.geometry import (
    compute_flexion,
    compute_inclination,
    correct_view,
    project_inclination,
    rotate,
)

UP = np.array([0.0, -1.0])
RIGHT, LEFT = np.array([1.0, 0.0]), np.array([-1.0, 0.0])
ANKLE = np.array([400.0, 600.0])

leans = st.floats(-50, 70)
yaws = st.floats(-35, 35)
scales = st.floats(1.0, 3000.0)


def place_knee(ankle: np.ndarray, lean_deg: float, forward: np.ndarray, shank: float) -> np.ndarray:
    """The knee of a shank that leans ``lean_deg`` forward, in image coordinates (y down)."""
    lean = np.radians(lean_deg)
    return ankle + shank * (np.sin(lean) * forward + np.cos(lean) * UP)


@pytest.mark.parametrize("forward", [RIGHT, LEFT], ids=["facing right", "facing left"])
@pytest.mark.parametrize("shank", [12.0, 150.0, 2400.0])
def test_a_shank_30_degrees_forward_measures_30_from_either_side_and_at_any_scale(forward: np.ndarray, shank: float) -> None:
    knee = place_knee(ANKLE, 30.0, forward, shank)
    assert compute_inclination(ANKLE, knee, UP, forward) == pytest.approx(30.0)


@pytest.mark.parametrize("forward", [RIGHT, LEFT], ids=["facing right", "facing left"])
def test_an_upright_shank_measures_zero_and_one_that_leans_back_is_negative(forward: np.ndarray) -> None:
    assert compute_inclination(ANKLE, place_knee(ANKLE, 0.0, forward, 100.0), UP, forward) == pytest.approx(0.0)
    assert compute_inclination(ANKLE, place_knee(ANKLE, -7.0, forward, 100.0), UP, forward) == pytest.approx(-7.0)


@given(lean=leans, roll=st.floats(-45, 45), shank=scales)
def test_a_turned_camera_does_not_change_the_lean_when_up_turns_with_it(lean: float, roll: float, shank: float) -> None:
    knee = place_knee(ANKLE, lean, RIGHT, shank)
    turned = [rotate(v, roll) for v in (ANKLE, knee, UP, RIGHT)]
    assert compute_inclination(*turned) == pytest.approx(lean, abs=1e-6)


def test_positive_rotation_is_clockwise_on_the_screen() -> None:
    np.testing.assert_allclose(rotate(UP, 90.0), RIGHT, atol=1e-12)


@given(angle=st.floats(-720, 720), x=st.floats(-1e4, 1e4), y=st.floats(-1e4, 1e4))
def test_rotation_keeps_lengths_and_turns_back(angle: float, x: float, y: float) -> None:
    vector = np.array([x, y])
    turned = rotate(vector, angle)
    assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm(vector), abs=1e-6)
    np.testing.assert_allclose(rotate(turned, -angle), vector, atol=1e-6)


@given(bend=st.floats(0.0, 180.0), way=st.sampled_from([-1.0, 1.0]), turn=st.floats(0, 360), scale=scales)
def test_a_knee_bent_by_an_angle_measures_it_whichever_way_it_bends_and_the_picture_is_turned(
    bend: float, way: float, turn: float, scale: float
) -> None:
    hip = np.array([0.0, -scale])
    ankle = rotate(np.array([0.0, scale]), way * bend)
    points = [rotate(p, turn) for p in (hip, np.zeros(2), ankle)]
    assert compute_flexion(*points) == pytest.approx(bend, abs=1e-5)


def test_angles_of_many_frames_come_at_once_and_a_missing_point_gives_nan() -> None:
    knees = np.stack([place_knee(ANKLE, lean, RIGHT, 80.0) for lean in (0.0, 10.0, 20.0)])
    knees[1] = np.nan
    measured = compute_inclination(np.broadcast_to(ANKLE, knees.shape), knees, UP, RIGHT)
    np.testing.assert_allclose(measured, [0.0, np.nan, 20.0], atol=1e-9)


@given(lean=leans, yaw=st.floats(-60, 60))
def test_far_away_yaw_shrinks_the_tangent_by_its_cosine(lean: float, yaw: float) -> None:
    seen = project_inclination(np.array([[lean]]), yaw, np.zeros((1, 2)), np.inf, 1.0)[0, 0]
    expected = np.degrees(np.arctan(np.tan(np.radians(lean)) * np.cos(np.radians(yaw))))
    assert seen == pytest.approx(expected, abs=1e-6)


def see_through_pinhole(lean_deg: float, yaw_deg: float, pitch_deg: float, offset: np.ndarray, distance: float) -> float:
    """The lean in the picture of a shank of length one, by projecting its two ends in space one after the other."""
    lean, yaw, pitch = np.radians([lean_deg, yaw_deg, pitch_deg])
    # camera axes: x right, y down, z away; the ankle is on the ray through ``offset`` (of a picture plane at ``distance``)
    ankle = np.array([offset[0], offset[1], distance])
    # the person faces the image's right; the camera stands yaw toward the person's front: forward comes nearer
    forward = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])
    shank = np.sin(lean) * forward + np.cos(lean) * np.array([0.0, -1.0, 0.0])
    # a camera that looks down sees the world turned about its x axis: what is far away rises in its picture
    looks_down = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    knee = ankle + looks_down @ shank
    seen_ankle, seen_knee = (p[:2] / p[2] * distance for p in (ankle, knee))
    across, down = seen_knee - seen_ankle
    return float(np.degrees(np.arctan2(across, -down)))


@given(
    lean=leans,
    yaw=yaws,
    x=st.floats(-2.5, 2.5),
    y=st.floats(-2.0, 2.0),
    distance=st.floats(5.0, 40.0),
    pitch=st.floats(-30.0, 30.0),
)
def test_projection_is_that_of_a_pinhole_camera(lean: float, yaw: float, x: float, y: float, distance: float, pitch: float) -> None:
    offset = np.array([x, y])
    seen = project_inclination(np.array([[lean]]), yaw, offset[None], distance, 1.0, pitch)[0, 0]
    assert seen == pytest.approx(see_through_pinhole(lean, yaw, pitch, offset, distance), abs=1e-6)


@given(
    lean=leans,
    yaw=yaws,
    x=st.floats(-2.5, 2.5),
    y=st.floats(-2.0, 2.0),
    distance=st.floats(5.0, 40.0),
    sign=st.sampled_from([-1.0, 1.0]),
)
def test_correcting_the_view_gives_back_the_lean_that_was_projected(
    lean: float, yaw: float, x: float, y: float, distance: float, sign: float
) -> None:
    offset = np.array([[x, y]])
    seen = project_inclination(np.array([[lean]]), yaw, offset, distance, sign)[:, 0]
    assert correct_view(seen, yaw, offset, distance, sign)[0] == pytest.approx(lean, abs=0.01)


def test_side_on_at_the_image_center_nothing_is_corrected() -> None:
    seen = np.array([0.0, 12.0, 37.5])
    np.testing.assert_allclose(correct_view(seen, 0.0, np.zeros((3, 2)), 10.0, 1.0), seen, atol=1e-6)


def test_facing_left_is_the_mirror_image_of_facing_right() -> None:
    seen, offset = np.array([25.0]), np.array([[0.8, 1.2]])
    right = correct_view(seen, 15.0, offset, 9.0, 1.0)
    left = correct_view(seen, 15.0, offset * (-1.0, 1.0), 9.0, -1.0)
    assert left == pytest.approx(right)


def test_unknown_values_stay_unknown_and_unreachable_ones_stay_as_seen() -> None:
    seen = np.array([np.nan, 20.0, 120.0])
    offset = np.array([[0.0, 0.0], [np.nan, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(correct_view(seen, 20.0, offset, 10.0, 1.0), seen)
