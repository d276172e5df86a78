"""Which set comes next, and in which order the legs take turns."""

from __future__ import annotations

from formcheck.app.film.next_set import find_next, order_sets


def test_the_mobilization_alternates_legs_for_three_sets_of_ten() -> None:
    order = order_sets("half-kneeling")
    assert [(item.side, item.number) for item in order] == [(s, n) for n in (1, 2, 3) for s in ("left", "right")]
    assert {item.reps for item in order} == {10}


def test_the_next_set_is_the_first_that_is_not_done() -> None:
    assert find_next("half-kneeling", {}).words == "Set 1 of 3, left leg: 10 reps"
    assert find_next("half-kneeling", {"left": 2, "right": 1}).words == "Set 2 of 3, right leg: 10 reps"
    assert find_next("heel-raise", {"both": 2}).words == "Set 3 of 3: 15 reps"
    assert find_next("half-kneeling", {"left": 1}).sentence == "Next today is set 1 of 3, right leg, 10 reps."
    assert find_next("heel-raise", {}).sentence == "Next today is set 1 of 3, 15 reps."
    assert find_next("heel-raise", {"both": 3}) is None
