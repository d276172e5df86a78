"""What each exercise calls a fault, on stick figures that commit it, by how much is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.analysis.detection import Detection, detect_set
from formcheck.analysis.measure import make_recording
from formcheck.analysis.refine import Refinement
from formcheck.exercises import EXERCISES
from formcheck.exercises.heel_height import turn_of_rise
from formcheck.exercises.heel_raise import HeelRaise
from formcheck.foot import BALL, FOOT_PER_SHANK, PLANTAR_HEEL, FootMotion
from formcheck.pose.blazepose import Pose
from formcheck.pose.track import Landmark, PoseTrack
from formcheck.scene.scene import Scene, observe_scene
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from tests.helpers.drills import PERIOD_S, film
from tests.helpers.figure import SIZE, kneeling, standing, swing

REPS = 4
FAULTY = 2  # the third repetition, counted from 0
TRUNK = [k for k in Landmark if k <= Landmark.RIGHT_WRIST]
FRONT_FOOT = [Landmark.RIGHT_HEEL, Landmark.RIGHT_FOOT_INDEX, Landmark.RIGHT_ANKLE, Landmark.RIGHT_KNEE]
RISE_PX, FOOT_PX = 14.0, 0.152 / 0.246 * 100


def see_heel(track: PoseTrack, scene: Scene, found: Detection) -> FootMotion:
    """What the pixels show of a figure's foot: its heel, over where it was when each repetition started."""
    foot = FootMotion.empty(len(track))
    if isinstance(found.exercise, HeelRaise):
        ankle = scene.height_of(track.xy(Landmark.of(found.leg, "ankle"))) / scene.shank_px
        for span in found.spans:
            first, last = np.searchsorted(track.time_s, (span.start_s, span.end_s + 1e-9))
            risen = np.clip(ankle[first:last] - ankle[first], 0.0, None)
            turn = np.radians(turn_of_rise(risen))
            behind, above = BALL[0] - PLANTAR_HEEL[0], BALL[1] - PLANTAR_HEEL[1]
            heel = FOOT_PER_SHANK * (behind * np.sin(turn) + above * (1 - np.cos(turn)))
            foot.heel_rise_px[first:last], foot.turn_deg[first:last] = heel * scene.shank_px, np.degrees(turn)
    return foot


def judge(track: PoseTrack, foot: FootMotion | None = None) -> tuple[list[dict[str, float]], list[list[str]]]:
    """The measures and faults of a track by the analysis's own path, with the foot that the pixels show."""
    scene = observe_scene(track, SIZE)
    found = detect_set(track, scene)
    assert isinstance(found, Detection)
    assert len(found.spans) == REPS
    recording = make_recording(
        View(track, scene, found.leg), found.exercise, found.spans, Refinement(foot or see_heel(track, scene, found), []), 0.4
    )
    measures = [found.exercise.measure(recording, span) for span in found.spans]
    return measures, [list(faults) for faults in found.exercise.find_faults(measures, found.spans)]


def faulty(time_s: float) -> bool:
    return int(time_s // PERIOD_S) == FAULTY


def raised(time_s: float) -> float:
    return swing(time_s, PERIOD_S, 0.0, RISE_PX)


@pytest.mark.parametrize(
    ("stoop_deg", "lean_deg", "leaned_deg", "expected"),
    [
        (0.0, 5.0, 5.0, []),
        (0.0, 20.0, 20.0, ["trunk-lean"]),
        (0.0, -20.0, 20.0, ["trunk-lean"]),
        (14.0, 30.0, 16.0, ["trunk-lean"]),
        (14.0, 0.0, 0.0, []),
        (14.0, -12.0, 12.0, ["trunk-lean"]),
    ],
)
def test_a_trunk_that_leans_in_a_heel_raise_is_a_fault_and_one_that_straightens_is_none(
    stoop_deg: float, lean_deg: float, leaned_deg: float, expected: list[str]
) -> None:
    """The trunk stoops at rest; in one repetition it leans by ``lean_deg`` at the top."""

    def pose_at(time_s: float) -> Pose:
        pose = standing(raised(time_s))
        share = raised(time_s) / RISE_PX if faulty(time_s) else 0.0
        angle = np.radians(stoop_deg + (lean_deg - stoop_deg) * share)
        hip = pose.points[Landmark.RIGHT_HIP] * SIZE
        above = pose.points[TRUNK] * SIZE - hip
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        pose.points[TRUNK] = (hip + above @ turn) / SIZE
        return pose

    measures, faults = judge(film(pose_at))
    assert faults == [[], [], expected, []]
    assert measures[FAULTY]["trunk_lean_deg"] == pytest.approx(leaned_deg, abs=0.5)


def test_a_rep_that_the_knee_helped_is_not_what_the_others_fall_short_of() -> None:
    measures, _ = judge(film(lambda time_s: standing(raised(time_s))))
    exercise = HeelRaise()
    helped = {**measures[FAULTY], "height_pct_foot": 2 * measures[FAULTY]["height_pct_foot"]}
    for bend_deg, expected in ((0.0, ["partial-height"]), (30.0, [])):
        reps = [*measures[:FAULTY], {**helped, "knee_flexion_change_deg": bend_deg}, *measures[FAULTY + 1 :]]
        faults = exercise.find_faults(reps, [])
        assert [[f for f in found if f == "partial-height"] for found in faults] == [expected, expected, [], expected]


@pytest.mark.parametrize(("left_up", "expected"), [(0.1, []), (0.35, ["not-lowered"])])
def test_a_heel_that_stays_up_between_raises_is_a_fault_of_the_earlier_one(left_up: float, expected: list[str]) -> None:
    def pose_at(time_s: float) -> Pose:
        # between the third and the fourth repetition's tops the body stays up by a share of the rise
        between = (FAULTY + 0.5) * PERIOD_S < time_s < (FAULTY + 1.5) * PERIOD_S
        return standing(max(raised(time_s), left_up * RISE_PX if between else 0.0))

    measures, faults = judge(film(pose_at))
    assert faults == [[], [], expected, []]
    heights = [m["height_cm"] for m in measures]
    # the raise that starts with the heel still up is as high over the floor as the others, but for a tenth, which is no fault
    assert heights == pytest.approx([heights[0]] * REPS, rel=0.13)


def test_a_recording_that_stops_early_does_not_make_the_last_raise_faulty() -> None:
    cut_s = (REPS - 1 + 0.79) * PERIOD_S  # the last raise is three quarters down
    whole = film(lambda time_s: standing(raised(time_s)))
    assert judge(whole.take(whole.time_s < cut_s))[1] == [[], [], [], []]


@pytest.mark.parametrize(("slide", "expected"), [(0.04, []), (0.2, ["foot-slid"]), (-0.2, ["foot-slid"])])
def test_a_front_foot_that_slides_is_a_fault(slide: float, expected: list[str]) -> None:
    def pose_at(time_s: float) -> Pose:
        lean = swing(time_s, PERIOD_S, 3.0, 36.0)
        pose = kneeling(lean)
        slid = np.clip((time_s / PERIOD_S - FAULTY - 0.3) / 0.3, 0.0, 1.0)
        pose.points[FRONT_FOOT] += (slide * FOOT_PX * slid / SIZE[0], 0.0)
        return pose

    measures, faults = judge(film(pose_at))
    assert [[f for f in found if f == "foot-slid"] for found in faults] == [[], [], expected, []]
    assert measures[FAULTY]["foot_slide_pct_foot"] == pytest.approx(100 * abs(slide), abs=1.0)


def test_one_wandering_landmark_of_the_foot_is_not_a_slide() -> None:
    def pose_at(time_s: float) -> Pose:
        pose = kneeling(swing(time_s, PERIOD_S, 3.0, 36.0))
        pose.points[Landmark.RIGHT_FOOT_INDEX, 0] += swing(time_s, PERIOD_S, 0.0, 0.2 * FOOT_PX) / SIZE[0]
        return pose

    assert all("foot-slid" not in found for found in judge(film(pose_at))[1])


@pytest.mark.parametrize(("slide", "lasts_s", "expected"), [(0.0, PERIOD_S, []), (0.2, 0.2, []), (-0.2, 1.5, ["foot-slid"])])
def test_the_pixels_decide_whether_a_foot_slid_not_its_landmarks(slide: float, lasts_s: float, expected: list[str]) -> None:
    def pose_at(time_s: float) -> Pose:
        pose = kneeling(swing(time_s, PERIOD_S, 3.0, 36.0))
        pose.points[FRONT_FOOT] += (swing(time_s, PERIOD_S, 0.0, 0.15 * FOOT_PX) / SIZE[0], 0.0)
        return pose

    track = film(pose_at)
    since_s = track.time_s - (FAULTY + 0.3) * PERIOD_S
    slid = np.where((since_s > 0.0) & (since_s < lasts_s), slide * FOOT_PX, 0.0)
    _, faults = judge(track, replace(FootMotion.empty(len(track)), slide_px=slid))
    assert [[f for f in found if f == "foot-slid"] for found in faults] == [[], [], expected, []]


@pytest.mark.parametrize("unknown", [0, 1, 2])
def test_a_repetition_that_could_not_be_measured_sets_no_standard_for_the_others(unknown: int) -> None:
    """The first arch's rise was impossible, and no half rise after it was called partial."""
    rises = [5.0, 2.0]
    rises.insert(unknown, float("nan"))
    reps = [{"arch_rise_mm": rise, "hold_s": 3.0, "joint_lift_mm": 0.0, "toe_curl_pct": 0.0} for rise in rises]
    found = EXERCISES["short-foot"].find_faults(reps, [RepSpan(0.0, 2.0, 4.0, 0.0, 5.0)] * 3)
    assert found == [["partial"] if rise == 2.0 else [] for rise in rises]
