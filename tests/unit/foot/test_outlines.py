"""A plain foot is found by its outline, whatever the light does."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formcheck.foot.outlines import Outline
from formcheck.foot.rigid import FootTurn, list_motions
from formcheck.foot.shape import Crop, FootPose

UP = np.array([0.0, -1.0])
LENGTH = 130.0
FOOT = np.array([(0.0, 0.0), (0.75, 0.0), (0.95, 0.03), (0.9, 0.12), (0.5, 0.25), (0.3, 0.5), (0.1, 0.5), (0.02, 0.25)])
TURNS = np.arange(0.0, 60.0, 2.0)


def draw(pose: FootPose, turn_deg: float, *, foot: float = 210.0, floor: float = 170.0, shadow: bool = False) -> Crop:
    picture = np.full((320, 480), floor, np.float32)
    if shadow:  # its soft edge runs across the foot and the floor behind it
        picture -= 50.0 / (1.0 + np.exp(-(np.arange(480)[None] - 215.0) / 12.0))
    moved = FootTurn(turn_deg, np.zeros(2)).apply(FOOT)
    cv2.fillPoly(picture, [np.round(pose.place(moved[:, 0], moved[:, 1])).astype(np.int32)], foot, cv2.LINE_AA)
    return Crop(picture + np.random.default_rng(1).normal(0, 1.0, picture.shape).astype(np.float32), np.zeros(2))


def find_turn(flat: Crop, top: Crop, pose: FootPose) -> float:
    outline = Outline.find(pose, flat, top)
    assert outline is not None
    turns, shifts = list_motions(TURNS, np.zeros(1), np.zeros(1))
    return float(turns[int(np.argmax(outline.compare(turns, shifts)))])


@pytest.mark.parametrize("turn_deg", [10.0, 24.0, 40.0])
@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_a_plain_foot_is_found_by_its_outline(turn_deg: float, direction: float) -> None:
    pose = FootPose(np.array([240.0 - direction * 60.0, 250.0]), UP, np.array([direction, 0.0]), LENGTH)
    assert find_turn(draw(pose, 0.0), draw(pose, turn_deg), pose) == pytest.approx(turn_deg, abs=2.0)


def test_neither_a_shadow_nor_another_brightness_changes_it() -> None:
    pose = FootPose(np.array([180.0, 250.0]), UP, np.array([1.0, 0.0]), LENGTH)
    flat = draw(pose, 0.0)
    assert find_turn(flat, draw(pose, 30.0, shadow=True), pose) == pytest.approx(30.0, abs=2.0)
    assert find_turn(flat, draw(pose, 30.0, foot=120.0, floor=80.0), pose) == pytest.approx(30.0, abs=2.0)


def test_the_shadow_under_a_foot_that_the_light_is_behind_is_not_its_sole() -> None:
    """A dark foot stands on its shadow, which reaches toward the camera and shrinks to the ball when the heel rises."""
    pose = FootPose(np.array([180.0, 250.0]), UP, np.array([1.0, 0.0]), LENGTH)

    def draw_on_shadow(turn_deg: float, back: float, below: float) -> Crop:
        picture = np.full((320, 480), 200.0, np.float32)
        shadow = np.array([(back, 0.0), (0.95, 0.0), (0.95, -0.05), (back, -below)])
        moved = FootTurn(turn_deg, np.zeros(2)).apply(FOOT)
        for places, value in ((shadow, 115.0), (moved, 90.0)):
            cv2.fillPoly(picture, [np.round(pose.place(places[:, 0], places[:, 1])).astype(np.int32)], value, cv2.LINE_AA)
        return Crop(picture, np.zeros(2))

    assert find_turn(draw_on_shadow(0.0, 0.0, 0.09), draw_on_shadow(24.0, 0.4, 0.05), pose) == pytest.approx(24.0, abs=2.0)


def test_a_picture_without_edges_has_no_outline() -> None:
    pose = FootPose(np.array([180.0, 250.0]), UP, np.array([1.0, 0.0]), LENGTH)
    even = Crop(np.full((320, 480), 100.0, np.float32), np.zeros(2))
    assert Outline.find(pose, even, even) is None
