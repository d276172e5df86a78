"""What is said, when the test is over, and which set comes next."""

from __future__ import annotations

import pytest

from formcheck.app.film.camera import ice_servers
from formcheck.app.film.next_set import find_next, order_sets
from formcheck.live.cues import say_count
from formcheck.live.raise_test import find_test_end
from formcheck.live.state import LiveRep
from formcheck.report.schema import FaultCode
from formcheck.signals.reps import RepSpan
from formcheck.support.numbers import say_number


def raises(
    peaks_s: list[float], rises: list[float] | None = None, faults: list[tuple[FaultCode, ...]] | None = None
) -> list[LiveRep]:
    rises = rises or [0.1] * len(peaks_s)
    faults = faults or [()] * len(peaks_s)
    return [
        LiveRep(n, RepSpan(peak - 0.8, peak, peak + 0.8, 0.0, rise), {"height_cm": 8.0}, found, 8.0)
        for n, (peak, rise, found) in enumerate(zip(peaks_s, rises, faults, strict=True), start=1)
    ]


STEADY = [2.0 * n for n in range(1, 7)]


def test_a_steady_test_goes_on():
    assert find_test_end(raises(STEADY), STEADY[-1] + 1.0) is None


def test_the_test_waits_for_its_first_raise():
    assert find_test_end([], 100.0) is None


@pytest.mark.parametrize(
    ("reps", "now_s", "why"),
    [
        (raises(STEADY), STEADY[-1] + 8.0, "no longer lifted"),
        (raises([2.0, 4.0, 8.5, 13.0]), 13.5, "pace"),
        (raises([2.0, 4.0, 7.1, 10.2]), 10.5, "pace"),
        (raises(STEADY, [0.1, 0.1, 0.1, 0.1, 0.069, 0.069]), STEADY[-1] + 1, "70\u00a0%"),
        (raises(STEADY, faults=[(), (), (), *[("knee-bent",)] * 3]), STEADY[-1] + 1, "knee bent"),
        (raises(STEADY, faults=[(), (), (), *[("trunk-lean",)] * 3]), STEADY[-1] + 1, "trunk leaned"),
    ],
)
def test_each_rule_ends_the_test(reps, now_s, why):
    assert why in (find_test_end(reps, now_s) or "")


@pytest.mark.parametrize(
    ("reps", "now_s"),
    [
        (raises([2.0, 4.0, 8.5, 10.5]), 11.0),  # one late raise, then back in pace
        (raises(STEADY, faults=[(), (), (), ("knee-bent",), ("knee-bent",), ()]), STEADY[-1] + 1),  # the second prompt helped
        (raises(STEADY, [0.1, 0.1, 0.1, 0.04, 0.1, 0.04]), STEADY[-1] + 1),
        (raises([2.0, 4.0, 6.9, 9.8]), 10.0),  # slow, but within three seconds
        (raises(STEADY, [0.1, 0.1, 0.1, 0.1, 0.071, 0.071]), STEADY[-1] + 1),
    ],
)
def test_single_slow_low_or_faulty_raises_do_not_end_the_test(reps, now_s):
    assert find_test_end(reps, now_s) is None


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
def test_the_spoken_count_includes_the_reps_left(count, target, words):
    assert say_count(count, target) == words


def test_every_number_up_to_ninety_nine_has_words_of_its_own():
    spoken = [say_number(n) for n in range(100)]
    assert len(set(spoken)) == 100
    assert not any(any(c.isdigit() for c in word) for word in spoken)


def test_the_mobilization_alternates_legs_for_three_sets_of_ten():
    order = order_sets("half-kneeling")
    assert [(item.side, item.number) for item in order] == [(s, n) for n in (1, 2, 3) for s in ("left", "right")]
    assert {item.reps for item in order} == {10}


def test_the_next_set_is_the_first_that_is_not_done():
    assert find_next("half-kneeling", {}).words == "Set 1 of 3, left leg: 10 reps"
    assert find_next("half-kneeling", {"left": 2, "right": 1}).words == "Set 2 of 3, right leg: 10 reps"
    assert find_next("heel-raise", {"both": 2}).words == "Set 3 of 3: 15 reps"
    assert find_next("half-kneeling", {"left": 1}).sentence == "Next today is set 1 of 3, right leg, 10 reps."
    assert find_next("heel-raise", {}).sentence == "Next today is set 1 of 3, 15 reps."
    assert find_next("heel-raise", {"both": 3}) is None


def test_no_outside_server_unless_one_is_named():
    assert ice_servers({}) == []


def test_a_remote_install_names_its_servers():
    settings = {"FORMCHECK_STUN": "stun.example.org:3478", "FORMCHECK_TURN": "turns:turn.example.org"}
    servers = ice_servers({**settings, "FORMCHECK_TURN_USER": "a", "FORMCHECK_TURN_PASSWORD": "b"})
    assert servers == [
        {"urls": ["stun:stun.example.org:3478"]},
        {"urls": ["turns:turn.example.org"], "username": "a", "credential": "b"},
    ]
