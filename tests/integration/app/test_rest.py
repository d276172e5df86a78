"""The camera keeps running between two sets: during the rest nothing is filmed, afterward the next set is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import count
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.app.film.camera import Filming
from formcheck.live import LiveSetup

FRAMES = count()
PATIENCE_S = 60.0


@pytest.fixture
def filming(tmp_path: Path) -> Iterator[Filming]:
    folders = count()

    def new_folder() -> Path:
        folder = tmp_path / str(next(folders))
        folder.mkdir()
        return folder

    made = Filming(LiveSetup("half-kneeling", "right", target_reps=10), new_folder)
    yield made
    made.close()


def film(filming: Filming, frames: int) -> None:
    for _ in range(frames):
        number = next(FRAMES)
        frame = av.VideoFrame.from_ndarray(np.full((120, 160, 3), number % 256, np.uint8), format="rgb24")
        frame.pts, frame.time_base = number * 3000, Fraction(1, 90_000)
        filming.take(frame)


def film_until_it_arrives(filming: Filming) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not filming.state.frames_per_s:
        assert time.monotonic() < deadline
        film(filming, 5)
        time.sleep(0.05)


def test_the_next_set_is_filmed_after_the_rest_by_the_same_camera(filming: Filming) -> None:
    film_until_it_arrives(filming)
    following = LiveSetup("half-kneeling", "left", target_reps=10)
    done = filming.begin_next(following, rest_s=3600.0)
    film(filming, 30)
    time.sleep(0.5)
    assert filming.resting
    assert (filming.setup, filming.state.frames_per_s) == (following, 0.0)
    filming.end_rest()
    film_until_it_arrives(filming)
    assert filming.live is not done
    assert filming.live.error is None
    done.close()
