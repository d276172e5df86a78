"""A part of the foot compared cell by cell: a shadow's edge over it is no movement, and a picture without the foot is not it."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.foot.cells import Cells, Found
from formcheck.foot.edges import EDGE_OF_FOOT, EDGE_SLIDES, EDGE_TURNS_DEG, MIN_GAIN
from formcheck.foot.pictures import blur
from formcheck.foot.shape import Crop
from tests.helpers.drawn_feet import SIZE, darken_behind, draw_foot, draw_texture, make_pose

POSE = make_pose("right")
FLOOR = draw_texture(1, 90, 140)
SKIN = np.full(SIZE, 200.0)


def as_crop(picture: np.ndarray) -> Crop:
    return Crop(picture.astype(np.float32), np.zeros(2))


def find_turn(picture: np.ndarray) -> Found:
    cells = Cells.cut(POSE, as_crop(draw_foot(POSE, 0.0, FLOOR, SKIN)), EDGE_OF_FOOT)
    assert cells is not None
    return cells.find(blur(as_crop(picture), POSE), EDGE_TURNS_DEG, cells.turned_pixels(np.zeros(2), EDGE_TURNS_DEG))


def test_the_flat_foot_itself_is_wholly_alike_and_not_turned() -> None:
    found = find_turn(draw_foot(POSE, 0.0, FLOOR, SKIN))
    assert found.likeness == pytest.approx(1.0, abs=0.05)
    assert found.correlation > 0.99
    assert found.step == pytest.approx(0.0, abs=0.3)


@pytest.mark.parametrize("turn_deg", [0.0, 8.0])
@pytest.mark.parametrize("edge", [-0.1, 0.0, 0.1, 0.2, 0.3])
@pytest.mark.parametrize("factor", [0.5, 0.7])
def test_a_shadow_that_ends_anywhere_on_the_heel_leaves_its_turn_as_it_is(turn_deg: float, edge: float, factor: float) -> None:
    found = find_turn(darken_behind(draw_foot(POSE, turn_deg, FLOOR, SKIN), edge, factor))
    assert found.step == pytest.approx(turn_deg, abs=1.0)


def test_a_picture_of_the_floor_alone_is_not_the_foot() -> None:
    found = find_turn(draw_texture(5, 90, 140))
    assert found.likeness < 0.4
    assert found.correlation < 0.8


def test_a_slide_is_measured_under_a_shadow_too() -> None:
    cells = Cells.cut(POSE, as_crop(draw_foot(POSE, 0.0, FLOOR, SKIN)), EDGE_OF_FOOT)
    assert cells is not None
    moved = np.roll(draw_foot(POSE, 0.0, FLOOR, SKIN), 13, axis=1)  # a tenth of the foot's length
    picture = blur(as_crop(darken_behind(moved, 0.1, 0.5)), POSE)
    found = cells.find(picture, EDGE_SLIDES, cells.slid_pixels(np.zeros(2), 0.0, EDGE_SLIDES))
    assert found.step == pytest.approx(0.1, abs=0.015)


def test_a_foot_that_looks_like_the_floor_has_no_cells() -> None:
    assert Cells.cut(POSE, as_crop(np.full(SIZE, 128.0)), EDGE_OF_FOOT) is None


def test_the_flat_foot_stands_unless_a_turn_looks_clearly_more_alike() -> None:
    """A heel pad that bulges looks a little like a heel that lifts; a heel that lifts looks very much like one."""
    cells = Cells.cut(POSE, as_crop(draw_foot(POSE, 0.0, FLOOR, SKIN)), EDGE_OF_FOOT)
    assert cells is not None
    pixels = cells.turned_pixels(np.zeros(2), EDGE_TURNS_DEG)
    for turn_deg, expected in ((0.3, 0.0), (6.0, 6.0)):
        picture = blur(as_crop(draw_foot(POSE, turn_deg, FLOOR, SKIN)), POSE)
        assert cells.find(picture, EDGE_TURNS_DEG, pixels, gain=MIN_GAIN).step == pytest.approx(expected, abs=1.0 * (expected > 0))
