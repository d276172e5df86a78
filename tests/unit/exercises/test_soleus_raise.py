"""A soleus raise is a heel raise on a bent knee that stays bent; squats, kneeling and straight knees are none."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.analysis.detection import detect_set
from formcheck.exercises.soleus_raise import SoleusRaise
from formcheck.foot import FootMotion
from formcheck.pose.track import SIDES, Landmark, PoseTrack
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from tests.helpers.bodies import FRAME_SIZE
from tests.helpers.drills import PERIOD_S, film, make_squats
from tests.helpers.figure import SIZE, crouching, kneeling, standing, swing


def detect(track: PoseTrack, exercise: str = "auto") -> tuple[str, int]:
    found = detect_set(track, observe_scene(track, SIZE), exercise)
    return (found.exercise.name, len(found.spans)) if found else ("nothing", 0)


@pytest.mark.parametrize("flexion_deg", [35.0, 60.0, 90.0])
def test_raises_on_knees_that_stay_bent_are_counted(flexion_deg: float) -> None:
    assert detect(film(lambda t: crouching(swing(t, PERIOD_S, 0.0, 16.0), flexion_deg))) == ("soleus-raise", 4)


def test_raises_on_straight_knees_are_heel_raises() -> None:
    assert detect(film(lambda t: standing(swing(t, PERIOD_S, 0.0, 16.0)))) == ("heel-raise", 4)


def test_squats_with_rising_heels_are_not_heel_raises() -> None:
    squats = film(lambda t: crouching(swing(t, PERIOD_S, 0.0, 10.0), swing(t, PERIOD_S, 40.0, 95.0)))
    assert detect(squats)[1] == 0
    assert detect(squats, "soleus-raise")[1] == 0
    flat = make_squats([90, 100, 95])
    found = detect_set(flat, observe_scene(flat, FRAME_SIZE), "soleus-raise")
    assert found is not None
    assert found.spans == []


def test_between_the_frames_that_show_the_foot_the_heel_goes_with_the_ankle_not_with_the_trunk_at_the_wall() -> None:
    track = film(lambda t: crouching(swing(t, PERIOD_S, 0.0, 16.0)))
    points = track.points.copy()
    trunk = [Landmark.of(side, part) for side in SIDES for part in ("shoulder", "hip")]
    points[:, trunk, 1] += 3.0 * track.time_s[:, None]
    view = View(track.with_points(points), observe_scene(track, SIZE), "right")
    span = detect_set(view.track, view.scene, "soleus-raise").spans[0]  # type: ignore[union-attr]
    foot, top, frames = FootMotion.empty(len(track)), view.at(span.peak_s), view.frames_of(span)
    foot.heel_rise_px[top], foot.turn_deg[top], foot.error_px[top] = 30.0, 40.0, 2.0
    heel = SoleusRaise().complete_foot(view, span, foot).heel_rise_px[frames]
    ankle = SoleusRaise().compute_signal(view)[frames]
    assert heel.max() == pytest.approx(30.0, rel=0.02)
    assert np.corrcoef(heel, ankle)[0, 1] > 0.999


def test_a_crouch_held_still_is_not_a_repetition() -> None:
    assert detect(film(lambda t: crouching(0.0)))[1] == 0


def test_kneeling_on_the_other_knee_is_not_a_repetition() -> None:
    assert detect(film(lambda t: kneeling(swing(t, PERIOD_S, 3.0, 36.0))), "soleus-raise")[1] == 0


def raise_right_heel(**left_leg: tuple[float, float]) -> PoseTrack:
    """Four raises of the right heel on a bent knee; the left leg's joints hang still, so many pixels ahead of the hip and below."""
    track = film(lambda t: crouching(swing(t, PERIOD_S, 0.0, 16.0)))
    points = track.points.copy()
    for part, place in left_leg.items():
        points[:, Landmark.of("left", part)] = points[0, Landmark.LEFT_HIP] + place
    return track.with_points(points)


@pytest.mark.parametrize("lower_px", [0.0, 35.0])
def test_a_bent_leg_is_lifted_if_the_other_one_stands_straight(lower_px: float) -> None:
    """In ankle circles and knee lifts the ankle goes up and down over the toes, in the air."""
    floor = lower_px + 158.0  # below the hip; 0: as low as the bent leg's foot
    leg = {"knee": (0.0, floor / 2), "ankle": (0.0, floor), "heel": (-12.0, floor + 14.0), "foot_index": (45.0, floor + 16.0)}
    assert detect(raise_right_heel(**leg), "soleus-raise")[1] == 0


def test_raises_on_one_bent_leg_count_with_the_other_foot_held_behind() -> None:
    leg = {"knee": (0.0, 95.0), "ankle": (-90.0, 105.0), "heel": (-100.0, 95.0), "foot_index": (-95.0, 140.0)}
    assert detect(raise_right_heel(**leg)) == ("soleus-raise", 4)


def test_a_straight_leg_that_is_held_off_the_floor_carries_nothing() -> None:
    leg = {"knee": (60.0, 70.0), "ankle": (115.0, 130.0), "heel": (115.0, 146.0), "foot_index": (160.0, 105.0)}
    assert detect(raise_right_heel(**leg), "soleus-raise") == ("soleus-raise", 4)
