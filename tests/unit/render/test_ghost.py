"""A ghost stands at the toes, is as large as the person, faces where the person faces, and moves."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from formcheck.render.colors import DARK
from formcheck.render.ghost import draw_ghost, ghost_drawing
from tests.helpers.ghosts import leaning

UP = np.array([0.0, -1.0])
RIGHT = np.array([1.0, 0.0])
TOE = np.array([200.0, 380.0])
TOP_S = 2.0


def covered(since_s: float, forward: np.ndarray = RIGHT, shank_px: float = 80.0, toe: np.ndarray = TOE) -> np.ndarray:
    """The (H, W) pixels that the ghost changes."""
    image = np.zeros((480, 400, 3), np.uint8)
    draw_ghost(image, leaning(40.0), since_s, toe, UP, forward, shank_px)
    return np.asarray(image > 60).any(axis=2)


def test_the_ghost_is_at_the_toes_and_as_high_as_the_person() -> None:
    rows, _ = np.nonzero(covered(0.0))
    assert rows.max() == pytest.approx(TOE[1], abs=10)
    assert rows.min() == pytest.approx(TOE[1] - 3.1 * 80, abs=10)


def test_the_ghost_faces_the_persons_way() -> None:
    _, columns = np.nonzero(covered(0.0))
    _, mirrored = np.nonzero(covered(0.0, -RIGHT))
    assert columns.mean() < TOE[0] < mirrored.mean()
    assert columns.mean() - TOE[0] == pytest.approx(TOE[0] - mirrored.mean(), abs=1)


def test_its_knee_goes_forward_and_comes_back() -> None:
    knee_row = round(TOE[1] - 1.0 * 80)
    at = {seconds: np.nonzero(covered(seconds)[knee_row])[0].mean() for seconds in (0.0, TOP_S, 3.9)}
    assert at[TOP_S] - at[0.0] == pytest.approx(80 * np.sin(np.radians(40.0)), abs=14)
    assert at[3.9] == pytest.approx(at[0.0], abs=8)


def test_the_person_is_seen_through_it() -> None:
    image = np.full((480, 400, 3), 100, np.uint8)
    draw_ghost(image, leaning(40.0), 0.0, TOE, UP, RIGHT, 80.0)
    assert image.min() > 40
    assert 150 < image.max() < 200


@pytest.mark.parametrize(("shank_px", "toe"), [(np.nan, TOE), (0.0, TOE), (80.0, np.array([np.nan, 1.0])), (80.0, TOE * 100)])
def test_frames_without_a_person_have_no_drawing(shank_px: float, toe: np.ndarray) -> None:
    assert not covered(0.0, shank_px=shank_px, toe=toe).any()


def test_the_drawing_of_two_reps_is_well_formed_moves_without_a_script_and_can_be_stopped() -> None:
    drawing = ghost_drawing(leaning(38.0), leaning(30.0, seconds=5.0), "Two reps.", DARK)
    tree = ElementTree.fromstring(drawing)
    moves = tree.findall(".//{*}animate")
    assert len(moves) == 2
    assert {move.get("dur") for move in moves} == {"5.60s"}
    for move in moves:
        assert len(move.get("values", "").split(";")) == len(move.get("keyTimes", "").split(";"))
    assert "script" not in drawing
    assert "prefers-reduced-motion" in drawing
    assert len(tree.findall(".//{*}polyline[@class='still']")) == 2


def test_the_drawing_holds_the_whole_of_both_reps() -> None:
    drawing = ghost_drawing(leaning(60.0), leaning(30.0), "Two reps.", DARK)
    width, height = map(float, re.search(r'viewBox="0 0 (\d+) (\d+)"', drawing).groups())  # type: ignore[union-attr]
    places = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", drawing), float)
    assert (places >= 0).all()
    assert (places <= [width, height]).all()
