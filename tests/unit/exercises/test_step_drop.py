"""Heel drops off a step: figures whose body sinks and rises over toes that stay, at a known pace."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.analysis.build_report import settle_measures
from formcheck.analysis.detection import Detection, detect_set, list_exercises
from formcheck.exercises import EXERCISES
from formcheck.exercises.base import Recording
from formcheck.exercises.step_drop import DEPTH_UNREAD
from formcheck.foot import FOOT_PER_SHANK, FootMotion
from formcheck.pose.track import PoseTrack
from formcheck.scene.scene import clean_track, observe_scene
from formcheck.scene.view import View
from tests.helpers.drills import PERIOD_S, film, make_squats
from tests.helpers.figure import SIZE, balancing, on_a_step, standing, swing

DROP = EXERCISES["step-drop"]
REPS = 4


def measure(track: PoseTrack) -> tuple[Detection, list[dict[str, float]], list[list[str]]]:
    cleaned = clean_track(track)
    scene = observe_scene(cleaned, SIZE, standing=True)
    found = detect_set(cleaned, scene, "step-drop", "right")
    assert found is not None
    recording = Recording(
        View(cleaned, scene, found.leg),
        0.4,
        FOOT_PER_SHANK * scene.shank_px,
        np.full(len(track), np.nan),
        FootMotion.empty(len(track)),
        found.spans,
    )
    measures = [found.exercise.measure(recording, span) for span in found.spans]
    return found, measures, [list(codes) for codes in found.exercise.find_faults(measures, found.spans)]


def drops(sunk_px: float = 20.0) -> PoseTrack:
    return film(lambda t: on_a_step(swing(t, PERIOD_S, 0.0, sunk_px)), REPS)


def test_drops_are_counted_and_timed() -> None:
    """0.8 s down, 1 s below, 0.8 s up; a smooth way is within a tenth of its end for its last fifth."""
    _, measures, faults = measure(drops())
    assert len(measures) == REPS
    for values in measures:
        assert values["lower_s"] == pytest.approx(0.65, abs=0.15)
        assert values["hold_s"] == pytest.approx(1.3, abs=0.25)
        assert values["knee_flexion_change_deg"] == pytest.approx(0.0, abs=3.0)
    assert faults == [["dropped"]] * REPS, "within a second is a fall"


def test_a_person_can_say_of_a_drop_what_is_seen_of_it() -> None:
    """Both feet stay on the step: both legs lower, and a set that is called so can be named so, corrected and filmed again."""
    cleaned = clean_track(drops())
    found = detect_set(cleaned, observe_scene(cleaned, SIZE, standing=True), "step-drop")
    assert found is not None
    assert found.side == "both"
    assert found.side in DROP.sides
    DROP.check_side(found.side)


def test_a_slow_drop_has_no_fault() -> None:
    slow = drops()
    _, measures, faults = measure(PoseTrack(slow.time_s * 2.0, slow.points, slow.visibility, slow.lateral))
    assert len(measures) == REPS
    assert faults == [[]] * REPS


def test_the_depth_below_the_step_is_not_known_and_says_why() -> None:
    found, measures, _ = measure(drops())
    _, reasons = settle_measures(DROP, measures, found.spans)
    assert all(np.isnan(values["drop_cm"]) for values in measures)
    assert all(why["drop_cm"] == DEPTH_UNREAD for why in reasons)


def test_standing_squats_and_balance_are_no_drops() -> None:
    still = film(lambda _: standing(), REPS)
    balance = film(lambda t: balancing(swing(t, PERIOD_S, 0.0, 40.0)), REPS)
    for track in (still, balance, make_squats([90, 100, 95, 92])):
        assert measure(track)[1] == []


def test_without_its_name_it_is_not_measured() -> None:
    assert "step-drop" not in {exercise.name for exercise in list_exercises("auto")}
