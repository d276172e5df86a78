"""The live set as a state machine: set-up checks, countdown, cues and the number shown, on a made-up figure and clock."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from formcheck.live.coach import MAY_MISS
from formcheck.live.measuring import MeasuredRep, MeasuredSet
from formcheck.live.state import LiveEstimate, LiveSetup
from formcheck.pose.blazepose import Pose
from formcheck.scene.camera import first_look
from formcheck.scene.scene import LEVEL_UP, Scene
from formcheck.signals.geometry import rotate
from tests.helpers.figure import SHANK_PX, SIZE, kneeling, standing, swing
from tests.helpers.live_clock import PERIOD_S, Clock, half_kneeling, rocking


def test_a_held_position_starts_the_countdown_and_then_the_set() -> None:
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


@pytest.mark.parametrize("fps", [2.0, 4.0])
def test_a_computer_too_slow_for_tracking_is_reported_before_the_set_starts(fps: float) -> None:
    clock = Clock(half_kneeling(), fps)
    clock.play(10.0, lambda _: kneeling())
    assert clock.failing() == ["machine"]
    assert clock.stages == ["coach"]
    assert "This computer is too slow now: close other programs" in clock.spoken()


def test_a_computer_that_needs_the_lite_model_says_so_before_the_set_and_starts_it() -> None:
    clock = Clock(half_kneeling())
    clock.machine.is_lite = True
    clock.play(1.5, lambda _: kneeling())
    assert clock.machine.state.big == MAY_MISS
    clock.play(8.0, lambda _: kneeling())
    assert clock.stages == ["coach", "ready", "countdown", "running"]
    spoken = clock.spoken()
    assert spoken.index(MAY_MISS) < spoken.index("Ready. Hold still.")


def test_a_computer_that_is_fast_again_starts_the_set() -> None:
    clock = Clock(half_kneeling(), fps=4.0)
    clock.play(4.0, lambda _: kneeling())
    clock.fps = 15.0
    clock.play(8.0, lambda _: kneeling())
    assert clock.stages == ["coach", "ready", "countdown", "running"]


def test_a_repetition_during_the_countdown_is_counted() -> None:
    clock = Clock(half_kneeling(target_reps=2))
    clock.play(0.8, lambda _: kneeling())
    clock.play(2 * PERIOD_S + 2.0, rocking)
    assert clock.machine.state.count == 2
    assert clock.machine.state.ended == "target"


def test_the_counted_peak_is_the_figures_own() -> None:
    clock = Clock(half_kneeling(target_reps=0))
    clock.play(6.0, lambda _: kneeling())
    clock.play(2 * PERIOD_S, rocking)
    assert [rep.span.peak for rep in clock.machine.state.reps] == pytest.approx([35.0, 35.0], abs=0.5)


def test_a_shank_that_seems_longer_at_the_top_of_each_repetition_does_not_stop_the_count() -> None:
    """The lite model sees the shank of a dark, turned leg a third longer when it leans than when it stands."""
    clock = Clock(half_kneeling(target_reps=0))
    clock.play(6.0, lambda _: kneeling())
    clock.play(4 * 8.0, lambda time_s: longer_when_leaning(swing(time_s, 8.0, 4.0, 35.0)))
    assert clock.machine.state.count == 4


def test_a_person_who_has_moved_nearer_is_measured_anew() -> None:
    clock = Clock(half_kneeling(target_reps=0))
    clock.play(6.0, lambda _: kneeling(scale=0.7))
    far_px = clock.machine.state.shank_px
    clock.play(3.0, lambda _: kneeling())
    assert clock.machine.state.shank_px == pytest.approx(far_px / 0.7, rel=0.03)


def longer_when_leaning(shank_deg: float) -> Pose:
    return kneeling(shank_deg, SHANK_PX * (1.0 + 0.35 * (shank_deg - 4.0) / 31.0))


def test_a_hold_is_timed_while_it_lasts() -> None:
    clock = Clock(half_kneeling(target_reps=0))
    clock.play(6.0, lambda _: kneeling())
    clock.play(0.62 * PERIOD_S, rocking)  # in the last tenth of a second of the hold
    assert clock.machine.state.hold_s == pytest.approx(1.0, abs=0.25)


def test_leaving_before_the_first_repetition_returns_to_the_set_up_checks() -> None:
    clock = Clock(half_kneeling())
    clock.play(7.0, lambda _: kneeling())
    assert clock.machine.state.stage == "running"
    clock.play(4.0, lambda _: None)
    assert clock.machine.state.stage == "coach"
    assert clock.failing()[0] == "person"


def test_stopping_on_the_way_back_counts_the_last_repetition() -> None:
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
def test_a_failed_set_up_check_is_named_and_the_set_does_not_start(
    pose: Callable[[float], Pose | None], light: float, fps: float, code: str
) -> None:
    clock = Clock(half_kneeling())
    clock.play(4.0, pose, light, fps)
    state = clock.machine.state
    assert clock.failing()[0] == code
    assert state.stage == "coach"
    hint = next(check.hint for check in state.checks if check.code == code)
    assert hint
    assert state.big == hint
    assert hint in clock.spoken()


def test_the_wrong_leg_toward_the_camera_is_named() -> None:
    clock = Clock(LiveSetup("half-kneeling", "left"))
    clock.play(3.0, lambda _: kneeling())
    check = next(check for check in clock.machine.state.checks if check.code == "side-on")
    assert check.hint == "Turn around: the left leg toward the camera"


def test_a_measured_fault_is_spoken_once() -> None:
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    clock.play(PERIOD_S, rocking)
    for _ in range(2):
        clock.machine.measure(measured(MeasuredRep({"tibial_inclination_deg": 36.0}, ("heel-lifted",), 33.0, 2.1)))
    assert [cue.text for cue in clock.machine.state.cues if cue.kind == "fault"] == ["Heel down"]
    assert np.isnan(clock.machine.state.best)  # a range that the heel gave is no best


def measured(*reps: MeasuredRep, roll_deg: float = 0.0) -> MeasuredSet:
    return MeasuredSet(list(reps), Scene(first_look(SIZE, 0.0, 100.0, roll_deg), "right", "side", "right", SIZE))


def angle(headline: float) -> MeasuredRep:
    return MeasuredRep({"tibial_inclination_deg": headline}, (), headline, 2.1)


def test_the_best_value_is_measured_and_never_falls_within_a_set() -> None:
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


def test_a_repetition_that_could_not_be_measured_has_no_best_value() -> None:
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    clock.play(PERIOD_S, rocking)
    clock.machine.measure(measured(angle(float("nan"))))
    assert np.isnan(clock.machine.state.best)


def test_the_vertical_is_that_of_the_measured_repetitions() -> None:
    clock = Clock(half_kneeling())
    clock.play(6.5, lambda _: kneeling())
    assert clock.machine.state.up.tolist() == [0.0, -1.0]
    clock.play(PERIOD_S, rocking)
    clock.machine.measure(measured(angle(34.0), roll_deg=6.0))
    clock.play(0.1, lambda _: kneeling())
    assert clock.machine.state.up == pytest.approx(rotate(LEVEL_UP, 6.0))


def test_every_cue_has_its_own_rising_number() -> None:
    clock = Clock(half_kneeling(target_reps=2))
    clock.play(6.5, lambda _: kneeling())
    clock.play(2 * PERIOD_S + 2.0, rocking)
    numbers = [cue.number for cue in clock.machine.state.cues]
    assert numbers == sorted(set(numbers))
