"""Stickers are suspected unasked only where nothing but labels on one foot can look like it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formcheck.foot.stickers import are_surely_stickers, find_stickers
from tests.helpers.feet import Camera, Film


def draw_dots(places: list[tuple[int, int]], *, size: int = 14, ground: tuple[int, int, int] = (150, 110, 90)) -> np.ndarray:
    """White dots on an even ground, 480 × 270."""
    picture = np.full((270, 480, 3), ground, np.uint8)
    for place in places:
        cv2.circle(picture, place, size, (240, 240, 240), -1, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("seconds", [0.0, 0.6])
def test_labels_on_a_foot_are_sure(seconds: float) -> None:
    camera = Camera(Film(rises_mm=(5.0,), hold_s=1.0, color=(240, 240, 240)))
    pictures = [camera.draw(seconds + t) for t in (0.0, 0.3, 0.6)]
    assert are_surely_stickers(find_stickers(pictures), pictures)


def test_a_pattern_of_many_similar_blobs_is_not() -> None:
    pictures = [draw_dots([(60 + 80 * k, 80 + 70 * (k % 2)) for k in range(5)])] * 3
    assert len(find_stickers(pictures)) >= 2
    assert not are_surely_stickers(find_stickers(pictures), pictures)


def test_two_blobs_farther_apart_than_a_foots_bones_are_not() -> None:
    pictures = [draw_dots([(20, 60), (460, 200)])] * 3
    assert not are_surely_stickers(find_stickers(pictures), pictures)


def test_two_that_move_against_each_other_are_not() -> None:
    near = [draw_dots([(150, 100), (230 + 9 * k, 150)]) for k in range(3)]
    assert not are_surely_stickers(find_stickers(near), near)
    still = [draw_dots([(150, 100), (230, 150)])] * 3
    assert are_surely_stickers(find_stickers(still), still)


def test_two_on_different_grounds_are_not() -> None:
    picture = draw_dots([(150, 100), (260, 150)])
    darker = np.where(np.arange(480)[None, :, None] > 200, picture * 0.55, picture)
    picture = np.where(picture > 230, picture, darker).astype(np.uint8)
    assert not are_surely_stickers(find_stickers([picture] * 3), [picture] * 3)
