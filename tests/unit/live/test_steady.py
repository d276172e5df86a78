"""A live camera that is held in a hand is made steady; one that stands still changes nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formcheck.live.steady import SteadyView
from formcheck.scene.camera_fit import apply

WIDTH, HEIGHT = 480, 360


@pytest.fixture
def room() -> np.ndarray:
    """A picture of a room with something to see everywhere."""
    noise = cv2.GaussianBlur(np.random.default_rng(1).normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 3)
    gray = np.clip(128 + 60 * noise / noise.std(), 0, 255).astype(np.uint8)
    return np.repeat(gray[:, :, None], 3, axis=2)


def move(room: np.ndarray, frame: int) -> np.ndarray:
    """The room as a hand films it that sways by 1 % of the width, once a second of 12 frames."""
    swing = np.sin(2 * np.pi * frame / 12)
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 0.5 * swing, 1.0)
    turn[:, 2] += 0.01 * WIDTH * np.array([swing, 0.5 * swing])
    return cv2.warpAffine(room, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)


def test_frames_of_a_still_camera_are_passed_on_untouched(room: np.ndarray) -> None:
    view = SteadyView()
    for _ in range(8):
        shown = view.show(room)
        view.note(None, shown)
        assert shown.image is room
        assert shown.to_frame is None


def test_frames_of_a_hand_are_made_steady_and_lead_back(room: np.ndarray) -> None:
    view, off = SteadyView(), []
    for frame in range(36):
        image = move(room, frame)
        shown = view.show(image)
        view.note(None, shown)
        if frame >= 12:
            assert shown.to_frame is not None
            inner = (slice(60, -60), slice(60, -60))
            back = cv2.warpPerspective(shown.image, shown.to_frame, (WIDTH, HEIGHT))
            assert np.abs(back[inner].astype(float) - image[inner]).mean() < 4.0
            off.append(apply(np.linalg.inv(shown.to_frame), np.array([[240.0, 300.0]]))[0] - apply_move(frame))
    assert np.ptp(np.array(off), axis=0).max() < 2.0  # of the 10 pixels that the hand moved it by


def apply_move(frame: int) -> np.ndarray:
    """By how much a steady picture must have been moved against the frame, up to a constant."""
    swing = np.sin(2 * np.pi * frame / 12)
    turn = np.vstack([cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 0.5 * swing, 1.0), [0, 0, 1]])
    turn[:2, 2] += 0.01 * WIDTH * np.array([swing, 0.5 * swing])
    return apply(np.linalg.inv(turn), np.array([[240.0, 300.0]]))[0]


def test_a_camera_that_changes_its_picture_size_starts_again(room: np.ndarray) -> None:
    view = SteadyView()
    for image in (room, room, cv2.resize(room, (300, 480)), room):
        shown = view.show(image)
        view.note(None, shown)
        assert shown.image.shape == image.shape
