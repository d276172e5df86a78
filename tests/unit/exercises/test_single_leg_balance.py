"""Balance on one leg: seconds and touches of figures whose foot leaves the floor at known times, and what is not balance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from formcheck.analysis.detection import Detection, detect_set, list_exercises
from formcheck.exercises import EXERCISES
from formcheck.exercises.base import Recording
from formcheck.foot import FOOT_PER_SHANK, FootMotion
from formcheck.pose.blazepose import Pose
from formcheck.pose.track import PoseTrack
from formcheck.scene.scene import clean_track, observe_scene
from formcheck.scene.view import View
from tests.helpers.figure import SIZE, balancing, standing, swing

BALANCE = EXERCISES["single-leg-balance"]
FPS = 15.0
LIFT_PX = 40.0
MOVE_S = 0.4


def lift_at(time_s: float, holds: list[tuple[float, float]], height_px: float = LIFT_PX) -> float:
    """The free foot's height, pixels: it leaves the floor at each hold's start, is up ``MOVE_S`` later, and is down at its end."""
    height = 0.0
    for start, end in holds:
        up = np.clip((time_s - start) / MOVE_S, 0, 1)
        down = np.clip((end - time_s) / MOVE_S, 0, 1)
        height = max(height, height_px * float(min(up, down)))
    return height


def film(pose_at: Callable[[float], Pose], seconds: float, noise_px: float = 0.0) -> PoseTrack:
    times, rng = np.arange(0, seconds, 1 / FPS), np.random.default_rng(3)
    poses = [pose_at(t) for t in times]
    points = np.array([p.points for p in poses]) * SIZE
    return PoseTrack(
        times,
        points + rng.normal(0.0, noise_px, points.shape),
        np.array([p.visibility for p in poses]),
        np.array([p.lateral for p in poses]),
    )


def analyze(track: PoseTrack, side: str = "auto") -> tuple[Detection, list[dict[str, float]], list[list[str]]]:
    cleaned = clean_track(track)
    scene = observe_scene(cleaned, SIZE, standing=True)
    found = detect_set(cleaned, scene, "single-leg-balance", side)
    assert found is not None
    foot_px = FOOT_PER_SHANK * scene.shank_px
    still = np.full(len(track), np.nan)
    recording = Recording(View(cleaned, scene, found.leg), None, foot_px, still, FootMotion.empty(len(track)), found.spans)
    measures = [found.exercise.measure(recording, span) for span in found.spans]
    return found, measures, [list(codes) for codes in found.exercise.find_faults(measures, found.spans)]


HOLDS = [(2.0, 9.0), (9.8, 14.8), (17.0, 52.0)]


@pytest.mark.parametrize("noise_px", [0.0, 1.0])
def test_the_seconds_of_each_hold_are_those_with_the_foot_off_the_floor(noise_px: float) -> None:
    """1 pixel of noise is 4 mm on this figure."""
    found, measures, faults = analyze(film(lambda t: balancing(lift_at(t, HOLDS)), 55.0, noise_px))
    assert found.side == "right"
    assert [m["hold_s"] for m in measures] == pytest.approx([7.0, 5.0, 35.0], abs=0.3)
    assert [m["touches"] for m in measures] == [1, 1, 0], "the third hold lasted more than thirty seconds"
    assert faults == [["foot-touched"], ["foot-touched"], []]


def test_the_longest_hold_represents_the_set_and_touches_are_summed() -> None:
    found, measures, faults = analyze(film(lambda t: balancing(lift_at(t, HOLDS)), 55.0))
    seconds = [m["hold_s"] for m in measures]
    assert BALANCE.choose_reps(seconds, [[], [], []]) == [2]
    extra = BALANCE.summarize(measures, found.spans, [2], None)
    assert extra["total_touches"] == 2
    assert extra["total_hold_s"] == pytest.approx(47.0, abs=1.0)
    assert sum(not codes for codes in faults) == 1


def test_a_foot_that_sinks_and_does_not_touch_is_one_hold() -> None:
    """It sinks to 6 cm over the floor twice and rises again: more than half of its height, and no touch."""

    def lift(t: float) -> float:
        return lift_at(t, [(2.0, 22.0)]) * (1.0 - 0.6 * max(0.0, float(np.sin(0.6 * t))) ** 8)

    _, measures, _ = analyze(film(lambda t: balancing(lift(t)), 25.0))
    assert [m["hold_s"] for m in measures] == pytest.approx([20.0], abs=0.3)


def test_a_hold_that_the_film_cuts_off_lasted_at_least_that_long_and_is_no_touch() -> None:
    _, measures, faults = analyze(film(lambda t: balancing(lift_at(t, [(2.0, 99.0)])), 20.0))
    assert [m["hold_s"] for m in measures] == pytest.approx([18.0], abs=0.3)
    assert faults == [[]]


def test_a_short_tap_ends_a_hold() -> None:
    """The foot is on the floor for a third of a second."""
    _, measures, _ = analyze(film(lambda t: balancing(lift_at(t, [(1.0, 8.0), (8.3, 15.0)])), 17.0))
    assert [m["hold_s"] for m in measures] == pytest.approx([7.0, 6.7], abs=0.3)


def test_a_hop_ends_the_time_and_is_named() -> None:
    """After five seconds the standing foot is 12 cm further forward."""

    def pose(t: float) -> Pose:
        return balancing(lift_at(t, [(2.0, 14.0)]), shift=(28.0 * float(t > 7.0), 0.0))

    _, measures, faults = analyze(film(pose, 16.0))
    assert all("stance-moved" in codes for codes in faults)
    assert measures[0]["hold_s"] < 8.0
    assert measures[0]["stance_moved_pct_foot"] > 20.0


def test_standing_on_two_feet_raises_and_steps_are_no_balance() -> None:
    still = film(lambda _: standing(), 20.0, noise_px=1.0)
    raises = film(lambda t: standing(swing(t, 4.0, 0.0, 14.0)), 20.0)
    marching = film(lambda t: balancing(lift_at(t % 2.0, [(0.4, 1.2)])), 20.0)
    for track in (still, raises, marching):
        assert analyze(track)[1] == []


def test_a_film_that_begins_with_the_foot_up_has_no_start_to_measure_from() -> None:
    """Neither the hold nor, once the foot is down, the other leg counts."""
    _, measures, _ = analyze(film(lambda t: balancing(lift_at(t, [(-9.0, 8.0)])), 20.0))
    assert measures == []


def test_without_its_name_it_is_not_measured() -> None:
    track = clean_track(film(lambda t: balancing(lift_at(t, HOLDS)), 55.0))
    assert detect_set(track, observe_scene(track, SIZE)) is None
    assert "single-leg-balance" not in {exercise.name for exercise in list_exercises("auto")}
