"""A camera's motion is seen from the background and taken out; a camera that stands still changes nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formcheck.pose.track import LANDMARK_COUNT, SIDES, Landmark, PoseTrack
from formcheck.scene.background import Reference, _find_hull, _is_inside
from formcheck.scene.camera import usual_focal_px
from formcheck.scene.camera_fit import Depths, apply, fit_camera
from formcheck.scene.camera_motion import CameraMotion, MotionWatcher, _shows_another_view
from tests.helpers.bodies import make_standing

WIDTH, HEIGHT = 480, 360
FRAMES = 24
PERSON = np.array([[200.0, 60.0], [260.0, 60.0], [210.0, 320.0], [250.0, 320.0]])


def make_room(seed: int = 1) -> np.ndarray:
    """A picture of a room with something to see everywhere."""
    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 3)
    gray = np.clip(128 + 60 * noise / noise.std(), 0, 255).astype(np.uint8)
    return np.repeat(gray[:, :, None], 3, axis=2)


def sway(frame: int, share_of_width: float = 0.01, turn_deg: float = 0.5) -> np.ndarray:
    """(3, 3) where a hand moves the picture at 1 Hz, at 12 frames a second."""
    swing = np.sin(2 * np.pi * frame / 12)
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), turn_deg * swing, 1.0)
    turn[:, 2] += share_of_width * WIDTH * np.array([swing, np.cos(2 * np.pi * frame / 12) - 1])
    return np.vstack([turn, [0, 0, 1]])


def film(moves: list[np.ndarray], room: np.ndarray, parts: int = 1) -> tuple[CameraMotion, PoseTrack]:
    """Film a room and a person in it who stands still; the camera moves the picture as given."""
    rng = np.random.default_rng(5)
    watcher, points = MotionWatcher(), np.full((len(moves), LANDMARK_COUNT, 2), np.nan)
    for frame, move in enumerate(moves):
        image = cv2.warpPerspective(room, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
        noisy = np.clip(image + rng.normal(0, 3, image.shape), 0, 255).astype(np.uint8)
        place = apply(move, PERSON)
        points[frame] = np.resize(place, (LANDMARK_COUNT, 2))
        watcher.steady(frame * parts // len(moves), noisy)
        watcher.note(frame * parts // len(moves), points[frame], WIDTH)
    track = PoseTrack(np.arange(len(moves)) / 12, points, np.ones((len(moves), LANDMARK_COUNT)), np.zeros((len(moves), 2)))
    return watcher.find_motion(track, (WIDTH, HEIGHT)), track


def measure_travel(track: PoseTrack) -> float:
    """How far the person's points move over the frames, pixels."""
    return float(np.abs(track.points - np.median(track.points, axis=0)).max())


def test_a_still_camera_changes_nothing() -> None:
    motion, track = film([np.eye(3)] * FRAMES, make_room())
    assert motion.still
    assert motion.correct(track) is track
    assert motion.measure_error(0.0, 2.0) == 0.0


@pytest.mark.parametrize("parts", [1, 2])
def test_the_sway_of_a_hand_held_camera_is_removed_from_the_landmarks(parts: int) -> None:
    motion, track = film([sway(k) for k in range(FRAMES)], make_room(), parts)
    assert not motion.still
    assert measure_travel(track) > 5.0
    assert measure_travel(motion.correct(track)) < 0.6  # where a person of 1.7 m is 260 pixels high: 4 mm


def test_a_knock_in_the_middle_is_taken_out() -> None:
    motion, track = film([np.eye(3)] * 12 + [sway(3)] * 12, make_room())
    assert measure_travel(motion.correct(track)) < 0.6


def test_a_pan_that_leaves_the_first_view_behind_is_still_followed() -> None:
    focal = usual_focal_px((WIDTH, HEIGHT))
    camera = np.array([[focal, 0, WIDTH / 2], [0, focal, HEIGHT / 2], [0, 0, 1]])
    turns = [cv2.Rodrigues(np.radians([0.0, 0.9 * k, 0.0]))[0] for k in range(36)]
    motion, track = film([camera @ turn @ np.linalg.inv(camera) for turn in turns], make_room())
    assert measure_travel(track) > 100.0
    assert np.abs(np.diff(motion.correct(track).points[:, 0], axis=0)).max() < 2.0


def test_a_bare_wall_shows_no_camera_motion() -> None:
    bare = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    motion, _ = film([sway(k) for k in range(FRAMES)], bare)
    assert motion.still


def test_a_view_that_is_lost_for_a_while_leaves_lengths_across_it_uncertain() -> None:
    room, other = make_room(), make_room(seed=9)
    watcher, points = MotionWatcher(), np.tile(np.resize(PERSON, (LANDMARK_COUNT, 2)), (60, 1, 1))
    for frame in range(60):
        watcher.steady(0, other if frame >= 30 else room)  # carried into another room
        watcher.note(0, points[frame], WIDTH)
    track = PoseTrack(np.arange(60) / 12, points, np.ones((60, LANDMARK_COUNT)), np.zeros((60, 2)))
    motion = watcher.find_motion(track, (WIDTH, HEIGHT))
    assert motion.measure_error(0.0, 2.0) < 1.0
    assert np.isinf(motion.measure_error(2.0, 4.5))


@pytest.mark.parametrize("same_room", [True, False])
def test_a_view_with_other_corners_is_another_place_only_if_the_picture_is_another(same_room: bool) -> None:
    """A person who leans forward hides the few corners of a bare room, and others appear: nobody carried the camera away."""
    picture = make_room()[:, :, 0]
    leaning = picture.copy()
    leaning[100:160, 200:260] = 0
    later = leaning if same_room else make_room(seed=9)[:, :, 0]
    references = [Reference(p, np.empty((0, 2), np.float32), 20 * k, k == 0) for k, p in enumerate((picture, later))]
    assert _shows_another_view(references) is not same_room


def test_a_person_who_changes_most_of_what_is_seen_before_an_even_wall_does_not_move_the_camera() -> None:
    """The wall is even but for a strip of skirting board; the person is most of the rest, kneels upright and then leans forward."""
    room = make_room()[:, :, 0]
    upright, leaning = (np.full_like(room, 128) for _ in range(2))
    for picture, left in ((upright, 120), (leaning, 150)):
        picture[-60:] = room[-60:]
        picture[60:200, left : left + 100] = np.random.default_rng(left).integers(20, 90, (140, 100))
    references = [Reference(p, np.empty((0, 2), np.float32), 20 * k, k == 0) for k, p in enumerate((upright, leaning))]
    assert not _shows_another_view(references)


def test_pictures_are_warped_as_the_landmarks_are() -> None:
    room = make_room()
    moves = [sway(k) for k in range(FRAMES)]
    motion, _ = film(moves, room)

    shot = cv2.warpPerspective(room, moves[5], (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    steadied = motion.steady(shot, 5 / 12)
    reference = int(np.argmin([np.abs(m - np.eye(3)).sum() for m in motion.to_reference]))
    expected = cv2.warpPerspective(room, moves[reference], (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    inner = (slice(40, -40), slice(40, -40))
    assert np.abs(steadied[inner].astype(float) - expected[inner]).mean() < 3.0


def look_from(points: np.ndarray, nearness: np.ndarray, turn: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """(N, 2) where a camera that has turned and moved sees (N, 2) places of the reference."""
    seen = np.column_stack([points, np.ones(len(points))]) @ turn.T + nearness[:, None] * moved
    return seen[:, :2] / seen[:, 2:]


@pytest.fixture
def places() -> np.ndarray:
    """(80, 2) places in a picture, the lower third of them on the floor."""
    rng = np.random.default_rng(2)
    return np.column_stack([rng.uniform(-0.5, 0.5, 80), rng.uniform(-0.35, 0.38, 80)])


def test_turning_and_swaying_are_distinguished_by_near_and_far_corners(places: np.ndarray) -> None:
    depths = Depths(feet=0.3, wall=0.6)
    turn = cv2.Rodrigues(np.radians([0.4, -0.6, 0.3]))[0]
    moved = np.array([0.005, -0.004, 0.003])  # 1.5 cm at 3 m
    nearness = depths.at(places[:, 1])
    fit = fit_camera(places, look_from(places, nearness, turn, moved), nearness, 0.01, 1e-4)
    person = np.array([[0.0, -0.3], [0.05, 0.3]])
    expected = look_from(person, np.ones(2), turn, moved)
    assert apply(fit.from_reference, person) == pytest.approx(expected, abs=2e-4)


def test_a_wall_alone_leaves_the_persons_place_more_uncertain(places: np.ndarray) -> None:
    turn, moved = cv2.Rodrigues(np.radians([0.4, -0.6, 0.3]))[0], np.array([0.004, 0.0, 0.0])
    errors = []
    for depths in (Depths(feet=0.3, wall=0.6), Depths(feet=float("nan"), wall=0.6)):
        nearness = depths.at(places[:, 1])
        fit = fit_camera(places, look_from(places, nearness, turn, moved), nearness, 0.01, 1e-4)
        errors.append(fit.error_at(np.array([0.0, 0.3])))
        missed = apply(fit.from_reference, np.array([[0.0, 0.3]])) - look_from(np.array([[0.0, 0.3]]), np.ones(1), turn, moved)
        assert np.linalg.norm(missed) < 3 * np.sqrt(2) * errors[-1] + 1e-4
    assert errors[1] > 2 * errors[0]


def test_the_floor_is_as_near_as_the_feet_at_their_row() -> None:
    depths = Depths(feet=0.3, horizon=0.0, wall=0.5)
    assert depths.at(np.array([-0.2, 0.1, 0.3, 0.36])) == pytest.approx([0.5, 0.5, 1.0, 1.2])


def test_hair_seen_from_the_side_is_no_background() -> None:
    """The landmarks are in the face; the bun behind them moves with the head."""
    points = make_standing(1).points[0]
    ears, shoulders = (np.mean([points[Landmark.of(side, part)] for side in SIDES], axis=0) for part in ("ear", "shoulder"))
    bun = ears - (0.7 * np.linalg.norm(ears - shoulders), 0.0)
    assert _is_inside(np.array([bun, bun - (200.0, 0.0)]), _find_hull(points, 1.0)).tolist() == [True, False]
