"""The count as it is spoken."""

from __future__ import annotations

import pytest

from formcheck.live.cues import say_count
from formcheck.support.numbers import say_number


@pytest.mark.parametrize(
    ("count", "target", "words"),
    [
        (1, 10, "one"),
        (8, 10, "eight, two to go"),
        (9, 10, "nine, last one"),
        (10, 10, "ten, done"),
        (12, 10, "twelve"),
        (31, None, "thirty-one"),
    ],
)
def test_the_spoken_count_includes_the_reps_left(count: int, target: int | None, words: str) -> None:
    assert say_count(count, target) == words


def test_every_number_up_to_ninety_nine_has_words_of_its_own() -> None:
    spoken = [say_number(n) for n in range(100)]
    assert len(set(spoken)) == 100
    assert not any(any(c.isdigit() for c in word) for word in spoken)
