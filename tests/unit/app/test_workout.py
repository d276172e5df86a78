"""Today's sets one after the other: their order, the rests between them, what is announced, and the summary."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from formcheck.app.film.next_set import NextSet
from formcheck.app.film.stage import show_amount
from formcheck.app.film.workout import RETRY_S, SKIPPED_S, Workout, list_steps, summarize
from formcheck.exercises import EXERCISES
from formcheck.live import LiveSetup, LiveState
from formcheck.live.state import Stage
from formcheck.report.schema import Rep
from formcheck.training import Work, WorkItem
from formcheck.training.catalogue import WorkSide
from tests.helpers.factories import balance_report, half_kneeling_report, heel_raise_report


def planned(exercise: str | None, side: WorkSide = "left", sets: int = 2, done: int = 0, **changes: Any) -> WorkItem:
    work = Work("any", "any", "any", sets=sets, reps=10, exercise=exercise)
    return WorkItem(replace(work, **changes), side, done)


@dataclass
class Recording:
    """A filmed set's recording."""

    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class ScriptedCamera:
    """A camera whose sets end when the test says so."""

    state: LiveState = field(default_factory=LiveState)
    begun: list[tuple[LiveSetup, float]] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)

    def begin_next(self, setup: LiveSetup, rest_s: float) -> Any:
        self.begun.append((setup, rest_s))
        self.state = LiveState()
        self.recordings.append(Recording())
        return self.recordings[-1]

    def end_set(self, reps: int) -> None:
        self.show(reps, "ended")

    def show(self, reps: int, stage: Stage) -> None:
        self.state = replace(LiveState(), stage=stage, reps=tuple(range(reps)))  # type: ignore[arg-type]

    def stop(self) -> None:
        self.state = replace(self.state, stage="ended")


STEPS = [NextSet("half-kneeling", side, number, 2, 10) for number in (1, 2) for side in ("left", "right")]
REST_S = EXERCISES["half-kneeling"].prescription.rest_s


def begin(steps: list[NextSet] | None = None) -> tuple[Workout, ScriptedCamera, list[float]]:
    camera, now = ScriptedCamera(), [0.0]
    workout = Workout(
        STEPS if steps is None else steps,
        camera,
        lambda step: LiveSetup(step.exercise, step.side, target_reps=step.reps),
        clock=lambda: now[0],
    )
    return workout, camera, now


def test_both_legs_of_a_set_come_before_the_next_set_and_what_is_done_is_left_out() -> None:
    knees = planned("half-kneeling", "left", done=1), planned("half-kneeling", "right")
    steps = list_steps([*knees, planned("heel-raise", "both", reps=None)])
    assert [(step.exercise, step.side, step.number) for step in steps] == [
        ("half-kneeling", "right", 1),
        ("half-kneeling", "left", 2),
        ("half-kneeling", "right", 2),
        ("heel-raise", "both", 1),
        ("heel-raise", "both", 2),
    ]
    assert steps[-1].reps == EXERCISES["heel-raise"].prescription.reps


def test_a_balance_is_filmed_for_its_time_and_as_the_level_says() -> None:
    (step,) = list_steps([planned("single-leg-balance", sets=1, reps=30, timed=True, condition="eyes-closed")])
    assert (step.reps, step.condition, step.amount) == (1, "eyes-closed", "30 seconds, eyes closed")


@pytest.mark.parametrize("exercise", ["run", None, "short-foot"])
def test_sets_that_cannot_be_filmed_live_are_left_out(exercise: str | None) -> None:
    assert list_steps([planned(exercise)]) == []


def test_the_next_set_follows_after_the_rest_on_the_other_leg() -> None:
    workout, camera, now = begin()
    workout.advance()
    assert workout.index == 0
    camera.end_set(10)
    workout.advance()
    assert workout.step == STEPS[1]
    assert camera.begun[0] == (LiveSetup("half-kneeling", "right", target_reps=10), REST_S)
    assert workout.rest_left_s == REST_S
    assert "Next: ankle mobilization, right leg, 10 reps" in workout.announcement
    now[0] = REST_S + 1.0
    assert workout.rest_left_s == 0.0


def test_the_rest_can_be_skipped() -> None:
    workout, camera, _ = begin()
    camera.end_set(10)
    workout.advance()
    workout.skip_rest()
    assert workout.rest_left_s == 0.0


def test_a_set_can_be_left_out_and_the_next_one_begins() -> None:
    workout, camera, _ = begin()
    workout.skip_set()
    assert (workout.step, workout.filmed, workout.rest_left_s) == (STEPS[1], [], SKIPPED_S)
    assert camera.begun == [(LiveSetup("half-kneeling", "right", target_reps=10), SKIPPED_S)]
    assert camera.recordings[0].closed
    assert workout.announcement == "Skipped. Next: ankle mobilization, right leg, 10 reps."


def test_a_set_with_a_rep_is_not_left_out_and_after_the_last_one_the_session_is_over() -> None:
    workout, camera, _ = begin(STEPS[:1])
    camera.show(3, "running")
    workout.skip_set()
    assert workout.step == STEPS[0]
    camera.show(0, "coach")
    workout.skip_set()
    assert workout.over


def test_a_set_without_a_rep_is_filmed_again_and_nothing_of_it_is_kept() -> None:
    workout, camera, _ = begin()
    camera.end_set(0)
    workout.advance()
    assert (workout.index, workout.filmed, workout.rest_left_s) == (0, [], RETRY_S)
    assert camera.begun[0][0].side == "left"
    assert camera.recordings[0].closed


def test_after_the_last_set_it_is_over_once_every_set_is_settled() -> None:
    workout, camera, _ = begin(STEPS[:1])
    camera.end_set(8)
    workout.advance()
    assert workout.step is None
    assert "last set" in workout.announcement
    assert not workout.over
    assert not camera.recordings[0].closed  # it is still to be measured
    workout.filmed[0].stage = "saved"
    assert workout.over


def test_ending_early_keeps_what_was_filmed() -> None:
    workout, camera, _ = begin()
    camera.end_set(10)
    workout.advance()
    workout.stop()
    assert workout.step is None
    assert len(workout.filmed) == 1


@pytest.mark.parametrize("reps", [0, 6])
def test_ending_early_keeps_the_reps_of_the_set_being_filmed(reps: int) -> None:
    workout, camera, _ = begin()
    camera.show(reps, "running")
    workout.stop()
    assert [item.step for item in workout.filmed] == STEPS[: int(reps > 0)]
    assert not any(recording.closed for recording in camera.recordings)
    assert workout.announcement == ""


def test_the_session_summary_gives_amount_best_of_each_leg_and_advice() -> None:
    left, right = half_kneeling_report(side="left"), half_kneeling_report((40.0, 41.0), side="right")
    how_much, best, change = summarize([left, right])
    assert how_much == "You did 2 sets with 5 reps, 3 of them clean."
    # the right leg's 41.0° has a fault
    assert best == "Your best today: ankle mobilization, left leg, 34.0°; ankle mobilization, right leg, 40.0°."
    assert change.startswith("To change next time: heel lifted in 2 reps. ")


def test_a_session_of_one_rep_does_not_say_all_of_them() -> None:
    report = half_kneeling_report()
    one = report.model_copy(update={"reps": report.reps[:1]})
    assert summarize([one])[0] == "You did 1 set with 1 rep, and it was clean."


def test_a_session_without_a_fault_is_called_clean() -> None:
    report = heel_raise_report()
    clean = report.model_copy(update={"reps": [rep.model_copy(update={"faults": []}) for rep in report.reps]})
    assert summarize([clean])[-1] == "No fault was seen, so keep the same pace and range next time."
    assert "all of them clean" in summarize([clean])[0]
    assert summarize([]) == ["No set was saved."]


def test_a_session_whose_heels_were_not_seen_is_not_called_clean() -> None:
    report = half_kneeling_report()
    unseen = {"faults": [], "heel_rise_cm": None, "heel_rise_pct_foot": None}
    report = report.model_copy(update={"reps": [Rep.model_validate(rep.model_dump() | unseen) for rep in report.reps]})
    assert summarize([report])[0] == f"You did 1 set with {len(report.reps)} reps."
    assert summarize([report])[-1].startswith("No fault was seen, but not every rep was seen well enough")


def test_balance_is_counted_in_holds_and_shown_in_seconds() -> None:
    holds = len(balance_report().reps)
    assert summarize([balance_report()])[0].startswith(f"You did 1 set with {holds} holds, ")
    both = summarize([half_kneeling_report(), balance_report()])[0]
    assert f"reps and {holds} holds, " in both
    shown = show_amount(LiveState(exercise="single-leg-balance", hold_s=12.7, reps=(), target=None))
    assert "<b>12</b> of 30\u00a0s" in shown
    assert "<b>0</b> of 10" in show_amount(LiveState(exercise="half-kneeling", target=10))
