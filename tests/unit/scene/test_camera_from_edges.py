"""How a camera was turned is read off a room's edges, as far as they tell; drawn rooms, and the samples' frames turned by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.scene.camera import usual_focal_px
from formcheck.scene.camera_from_all import estimate_camera
from formcheck.scene.camera_from_edges import find_camera_turn
from formcheck.scene.pitch import is_known
from formcheck.scene.scene import observe_scene
from formcheck.video.frames import Image
from formcheck.video.reader import probe_video, read_frames
from tests.helpers.bodies import FRAME_SIZE, make_standing

SIZE = (960, 720)
FOCAL = usual_focal_px(SIZE)
NOBODY = np.empty((0, 2))
# On the back wall, meters from its middle and over the camera (which stands 3 m away): a door, a picture, a baseboard.
POSTS = [((x, -0.9), (x, 0.9)) for x in (-1.2, -0.5)] + [((x, 0.2), (x, 0.7)) for x in (0.5, 1.1)]
RAILS = [((0.5, y), (1.1, y)) for y in (0.2, 0.7)] + [((-3.0, -0.9), (3.0, -0.9)), ((-1.2, 0.9), (-0.5, 0.9))]

# A brick wall: level joints, and between them plumb ones, too short to be among the longest edges.
ROWS = np.arange(-0.9, 0.91, 0.075)
JOINTS = [((-1.5, y), (1.5, y)) for y in ROWS]
BRICKS = [((x, y), (x, y + 0.075)) for k, y in enumerate(ROWS) for x in np.arange(-1.4, 1.4, 0.2) + 0.1 * (k % 2)]


def draw_room(edges: list, *, roll_deg: float = 0.0, pitch_deg: float = 0.0, wall_deg: float = 0.0) -> Image:
    """The edges of a wall as a camera sees them that looks down by ``pitch_deg`` and whose picture is turned clockwise."""
    picture = np.full(SIZE[::-1], 200, np.uint8)
    roll, pitch, wall = np.radians([roll_deg, pitch_deg, wall_deg])
    for edge in edges:
        ends = []
        for along, up in edge:
            right, down, ahead = along * np.cos(wall), -up, 3.0 + along * np.sin(wall)
            y = down * np.cos(pitch) - ahead * np.sin(pitch)
            z = down * np.sin(pitch) + ahead * np.cos(pitch)
            x, y = FOCAL * right / z, FOCAL * y / z
            ends.append((np.cos(roll) * x - np.sin(roll) * y + SIZE[0] / 2, np.sin(roll) * x + np.cos(roll) * y + SIZE[1] / 2))
        cv2.line(picture, *(tuple(np.round(np.array(end) * 16).astype(int).tolist()) for end in ends), 60, 3, cv2.LINE_AA, 4)
    return picture


@pytest.mark.parametrize(("pitch_deg", "wall_deg"), [(0, 0), (8, 0), (-8, 20), (5, -25)])
@pytest.mark.parametrize("roll_deg", [4.0, -3.0])
def test_the_edges_of_a_room_show_how_the_camera_was_turned(roll_deg: float, pitch_deg: float, wall_deg: float) -> None:
    picture = draw_room(POSTS + RAILS, roll_deg=roll_deg, pitch_deg=pitch_deg, wall_deg=wall_deg)
    turn = find_camera_turn(picture, NOBODY, FOCAL)
    assert turn is not None
    assert turn.roll.value == pytest.approx(roll_deg, abs=0.7)
    assert turn.pitch.value == pytest.approx(pitch_deg, abs=2.5)
    assert turn.is_clear


@pytest.mark.parametrize("wall_deg", [0, 15, 30])
def test_a_level_camera_is_not_called_turned(wall_deg: float) -> None:
    turn = find_camera_turn(draw_room(POSTS + RAILS, pitch_deg=6, wall_deg=wall_deg), NOBODY, FOCAL)
    assert turn is not None
    assert not turn.is_clear


def test_the_short_plumb_edges_of_a_brick_wall_show_how_far_the_camera_looks_down() -> None:
    without, seen = (find_camera_turn(draw_room(edges, pitch_deg=22), NOBODY, FOCAL) for edges in (JOINTS, JOINTS + BRICKS))
    assert without is not None
    assert without.pitch.sd > 5  # level edges in the picture's plane show nothing of it
    assert seen is not None
    assert seen.pitch.value == pytest.approx(22, abs=2.5)
    assert is_known(seen.pitch)
    assert seen.pitches.max() > np.log(0.3)  # of the pitches, 2° apart


def test_a_camera_steeper_than_the_search_is_not_sure_of_its_pitch() -> None:
    fence = [((x, -3.9), (x, -2.1)) for x in np.linspace(-1.3, 1.3, 14)]
    turn = find_camera_turn(draw_room(fence, pitch_deg=45), NOBODY, FOCAL)
    assert turn is not None
    assert not is_known(turn.pitch)


def test_a_slanting_floor_line_alone_is_not_believed() -> None:
    floor = [((-3.0, -0.9 - 0.02 * k), (3.0, -0.9 - 0.02 * k)) for k in range(4)]
    turn = find_camera_turn(draw_room(floor, wall_deg=25), NOBODY, FOCAL)
    assert turn is not None
    assert not turn.is_clear


def test_without_edges_or_with_the_persons_own_only_there_is_no_turn() -> None:
    assert find_camera_turn(draw_room([]), NOBODY, FOCAL) is None
    whole_picture = np.array([(0, 0), (960, 0), (960, 720), (0, 720)], float)
    assert find_camera_turn(draw_room(POSTS + RAILS, roll_deg=4), whole_picture, FOCAL) is None


@pytest.mark.parametrize("turned_deg", [0.0, 4.0, -4.0])
@pytest.mark.parametrize("name", ["df_left_male_side", "hr_double_female_side"])
def test_the_samples_turned_by_hand_are_found_turned(sample_videos: Path, name: str, turned_deg: float) -> None:
    info = probe_video(sample_videos / f"{name}.mp4")
    gray = next(iter(read_frames(info))).gray(720)
    height, width = gray.shape
    # cv2 turns anticlockwise; the corners are filled with the picture's edge, which has no edges of its own
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -turned_deg, 1.0)
    turned = cv2.warpAffine(gray, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    turn = find_camera_turn(turned, NOBODY, usual_focal_px((width, height)))
    assert turn is not None
    assert turn.roll.value == pytest.approx(turned_deg, abs=1.0)
    assert turn.is_clear == (turned_deg != 0)


def test_a_given_vertical_overrides_the_measured_one() -> None:
    turn = find_camera_turn(draw_room(POSTS + RAILS, roll_deg=4), NOBODY, FOCAL)
    track = make_standing()
    automatic, given = (
        replace(scene, camera=estimate_camera(scene, "right", turn))
        for scene in (observe_scene(track, FRAME_SIZE), observe_scene(track, FRAME_SIZE, roll_deg=0.0))
    )
    assert automatic.camera.roll.value == pytest.approx(4, abs=0.7)
    assert np.degrees(np.arctan2(automatic.up[0], -automatic.up[1])) == pytest.approx(automatic.camera.roll.value, abs=0.01)
    assert automatic.up @ automatic.forward == pytest.approx(0, abs=1e-12)
    assert given.camera.roll.value == 0
