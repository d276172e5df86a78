"""The live set as a state machine, on a made-up figure and a made-up clock."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from formcheck.live import machine
from formcheck.live.machine import SetMachine
from formcheck.live.measuring import MeasuredRep, MeasuredSet
from formcheck.live.state import LiveEstimate, LiveSetup
from formcheck.pose.blazepose import Pose
from formcheck.pose.leg_swaps import EXCHANGED
from formcheck.scene.scene import Scene
from tests.helpers.figure import SIZE, kneeling, standing, swing

PERIOD_S = 4.0


class Clock:
    """Feeds a machine frame by frame."""

    def __init__(self, setup: LiveSetup, fps: float = 30.0) -> None:
        self.machine = SetMachine(setup, SIZE)
        self.time_s = 0.0
        self.fps = fps
        self.stages: list[str] = []

    def play(self, seconds: float, pose: Callable[[float], Pose | None], luma: float = 120.0, camera_fps: float = 30.0) -> None:
        start = self.time_s
        while self.time_s < start + seconds - 1e-9:
            self.machine.see(self.time_s, pose(self.time_s - start), luma, camera_fps)
            stage = self.machine.state.stage
            if not self.stages or self.stages[-1] != stage:
                self.stages.append(stage)
            self.time_s += 1.0 / self.fps

    def spoken(self) -> list[str]:
        return [cue.text for cue in self.machine.state.cues if cue.text]

    def failing(self) -> list[str]:
        return [check.code for check in self.machine.state.checks if not check.passed]


def half_kneeling(**more: object) -> LiveSetup:
    return LiveSetup("half-kneeling", "right", **more)  # type: ignore[arg-type]


def rocking(time_s: float) -> Pose:
    return kneeling(swing(time_s, PERIOD_S, 4.0, 35.0))


def raising(time_s: float) -> Pose:
    return standing(swing(time_s, PERIOD_S, 0.0, 15.0))


def test_somebody_who_takes_the_position_is_counted_in_and_the_set_begins():
    clock = Clock(half_kneeling())
    clock.play(7.0, lambda _: kneeling())
    assert clock.stages == ["coach", "ready", "countdown", "running"]
    assert [text for text in clock.spoken() if text in ("Ready. Hold still.", "three", "two", "one", "Go")] == [
        "Ready. Hold still.",
        "three",
        "two",
        "one",
        "Go",
    ]


@pytest.mark.parametrize("fps", [30.0, 15.0, 8.0])
def test_the_repetitions_are_counted_at_any_pace_of_the_poses_and_the_last_one_ends_the_set(fps: float):
    clock = Clock(half_kneeling(target_reps=3), fps)
    clock.play(6.5, lambda _: kneeling())
    clock.play(3 * PERIOD_S + 2.0, rocking)
    state = clock.machine.state
    assert (state.count, state.stage, state.ended) == (3, "ended", "target")
    assert [cue.text for cue in state.cues if cue.kind == "count"] == ["one, two to go", "two, last one", "three, done"]


@pytest.mark.parametrize("fps", [2.0, 4.0])
def test_a_computer_that_finds_too_few_poses_says_so_before_the_set_begins(fps: float):
    clock = Clock(half_kneeling(), fps)
    clock.play(10.0, lambda _: kneeling())
    assert clock.failing() == ["machine"]
    assert clock.stages == ["coach"]
    assert "This computer is too slow now: close other programs" in clock.spoken()


def test_a_computer_that_is_fast_again_begins_the_set():
    clock = Clock(half_kneeling(), fps=4.0)
    clock.play(4.0, lambda _: kneeling())
    clock.fps = 15.0
    clock.play(8.0, lambda _: kneeling())
    assert clock.stages == ["coach", "ready", "countdown", "running"]


def test_legs_whose_labels_are_exchanged_at_the_top_of_each_repetition_are_counted_all_the_same():
    def exchanged_on_top(time_s: float) -> Pose:
        pose = rocking(time_s)
        points = pose.points[EXCHANGED] if 1.2 < time_s % PERIOD_S < 2.8 else pose.points
        return pose._replace(points=points)

    clock = Clock(half_kneeling())
    clock.play(7.0, lambda _: kneeling())
    clock.play(3 * PERIOD_S + 1.0, exchanged_on_top)
    assert [rep.span.peak for rep in clock.machine.state.reps] == pytest.approx([35.0] * 3, abs=1.5)


def test_a_repetition_before_the_countdown_has_ended_is_not_lost():
    clock = Clock(half_kneeling(target_reps=2))
    clock.play(0.8, lambda _: kneeling())
    clock.play(2 * PERIOD_S + 2.0, rocking)
    assert clock.machine.state.count == 2
    assert clock.machine.state.ended == "target"


def test_the_peak_that_is_counted_is_the_figures_own():
    clock = Clock(half_kneeling(target_reps=0))
    clock.play(6.0, lambda _: kneeling())
    clock.play(2 * PERIOD_S, rocking)
    assert [rep.span.peak for rep in clock.machine.state.reps] == pytest.approx([35.0, 35.0], abs=0.5)


def test_a_hold_is_timed_while_it_lasts():
    clock = Clock(half_kneeling(target_reps=0))
    clock.play(6.0, lambda _: kneeling())
    clock.play(0.62 * PERIOD_S, rocking)  # in the last tenth of a second of the hold
    assert clock.machine.state.hold_s == pytest.approx(1.0, abs=0.25)


def test_heel_raises_are_counted_on_both_legs():
    clock = Clock(LiveSetup("heel-raise", "both", target_reps=4))
    clock.play(6.5, lambda _: standing())
    clock.play(4 * PERIOD_S + 2.0, raising)
    assert (clock.machine.state.count, clock.machine.state.ended) == (4, "target")


def test_the_drill_is_found_when_it_is_not_said():
    clock = Clock(LiveSetup(target_reps=0))
    clock.play(4.0, lambda _: standing())
    clock.play(1.0, lambda t: kneeling(60.0 - 56.0 * t))
    clock.play(4.0, lambda _: kneeling())
    clock.play(3 * PERIOD_S, rocking)
    state = clock.machine.state
    assert (state.exercise, state.leg, state.count) == ("half-kneeling", "right", 3)


def test_standing_about_counts_nothing():
    clock = Clock(LiveSetup("heel-raise", "both"))
    clock.play(20.0, lambda _: standing())
    assert clock.machine.state.count == 0


def test_whoever_leaves_in_mid_set_keeps_the_repetitions():
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    clock.play(2 * PERIOD_S, rocking)
    clock.play(4.0, lambda _: None)
    state = clock.machine.state
    assert (state.stage, state.ended, state.count) == ("ended", "left", 2)


def test_whoever_leaves_before_the_first_repetition_meets_the_coach_again():
    clock = Clock(half_kneeling())
    clock.play(7.0, lambda _: kneeling())
    assert clock.machine.state.stage == "running"
    clock.play(4.0, lambda _: None)
    assert clock.machine.state.stage == "coach"
    assert clock.failing()[0] == "person"


def test_a_lone_raise_before_kneeling_down_is_no_set_of_an_untold_drill():
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


def test_whoever_stands_up_after_the_set_has_ended_it():
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    clock.play(2 * PERIOD_S, rocking)
    clock.play(8.0, lambda _: standing())
    assert (clock.machine.state.ended, clock.machine.state.count) == ("pose", 2)


def test_a_set_that_never_ends_is_ended_with_the_repetitions_so_far(monkeypatch):
    monkeypatch.setattr(machine, "MAX_SET_S", 5 * PERIOD_S)  # ten minutes would take this test one
    clock = Clock(half_kneeling(target_reps=0), fps=15.0)
    clock.play(6.5, lambda _: kneeling())
    clock.play(7 * PERIOD_S, rocking)
    state = clock.machine.state
    assert (state.stage, state.ended, state.count) == ("ended", "long", 5)  # the fifth was held at its top when time was up
    assert [rep.span.cut_off for rep in state.reps] == [False] * 4 + [True]


def test_a_set_that_is_stopped_on_the_way_back_counts_the_last_repetition():
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    clock.play(0.83 * PERIOD_S, rocking)
    assert clock.machine.state.count == 0
    clock.machine.end("stopped")
    assert (clock.machine.state.count, clock.machine.state.ended) == (1, "stopped")


@pytest.mark.parametrize(
    ("pose", "light", "fps", "code"),
    [
        (lambda _: None, 120.0, 30.0, "person"),
        (lambda _: kneeling(shift=(0, -260)), 120.0, 30.0, "body"),
        (lambda _: kneeling(shift=(0, 44)), 120.0, 30.0, "feet"),
        (lambda _: kneeling(turned_deg=30), 120.0, 30.0, "side-on"),
        (lambda _: kneeling(scale=0.3), 120.0, 30.0, "near"),
        (lambda _: kneeling(), 20.0, 30.0, "light"),
        (lambda _: kneeling(), 120.0, 8.0, "frame-rate"),
        (lambda _: standing(), 120.0, 30.0, "pose"),
    ],
)
def test_the_coach_names_what_is_wrong_and_does_not_start(pose, light, fps, code):
    clock = Clock(half_kneeling())
    clock.play(4.0, pose, light, fps)
    state = clock.machine.state
    assert clock.failing()[0] == code
    assert state.stage == "coach"
    hint = next(check.hint for check in state.checks if check.code == code)
    assert hint
    assert state.big == hint
    assert hint in clock.spoken()


def test_the_wrong_leg_toward_the_camera_is_named():
    clock = Clock(LiveSetup("half-kneeling", "left"))
    clock.play(3.0, lambda _: kneeling())
    check = next(check for check in clock.machine.state.checks if check.code == "side-on")
    assert check.hint == "Turn around: the left leg toward the camera"


def test_a_fault_is_said_once_when_it_is_measured():
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    clock.play(PERIOD_S, rocking)
    for _ in range(2):
        clock.machine.measure(measured(MeasuredRep({"tibial_inclination_deg": 36.0}, ("heel-lifted",), 33.0, 2.1)))
    assert [cue.text for cue in clock.machine.state.cues if cue.kind == "fault"] == ["Heel down"]
    assert np.isnan(clock.machine.state.best)  # a range that the heel gave is no best


def measured(*reps: MeasuredRep, up: tuple[float, float] = (0.0, -1.0)) -> MeasuredSet:
    vertical = np.array(up)
    forward = np.array([-vertical[1], vertical[0]])
    return MeasuredSet(list(reps), Scene(vertical, forward, "right", "side", 0.0, 0.0, 100.0, "right", SIZE))


def angle(headline: float) -> MeasuredRep:
    return MeasuredRep({"tibial_inclination_deg": headline}, (), headline, 2.1)


def test_the_best_is_a_measured_one_and_never_falls_within_a_set():
    clock = Clock(half_kneeling(target_reps=0))
    clock.play(6.5, lambda _: kneeling())
    clock.play(PERIOD_S, rocking)
    assert clock.machine.state.count == 1
    assert np.isnan(clock.machine.state.best)  # the tracking model's own peak is no number to show
    shown = []
    for headlines in ([34.5], [32.9, 31.0], [32.0, 36.2, 30.0], [31.0, 33.0, 30.0]):
        if len(headlines) > clock.machine.state.count:
            clock.play(PERIOD_S, rocking)
        clock.machine.measure(measured(*map(angle, headlines[: clock.machine.state.count])))
        shown.append(clock.machine.state.best)
    assert shown == [34.5, 34.5, 36.2, 36.2]
    assert clock.machine.state.best_error == 2.1
    assert clock.machine.state.estimate == LiveEstimate(3, 36.2, 2.1, "°")


def test_a_repetition_that_could_not_be_measured_gives_no_best():
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    clock.play(PERIOD_S, rocking)
    clock.machine.measure(measured(angle(float("nan"))))
    assert np.isnan(clock.machine.state.best)


def test_the_vertical_is_the_one_that_the_repetitions_were_measured_with():
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    assert clock.machine.state.up.tolist() == [0.0, -1.0]
    clock.play(PERIOD_S, rocking)
    clock.machine.measure(measured(angle(34.0), up=(0.1, -0.99)))
    clock.play(0.1, lambda _: kneeling())
    assert clock.machine.state.up.tolist() == [0.1, -0.99]


def test_cues_are_numbered_so_that_none_is_played_twice():
    clock = Clock(half_kneeling(target_reps=2))
    clock.play(6.5, lambda _: kneeling())
    clock.play(2 * PERIOD_S + 2.0, rocking)
    numbers = [cue.number for cue in clock.machine.state.cues]
    assert numbers == sorted(set(numbers))


def test_a_heel_raise_test_ends_by_itself_when_no_raise_follows():
    clock = Clock(LiveSetup("heel-raise", "both", test=True))
    clock.play(6.5, lambda _: standing())
    clock.play(3 * 2.0, lambda t: standing(swing(t, 2.0, 0.0, 15.0)))
    clock.play(9.0, lambda _: standing())
    state = clock.machine.state
    assert (state.count, state.ended) == (3, "test")
    assert state.ended_why == "The heel did not lift any more."
