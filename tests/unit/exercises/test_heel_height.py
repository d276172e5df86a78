"""A heel raise's height: between what the foot's pixels say and what the trunk's rise says, as a level camera would see it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.exercises.heel_height import magnify_forward, measure_stretch
from formcheck.exercises.heel_raise import HeelRaise
from formcheck.foot import FootMotion
from formcheck.pose.track import Landmark, PoseTrack
from formcheck.scene.scene import Scene, observe_scene
from formcheck.signals.reps import RepSpan
from tests.helpers.bodies import FRAME_SIZE, make_standing

REP = RepSpan(0.25, 2.0, 3.75, 0.0, 0.2)
TOP = 60
BODY = [
    k for k in Landmark if k not in (Landmark.LEFT_HEEL, Landmark.RIGHT_HEEL, Landmark.LEFT_FOOT_INDEX, Landmark.RIGHT_FOOT_INDEX)
]
RISE_PX = 18.0


def rise(bend_deg: float = 0.0, up_px: float = RISE_PX) -> PoseTrack:
    """Somebody whose body goes up by so much and down again, the knee bending by so much at the top."""
    standing = make_standing(120)
    course = np.clip(np.minimum(standing.time_s - 0.5, 3.5 - standing.time_s) / 0.8, 0.0, 1.0)
    points = standing.points.copy()
    points[:, BODY, 1] -= up_px * course[:, None]
    for knee in (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE):
        points[:, knee, 0] += 160.0 * np.tan(np.radians(bend_deg / 2)) * course
    return replace(standing, points=points)


def settle(track: PoseTrack, seen_px: float) -> float:
    """The height at the top when the pixels of the foot said ``seen_px``."""
    scene = observe_scene(track, FRAME_SIZE, standing=True)
    foot = FootMotion.empty(len(track))
    foot.heel_rise_px[:], foot.turn_deg[:] = 0.0, 0.0
    foot.heel_rise_px[TOP], foot.turn_deg[TOP] = seen_px, 25.0
    return float(HeelRaise().complete_foot(track, scene, "right", REP, foot).heel_rise_px[TOP])


def height_by_trunk(track: PoseTrack) -> float:
    scene = observe_scene(track, FRAME_SIZE, standing=True)
    return float(HeelRaise().complete_foot(track, scene, "right", REP, FootMotion.empty(len(track))).heel_rise_px[TOP])


def test_pixels_and_trunk_that_agree_are_left_alone() -> None:
    by_trunk = height_by_trunk(rise())
    # the heel rises further than the ankle, which is nearer to the ball
    assert RISE_PX < by_trunk < 1.6 * RISE_PX
    assert settle(rise(), by_trunk) == pytest.approx(by_trunk)


def test_where_they_differ_the_height_lies_between_them() -> None:
    by_trunk = height_by_trunk(rise())
    for seen in (by_trunk - 8.0, by_trunk + 8.0):
        assert 0.5 < abs(settle(rise(), seen) - seen) < abs(settle(rise(), seen) - by_trunk)


def test_a_trunk_over_a_bent_knee_counts_for_little() -> None:
    seen = height_by_trunk(rise()) + 8.0
    straight, bent = seen - settle(rise(), seen), seen - settle(rise(bend_deg=40.0), seen)
    assert bent < straight / 4


def test_pixels_that_are_off_grossly_count_for_less_than_those_that_are_off_a_little() -> None:
    by_trunk = height_by_trunk(rise())
    little, grossly = (settle(rise(), by_trunk + off) - by_trunk for off in (6.0, 60.0))
    assert little > 0.3 * 6.0
    assert grossly < 0.6 * 60.0


def test_what_a_bent_knee_takes_off_the_trunks_rise_is_put_back() -> None:
    bent = rise(bend_deg=40.0)  # thigh and shank over a knee bent by 40° are 12 % shorter: the hips come down by so much
    lowered = bent.points.copy()
    down = 2 * 160.0 * (1 - np.cos(np.radians(20.0)))
    course = (lowered[:, Landmark.LEFT_KNEE, 0] - lowered[0, Landmark.LEFT_KNEE, 0]) / np.ptp(lowered[:, Landmark.LEFT_KNEE, 0])
    above = [k for k in BODY if "ANKLE" not in Landmark(k).name and "KNEE" not in Landmark(k).name]
    lowered[:, above, 1] += down * course[:, None]
    told = height_by_trunk(replace(bent, points=lowered))
    assert told == pytest.approx(height_by_trunk(rise()), rel=0.25)


@pytest.mark.parametrize(("yaw_deg", "higher"), [(25.0, True), (0.0, None), (-25.0, False)])
def test_a_body_that_comes_forward_over_the_toes_nears_a_camera_ahead_and_leaves_one_behind(
    yaw_deg: float, higher: bool | None
) -> None:
    track = make_standing(2, ankle_px=(640.0, 700.0))
    scene = replace(observe_scene(track, FRAME_SIZE, standing=True), yaw_deg=yaw_deg)
    seen = magnify_forward(track, scene, 1)
    assert seen == 0.0 if higher is None else (seen > 0.002) == higher
    if higher is False:
        assert seen == pytest.approx(-magnify_forward(track, replace(scene, yaw_deg=-yaw_deg), 1))


def test_a_trunk_that_rises_further_than_a_foot_is_not_asked() -> None:
    assert settle(rise(up_px=50.0), 30.0) == pytest.approx(30.0)


@pytest.mark.parametrize("pitch_deg", [-15.0, 0.0, 12.0])
def test_a_pitched_camera_stretches_lengths_as_a_pinhole_does(pitch_deg: float) -> None:
    """A plumb line 2.8 m away, seen from 1.2 m over the floor."""
    level = observe_scene(make_standing(3), FRAME_SIZE, standing=True)
    scene = replace(level, pitch_deg=pitch_deg)

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
        assert measure_stretch(track, scene, 0, see(height_m)) == pytest.approx(expected, rel=1e-3)
    assert measure_stretch(track, Scene(**vars(level)), 0, see(0.07)) == 1.0
