"""Whole live sets of a made-up figure: which exercise, how many repetitions, and what ends the set."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.live import machine
from formcheck.live.state import LiveSetup
from formcheck.pose.blazepose import Pose
from formcheck.pose.leg_swaps import EXCHANGED
from tests.helpers.figure import balancing, kneeling, standing, swing
from tests.helpers.live_clock import PERIOD_S, Clock, half_kneeling, raising, rocking


@pytest.mark.parametrize("fps", [30.0, 15.0, 8.0])
def test_repetitions_are_counted_at_30_15_and_8_poses_a_second_and_the_last_one_ends_the_set(fps: float) -> None:
    clock = Clock(half_kneeling(target_reps=3), fps)
    clock.play(6.5, lambda _: kneeling())
    clock.play(3 * PERIOD_S + 2.0, rocking)
    state = clock.machine.state
    assert (state.count, state.stage, state.ended) == (3, "ended", "target")
    assert [cue.text for cue in state.cues if cue.kind == "count"] == ["one, two to go", "two, last one", "three, done"]


def test_legs_with_exchanged_labels_at_the_top_of_each_repetition_are_counted() -> None:
    def exchanged_on_top(time_s: float) -> Pose:
        pose = rocking(time_s)
        points = pose.points[EXCHANGED] if 1.2 < time_s % PERIOD_S < 2.8 else pose.points
        return pose._replace(points=points)

    clock = Clock(half_kneeling())
    clock.play(7.0, lambda _: kneeling())
    clock.play(3 * PERIOD_S + 1.0, exchanged_on_top)
    assert [rep.span.peak for rep in clock.machine.state.reps] == pytest.approx([35.0] * 3, abs=1.5)


def test_heel_raises_are_counted_on_both_legs() -> None:
    clock = Clock(LiveSetup("heel-raise", "both", target_reps=4))
    clock.play(6.5, lambda _: standing())
    clock.play(4 * PERIOD_S + 2.0, raising)
    assert (clock.machine.state.count, clock.machine.state.ended) == (4, "target")


def test_the_exercise_is_detected_if_none_was_chosen() -> None:
    clock = Clock(LiveSetup(target_reps=0))
    clock.play(4.0, lambda _: standing())
    clock.play(1.0, lambda t: kneeling(60.0 - 56.0 * t))
    clock.play(4.0, lambda _: kneeling())
    clock.play(3 * PERIOD_S, rocking)
    state = clock.machine.state
    assert (state.exercise, state.leg, state.count) == ("half-kneeling", "right", 3)


def test_standing_still_counts_nothing() -> None:
    clock = Clock(LiveSetup("heel-raise", "both"))
    clock.play(20.0, lambda _: standing())
    assert clock.machine.state.count == 0


def test_a_set_that_the_person_leaves_ends_with_its_repetitions() -> None:
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    clock.play(2 * PERIOD_S, rocking)
    clock.play(4.0, lambda _: None)
    state = clock.machine.state
    assert (state.stage, state.ended, state.count) == ("ended", "left", 2)


def test_one_heel_raise_before_kneeling_down_does_not_decide_the_exercise() -> None:
    clock = Clock(LiveSetup())
    clock.play(6.5, lambda _: standing())
    clock.play(PERIOD_S, raising)
    assert clock.machine.state.stage == "running"
    assert clock.machine.state.exercise == "heel-raise"
    clock.play(9.0, lambda _: kneeling())
    assert clock.machine.state.ended is None
    clock.play(3 * PERIOD_S + 1.0, rocking)
    assert clock.machine.state.exercise == "half-kneeling"
    assert len(clock.machine.state.reps) == 3


def test_standing_up_ends_a_half_kneeling_set() -> None:
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    clock.play(2 * PERIOD_S, rocking)
    clock.play(8.0, lambda _: standing())
    assert (clock.machine.state.ended, clock.machine.state.count) == ("pose", 2)


def test_a_set_ends_at_the_longest_time_with_its_repetitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "MAX_SET_S", 5 * PERIOD_S)  # ten minutes would take this test one
    clock = Clock(half_kneeling(target_reps=0), fps=15.0)
    clock.play(6.5, lambda _: kneeling())
    clock.play(7 * PERIOD_S, rocking)
    state = clock.machine.state
    assert (state.stage, state.ended, state.count) == ("ended", "long", 5)  # the fifth was held at its top when time was up
    assert [rep.span.cut_off for rep in state.reps] == [False] * 4 + [True]


def test_a_heel_raise_test_ends_by_itself_when_no_raise_follows() -> None:
    clock = Clock(LiveSetup("heel-raise", "both", test=True))
    clock.play(6.5, lambda _: standing())
    clock.play(3 * 2.0, lambda t: standing(swing(t, 2.0, 0.0, 15.0)))
    clock.play(9.0, lambda _: standing())
    state = clock.machine.state
    assert (state.count, state.ended) == (3, "test")
    assert state.ended_why == "The heel no longer lifted."


def balance(touch_at_s: float = 99.0):
    """Both feet down for six seconds, then on the right leg; the free foot touches for a third of a second."""

    def pose(time_s: float):
        up = float(np.clip((time_s - 6.0) / 0.4, 0, 1))
        touch = float(np.clip(abs(time_s - touch_at_s) / 0.3, 0, 1))
        return balancing(40.0 * up * touch)

    return pose


def test_a_balance_ends_by_itself_after_thirty_seconds_and_its_seconds_are_shown_and_spoken() -> None:
    clock = Clock(LiveSetup("single-leg-balance", "right", condition="eyes-open"))
    clock.play(20.0, balance())
    assert clock.machine.state.value == pytest.approx(14.0, abs=0.4)
    assert clock.machine.state.unit == "s"
    clock.play(20.0, lambda t: balance()(t + 20.0))
    state = clock.machine.state
    assert (state.stage, state.ended, state.count) == ("ended", "target", 1)
    assert state.reps[0].span.duration_s == pytest.approx(30.0 + machine.TAIL_S, abs=0.4)
    assert [text for text in clock.spoken() if text in ("ten", "twenty", "thirty")] == ["ten", "twenty", "thirty"]


def test_after_a_touch_the_thirty_seconds_continue() -> None:
    clock = Clock(LiveSetup("single-leg-balance", "right", condition="eyes-open"))
    clock.play(40.0, balance(touch_at_s=18.0))
    state = clock.machine.state
    assert (state.ended, state.count) == ("target", 2)
    assert [rep.span.duration_s for rep in state.reps] == pytest.approx([12.0, 18.0 + machine.TAIL_S], abs=0.5)


def test_standing_on_one_leg_does_not_start_a_set() -> None:
    clock = Clock(LiveSetup())
    clock.play(30.0, balance())
    assert clock.machine.state.count == 0
