"""The loops of the exercises are small, move, have a still picture of the same size, and are described in words."""

from __future__ import annotations

import pytest
from PIL import Image

from formcheck.app.shared.loops import LOOPS, WORDS
from formcheck.exercises import EXERCISES

MOST_BYTES = 400_000


@pytest.mark.parametrize("name", WORDS)
def test_a_loop_is_small_and_moves_on_and_on(name: str) -> None:
    path = LOOPS / f"{name}-loop.webp"
    assert path.stat().st_size < MOST_BYTES
    with Image.open(path) as loop, Image.open(LOOPS / f"{name}-still.webp") as still:
        assert loop.info["loop"] == 0  # for ever
        assert loop.n_frames > 30  # type: ignore[attr-defined]
        assert getattr(still, "n_frames", 1) == 1
        assert loop.size == still.size


def test_each_loop_belongs_to_an_exercise_and_each_file_to_a_loop() -> None:
    assert set(WORDS) <= set(EXERCISES)
    assert {path.name for path in LOOPS.glob("*.webp")} == {f"{name}-{kind}.webp" for name in WORDS for kind in ("loop", "still")}
