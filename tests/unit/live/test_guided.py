"""A guided set says the right thing at the right time."""

from __future__ import annotations

import pytest

from formcheck.exercises import EXERCISES
from formcheck.live.guided import MOVE_S, READY_S, plan_set


def test_ten_holds_of_five_seconds_are_announced_and_counted() -> None:
    guided = plan_set(EXERCISES["short-foot"], 10, 5.0)
    holds = [step for step in guided.steps if step.phase == "hold"]
    assert [round(step.stop_s - step.start_s, 3) for step in holds] == [5.0] * 10
    spoken = [cue.text for cue in guided.cues if cue.kind in ("count", "end")]
    assert spoken[:2] == ["one", "two"]
    assert spoken[-3:] == ["eight, two to go", "nine, last one", "ten, done"]
    assert [cue.text for cue in guided.cues].count("Lift the arch") == 10
    assert [cue.number for cue in guided.cues] == list(range(1, len(guided.cues) + 1))


def test_the_steps_follow_each_other_without_a_gap() -> None:
    guided = plan_set(EXERCISES["half-kneeling"], 3, 1.0)
    assert guided.steps[0].start_s == 0.0
    assert all(a.stop_s == b.start_s for a, b in zip(guided.steps, guided.steps[1:], strict=False))


@pytest.mark.parametrize(
    ("time_s", "phase", "done"),
    [(0.0, "ready", 0), (READY_S, "go", 0), (READY_S + MOVE_S + 4.9, "hold", 0), (READY_S + 2 * MOVE_S + 5.0, "rest", 1)],
)
def test_where_the_set_is_follows_from_the_time(time_s: float, phase: str, done: int) -> None:
    guided = plan_set(EXERCISES["short-foot"], 2, 5.0)
    assert (guided.at(time_s).phase, guided.reps_done(time_s)) == (phase, done)
    assert (guided.at(guided.seconds).phase, guided.reps_done(guided.seconds)) == ("done", 2)


def test_no_cue_comes_before_its_time() -> None:
    guided = plan_set(EXERCISES["short-foot"], 2, 5.0)
    assert all(cue.time_s <= 6.0 for cue in guided.heard(6.0))
    assert len(guided.heard(guided.seconds)) == len(guided.cues)
