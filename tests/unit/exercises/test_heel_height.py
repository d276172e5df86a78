"""A heel raise's height is the foot's own, as a level camera would see it; where only the trunk is seen, there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from formcheck.exercises.base import Recording
from formcheck.exercises.heel_height import compute_magnification, compute_trunk_rise, magnify_near_foot
from formcheck.exercises.heel_raise import READ_WITH_HEIGHT, HeelRaise
from formcheck.foot import FootMotion
from formcheck.pose.track import SIDES, Landmark, PoseTrack
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from tests.helpers.bodies import FRAME_SIZE, make_standing, turn_camera

REP = RepSpan(0.25, 2.0, 3.75, 0.0, 0.2)
TOP = 60
BODY = [
    k for k in Landmark if k not in (Landmark.LEFT_HEEL, Landmark.RIGHT_HEEL, Landmark.LEFT_FOOT_INDEX, Landmark.RIGHT_FOOT_INDEX)
]
RISE_PX = 18.0
BODY_COURSE = np.clip(np.minimum(np.arange(120) / 30 - 0.5, 3.5 - np.arange(120) / 30) / 0.8, 0.0, 1.0)


def rise(bend_deg: float = 0.0, up_px: float = RISE_PX) -> PoseTrack:
    """Somebody whose body goes up by so much and down again, the knee bending by so much at the top."""
    standing, course = make_standing(120), BODY_COURSE
    points = standing.points.copy()
    points[:, BODY, 1] -= up_px * course[:, None]
    for knee in (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE):
        points[:, knee, 0] += 160.0 * np.tan(np.radians(bend_deg / 2)) * course
    return replace(standing, points=points)


def complete(track: PoseTrack, seen_px: float, *, kind: Literal["side", "front"] = "side") -> FootMotion:
    """The foot's motion when the pixels of the foot said that the heel was ``seen_px`` up at the top, and nothing else."""
    scene = replace(observe_scene(track, FRAME_SIZE, standing=True), kind=kind)
    foot = FootMotion.empty(len(track))
    foot.heel_rise_px[TOP], foot.turn_deg[TOP], foot.error_px[TOP] = seen_px, 25.0, 2.0
    return HeelRaise().complete_foot(View(track, scene, "right"), REP, foot)


@pytest.mark.parametrize("trunk_px", [6.0, 18.0, 40.0, 60.0])
def test_how_far_the_trunk_rose_does_not_change_the_height(trunk_px: float) -> None:
    assert complete(rise(up_px=trunk_px), 30.0).heel_rise_px[TOP] == complete(rise(), 30.0).heel_rise_px[TOP]
    assert complete(rise(up_px=trunk_px), 30.0).error_px[TOP] == complete(rise(), 30.0).error_px[TOP]


def test_a_foot_that_was_not_seen_has_no_height_however_far_the_trunk_rose() -> None:
    assert np.isnan(complete(rise(), float("nan")).heel_rise_px).all()
    assert np.isnan(complete(rise(), float("nan")).turn_deg).all()


def test_between_the_frames_that_show_the_foot_it_goes_with_the_body() -> None:
    motion = complete(rise(), 30.0)
    first, last = (int(np.argmin(np.abs(np.arange(120) / 30 - t))) for t in (REP.start_s, REP.end_s))
    inside = motion.heel_rise_px[first : last + 1]
    assert np.isfinite(inside).all()
    assert inside.max() == pytest.approx(motion.heel_rise_px[TOP], rel=0.02)
    assert inside[[0, -1]] == pytest.approx(0.0, abs=0.1 * inside.max())


def measure_from(kind: Literal["side", "front"]) -> dict[str, float]:
    track = rise()
    view = View(track, replace(observe_scene(track, FRAME_SIZE, standing=True), kind=kind), "right")
    foot = FootMotion.empty(len(track))
    inside = view.frames_of(REP)
    if kind == "side":
        foot.heel_rise_px[inside], foot.turn_deg[inside] = 1.4 * RISE_PX * BODY_COURSE[inside], 25.0 * BODY_COURSE[inside]
    foot = HeelRaise().complete_foot(view, REP, foot)
    recording = Recording(view, 0.4, 40.0, np.full(len(track), np.nan), foot, [REP], HeelRaise())
    return HeelRaise().measure(recording, REP)


def test_from_the_front_no_height_is_given_but_the_tempo_is() -> None:
    """The trunk rises up to a third further than the ankles where knees and back straighten."""
    front, side = measure_from("front"), measure_from("side")
    assert all(np.isnan(front[name]) for name in READ_WITH_HEIGHT)
    assert all(np.isfinite(side[name]) for name in READ_WITH_HEIGHT)
    for name in ("rise_s", "hold_s", "lower_s"):
        assert front[name] == pytest.approx(side[name], abs=0.1)


def test_the_reason_for_an_unknown_height_says_to_film_from_the_side() -> None:
    reasons = HeelRaise().explain_gaps(measure_from("front"))
    assert set(reasons) == READ_WITH_HEIGHT
    assert all("from the front" in reason and "film from the side" in reason for reason in reasons.values())


def test_the_reason_for_an_unknown_height_of_a_small_foot_says_to_move_nearer() -> None:
    unknown = dict.fromkeys(READ_WITH_HEIGHT, float("nan"))
    for foot_px, advice in ((30.0, "nearer"), (90.0, "in the light")):
        reasons = HeelRaise().explain_gaps(unknown, foot_px)
        assert set(reasons) == READ_WITH_HEIGHT
        assert all(advice in reason for reason in reasons.values())


def test_the_reason_for_an_unknown_height_from_an_oblique_camera_is_the_view_and_not_the_light() -> None:
    reasons = HeelRaise().explain_gaps(dict.fromkeys(READ_WITH_HEIGHT, float("nan")), 90.0, heel_hidden=True)
    assert set(reasons) == READ_WITH_HEIGHT
    assert all("side-on" in reason and "light" not in reason for reason in reasons.values())


def test_a_height_that_is_not_known_is_no_fault() -> None:
    reps, spans = [measure_from("front")] * 3, [REP] * 3
    assert all("partial-height" not in faults for faults in HeelRaise().find_faults(reps, spans))


def trunk_rise(track: PoseTrack) -> float:
    scene = observe_scene(track, FRAME_SIZE, standing=True)
    return float(compute_trunk_rise(View(track, scene, "right"), REP)[TOP])


def test_the_trunk_rise_lost_to_a_bent_knee_is_added_back() -> None:
    bent = rise(bend_deg=40.0)  # thigh and shank over a knee bent by 40° are 12 % shorter: the hips come down by so much
    lowered = bent.points.copy()
    down = 2 * 160.0 * (1 - np.cos(np.radians(20.0)))
    course = (lowered[:, Landmark.LEFT_KNEE, 0] - lowered[0, Landmark.LEFT_KNEE, 0]) / np.ptp(lowered[:, Landmark.LEFT_KNEE, 0])
    above = [k for k in BODY if "ANKLE" not in Landmark(k).name and "KNEE" not in Landmark(k).name]
    lowered[:, above, 1] += down * course[:, None]
    assert trunk_rise(replace(bent, points=lowered)) == pytest.approx(trunk_rise(rise()), rel=0.25)


def test_the_near_foot_of_two_is_seen_larger_than_the_body_and_the_far_one_smaller() -> None:
    scene = turn_camera(replace(observe_scene(make_standing(3), FRAME_SIZE, standing=True), near_side="right"), yaw=0.0)
    far, near = (magnify_near_foot(View(make_standing(3), scene, side)) for side in SIDES)  # the right one is near
    # ankles 20 cm apart and a shank of 42 cm: the near one is 10 cm nearer than the body's middle
    distance_cm = 42.0 * scene.focal_px / scene.shank_px
    assert near == pytest.approx(distance_cm / (distance_cm - 10.5), rel=0.01)
    assert far == pytest.approx(distance_cm / (distance_cm + 10.5), rel=0.01)


@pytest.mark.parametrize("pitch_deg", [-15.0, 0.0, 12.0])
def test_a_pitched_camera_stretches_lengths_as_a_pinhole_does(pitch_deg: float) -> None:
    """A plumb line 2.8 m away, seen from 1.2 m over the floor."""
    level = observe_scene(make_standing(3), FRAME_SIZE, standing=True)
    scene = turn_camera(level, pitch=pitch_deg)

    def see(height_m: float) -> np.ndarray:
        down = np.arctan2(1.2 - height_m, 2.8) - np.radians(pitch_deg)
        return np.array([0.0, scene.focal_px * np.tan(down)]) + np.asarray(FRAME_SIZE) / 2

    def length(low_m: float, high_m: float) -> float:
        return float(see(low_m)[1] - see(high_m)[1]) / (high_m - low_m)

    track = make_standing(3)
    track.points[:] = see(1.65)
    for side in ("left", "right"):
        track.points[:, [Landmark[f"{side.upper()}_HEEL"], Landmark[f"{side.upper()}_FOOT_INDEX"]]] = see(0.0)
    for height_m in (0.07, 1.2):
        expected = length(height_m - 1e-4, height_m + 1e-4) / length(0.0, 1.65)
        assert compute_magnification(View(track, scene, "right"), 0, see(height_m)) == pytest.approx(expected, rel=1e-3)
    assert compute_magnification(View(track, level, "right"), 0, see(0.07)) == pytest.approx(1.0)


def test_a_heel_that_only_sank_has_a_height_below_zero_and_a_tempo() -> None:
    track = rise()
    view = View(track, observe_scene(track, FRAME_SIZE, standing=True, view="side"), "right")
    sunk_px = np.full(len(track), -1.0)
    foot = replace(FootMotion.empty(len(track)), heel_rise_px=sunk_px, turn_deg=np.zeros(len(track)))
    measured = HeelRaise().measure(Recording(view, 0.4, 40.0, sunk_px, foot, [REP], HeelRaise()), REP)
    assert measured["height_cm"] == pytest.approx(-0.4)
    assert np.isfinite([measured["rise_s"], measured["hold_s"], measured["lower_s"]]).all()
