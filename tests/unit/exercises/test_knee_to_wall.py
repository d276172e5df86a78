"""The knee-to-wall test on stick figures: what is one, what is not, and what is measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.analysis.detection import Detection, detect_set
from formcheck.exercises import EXERCISES
from formcheck.exercises.base import Recording
from formcheck.foot import FOOT_PER_SHANK, FootMotion
from formcheck.pose.track import PoseTrack
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from tests.helpers.bodies import FRAME_SIZE
from tests.helpers.drills import SHANK_PX, make_lunges

SHANK_CM = 42.0


def detect(track: PoseTrack) -> Detection | None:
    return detect_set(track, observe_scene(track, FRAME_SIZE))


def test_three_trials_are_found_by_themselves_on_the_front_leg() -> None:
    found = detect(make_lunges([34, 38, 36]))
    assert found is not None
    assert (found.exercise.name, found.side, len(found.spans)) == ("knee-to-wall", "right", 3)


@pytest.mark.parametrize(
    ("track", "why"),
    [
        (make_lunges([38, 38, 38], sink=0.6), "a split squat sinks"),
        (make_lunges([30], seconds=20.0), "a calf stretch is held"),
        (make_lunges([38, 38]), "two lean into a stretch; the test has three trials"),
        (make_lunges([11, 12, 11]), "shifting the weight does not bring the knee over the toes"),
        (make_lunges([38, 38, 38], stagger=0.1), "in a squat the feet are side by side"),
        (make_lunges([38, 38, 38], stagger=2.0), "a stride is longer than a step"),
    ],
    ids=["split squat", "held stretch", "stretch twice", "weight shift", "squat", "stride"],
)
def test_a_movement_that_is_not_a_trial_is_not_counted(track: PoseTrack, why: str) -> None:
    found = detect(track)
    assert found is None, f"{why}, but {found}"


def test_the_distance_is_read_where_the_heel_is_still_down() -> None:
    exercise = EXERCISES["knee-to-wall"]
    track = make_lunges([36, 40])
    scene = observe_scene(track, FRAME_SIZE)
    found = detect_set(track, scene, "knee-to-wall")
    assert found is not None
    view = View(track, scene, "right")
    lean = found.exercise.compute_signal(view)
    cm_per_px = SHANK_CM / SHANK_PX
    # on the second trial the heel comes up from 36° on
    heel = np.where((track.time_s > 5.0) & (lean > 36.0), 2.0 / cm_per_px, 0.0)
    foot = replace(FootMotion.empty(len(track)), heel_rise_px=heel)
    recording = Recording(view, cm_per_px, FOOT_PER_SHANK * scene.shank_px, lean, foot)
    reps = [found.exercise.measure(recording, span) for span in found.spans]
    assert [rep["valid_peak_deg"] for rep in reps] == pytest.approx([36, 36], abs=0.3)
    assert [rep["tibial_inclination_deg"] for rep in reps] == pytest.approx([36, 40], abs=0.3)
    # the knee is s·sin θ ahead of the ankle, the tip of the toes three quarters of the foot
    expected = SHANK_CM * (np.sin(np.radians(36)) - 0.75 * FOOT_PER_SHANK)
    assert [rep["knee_over_toe_cm"] for rep in reps] == pytest.approx([expected] * 2, abs=0.3)
    assert exercise.find_faults(reps, found.spans) == [[], ["heel-lifted"]]
    summary = exercise.summarize(reps, found.spans, [0], None)
    assert summary["best_knee_over_toe_cm"] == max(rep["knee_over_toe_cm"] for rep in reps)
    assert summary["mean_knee_over_toe_cm"] == reps[0]["knee_over_toe_cm"]
