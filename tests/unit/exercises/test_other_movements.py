"""Movements that are none of the exercises: nothing of them is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from formcheck.analysis.detection import detect_set
from formcheck.analysis.nobody import _lacks_upper_body
from formcheck.pose.track import Landmark, PoseTrack
from formcheck.scene.scene import SHANK_PER_HEIGHT, observe_scene
from formcheck.support.arrays import FloatArray
from tests.helpers.bodies import FRAME_SIZE, make_standing
from tests.helpers.drills import PERIOD_S as PERIOD_OF_A_FILM_S
from tests.helpers.drills import film, make_squats
from tests.helpers.figure import SIZE, kneeling, swing

SHANK_PX, SECONDS, PERIOD_S = 160.0, 14, 2.5
LEGS = ("knee", "ankle", "heel", "foot_index")
FEET = LEGS[1:]


def rows(parts: tuple[str, ...], side: str = "both") -> list[int]:
    """Return the landmarks of some parts of the body."""
    sides = ("left", "right") if side == "both" else (side,)
    return [Landmark[f"{s}_{part}".upper()] for s in sides for part in parts]


def above(parts: tuple[str, ...] = LEGS) -> list[int]:
    """Return the landmarks that are not in some parts of both legs."""
    return [k for k in range(len(Landmark)) if k not in rows(parts)]


def act(move: Callable[[FloatArray, FloatArray], None]) -> PoseTrack:
    """Somebody who stands for a second and then does something; ``move`` changes (T, 33, 2) points by a (T,) wave of 0 to 1."""
    still = make_standing(30 * SECONDS, shank_px=SHANK_PX)
    wave = np.where(still.time_s < 1.0, 0.0, np.sin(np.pi * (still.time_s - 1.0) / PERIOD_S) ** 2)
    points = still.points.copy()
    move(points, wave[:, None] * SHANK_PX)
    return replace(still, points=points)


def march(points: FloatArray, wave: FloatArray) -> None:
    """One knee after the other is pulled up, and the trunk bobs with each."""
    first = np.where(np.arange(len(wave)) // int(30 * PERIOD_S) % 2 == 0, 1.0, 0.0)[:, None]
    for side, share in (("left", first), ("right", 1.0 - first)):
        for row in rows(("knee",), side):
            points[:, row] += np.hstack([0.9 * wave * share, -0.6 * wave * share])
        for row in rows(FEET, side):
            points[:, row] += np.hstack([0.4 * wave * share, -0.6 * wave * share])
    points[:, above(), 1] -= 0.06 * wave


def shrug(points: FloatArray, wave: FloatArray) -> None:
    """The shoulders and the arms go up."""
    points[:, rows(("shoulder", "elbow", "wrist")), 1] -= 0.1 * wave


def raise_arms(points: FloatArray, wave: FloatArray) -> None:
    """Both arms go overhead, and lift the shoulders a little."""
    points[:, rows(("wrist",)), 1] -= 2.0 * wave
    points[:, rows(("elbow",)), 1] -= 1.0 * wave
    points[:, rows(("shoulder",)), 1] -= 0.05 * wave


def nod(points: FloatArray, wave: FloatArray) -> None:
    """Only the head moves."""
    points[:, : Landmark.LEFT_SHOULDER, 1] += 0.15 * wave


def bow(points: FloatArray, wave: FloatArray) -> None:
    """The trunk leans forward by up to 60° over straight legs."""
    hip = points[:, [Landmark.RIGHT_HIP]]
    lean = np.radians(60.0) * wave / SHANK_PX
    upper = [k for k in above() if k not in rows(("hip",))]
    arm = points[:, upper] - hip
    points[:, upper] = hip + np.stack(
        [np.cos(lean) * arm[..., 0] - np.sin(lean) * arm[..., 1], np.sin(lean) * arm[..., 0] + np.cos(lean) * arm[..., 1]], axis=2
    )


def jump(points: FloatArray, wave: FloatArray) -> None:
    """The whole body leaves the floor, toes too."""
    points[:, :, 1] -= 0.25 * wave


def walk_to_and_fro(points: FloatArray, wave: FloatArray) -> None:
    """The whole body goes forward and back, and bobs by 2 cm."""
    points[:, :, 0] += 1.5 * wave
    points[:, above(), 1] -= 0.05 * wave


def tap_toes(points: FloatArray, wave: FloatArray) -> None:
    """The toes go up, the heels stay down."""
    points[:, rows(("foot_index",)), 1] -= 0.2 * wave


def tap_a_heel(points: FloatArray, wave: FloatArray) -> None:
    """One foot is put forward on its heel and taken back."""
    points[:, rows(("ankle", "heel"), "left"), 0] += 0.6 * wave
    points[:, rows(("foot_index",), "left")] += np.stack([0.5 * wave, -0.25 * wave], axis=2)
    points[:, rows(("knee",), "left"), 0] += 0.3 * wave


def swing_a_leg(points: FloatArray, wave: FloatArray) -> None:
    """One straight leg swings forward."""
    points[:, rows(("knee",), "left")] += np.stack([0.5 * wave, -0.1 * wave], axis=2)
    points[:, rows(FEET, "left")] += np.stack([wave, -0.3 * wave], axis=2)


def kick_a_heel_up(points: FloatArray, wave: FloatArray) -> None:
    """One heel goes to the buttock."""
    points[:, rows(FEET, "left")] += np.stack([-0.9 * wave, -0.9 * wave], axis=2)


def come_nearer(points: FloatArray, wave: FloatArray) -> None:
    """Somebody rocks toward the camera: the figure grows by 4 % about the picture's center."""
    center = np.array(FRAME_SIZE) / 2
    points[:] = center + (points - center) * (1.0 + 0.04 * wave[..., None] / SHANK_PX)


def lift_heels_only_in_the_landmarks(points: FloatArray, wave: FloatArray) -> None:
    """The heels' landmarks wander up by 3 cm while nothing else moves."""
    points[:, rows(("heel",)), 1] -= 0.07 * wave


def hop(points: FloatArray, wave: FloatArray) -> None:
    """Both feet leave the floor by 5 cm, heels first."""
    points[:, :, 1] -= 0.12 * wave
    points[:, rows(("ankle", "heel")), 1] -= 0.04 * wave


def jog_on_the_spot(points: FloatArray, wave: FloatArray) -> None:
    """The body rises over one foot while the other swings up behind, its knee by less than in a march."""
    points[:, above(FEET), 1] -= 0.1 * wave
    points[:, rows(("ankle", "heel"), "right"), 1] -= 0.1 * wave
    points[:, rows(FEET, "left")] += np.stack([-0.4 * wave, -0.45 * wave], axis=2)
    points[:, rows(("knee",), "left"), 1] -= 0.1 * wave


def step_aside(points: FloatArray, wave: FloatArray) -> None:
    """One foot steps out and back while the body rises over the other, whose heel lifts."""
    points[:, above(FEET), 1] -= 0.12 * wave
    points[:, rows(("ankle", "heel"), "right"), 1] -= 0.12 * wave
    points[:, rows(FEET, "left"), 0] += 1.6 * wave
    points[:, rows(("knee",), "left"), 0] += 0.6 * wave


MOVEMENTS = (
    march,
    shrug,
    raise_arms,
    nod,
    bow,
    jump,
    walk_to_and_fro,
    tap_toes,
    tap_a_heel,
    swing_a_leg,
    kick_a_heel_up,
    come_nearer,
    lift_heels_only_in_the_landmarks,
    hop,
    jog_on_the_spot,
    step_aside,
)


@pytest.mark.parametrize("move", MOVEMENTS)
def test_another_movement_is_not_counted(move: Callable[[FloatArray, FloatArray], None]) -> None:
    track = act(move)
    found = detect_set(track, observe_scene(track, FRAME_SIZE))
    assert found is None, (found.exercise.name, found.spans)


def test_squats_are_not_counted() -> None:
    track = make_squats([20.0, 60.0, 90.0, 100.0])
    found = detect_set(track, observe_scene(track, FRAME_SIZE))
    assert found is None, (found.exercise.name, found.spans)


def test_the_same_figures_heel_raises_are_counted() -> None:
    """Without this, the figure might stand in no exercise's pose."""

    def rise(points: FloatArray, wave: FloatArray) -> None:
        points[:, above(FEET), 1] -= 0.15 * wave
        points[:, rows(("ankle",)), 1] -= 0.15 * wave
        points[:, rows(("heel",)), 1] -= 0.2 * wave

    track = act(rise)
    found = detect_set(track, observe_scene(track, FRAME_SIZE))
    assert found is not None
    assert (found.exercise.name, len(found.spans)) == ("heel-raise", int((SECONDS - 1) / PERIOD_S))


def test_a_raise_counts_by_its_knee_where_the_landmarks_of_heel_and_ankle_hardly_move() -> None:
    """In a small, dark picture they rose by a tenth of the body's rise; a knee that stays shows that the body rose without them."""

    def rise(points: FloatArray, wave: FloatArray, knee: float) -> None:
        points[:, above(), 1] -= 0.15 * wave
        points[:, rows(("knee",)), 1] -= knee * wave
        points[:, rows(("ankle", "heel")), 1] -= 0.01 * wave

    for knee, count in ((0.11, int((SECONDS - 1) / PERIOD_S)), (0.05, 0)):
        track = act(lambda points, wave, knee=knee: rise(points, wave, knee))  # type: ignore[misc]
        found = detect_set(track, observe_scene(track, FRAME_SIZE))
        assert (len(found.spans) if found else 0) == count


@pytest.mark.parametrize(("legs", "count"), [(0.08, int((SECONDS - 1) / PERIOD_S)), (0.02, 0)])
def test_a_back_that_straightens_as_the_heels_lift_is_no_shrug(legs: float, count: int) -> None:
    """The shoulders rise by 0.16 and the hips by 0.064 shank lengths: with the legs it is a raise, without them the arms go up."""

    def rise(points: FloatArray, wave: FloatArray) -> None:
        points[:, above(), 1] -= 0.16 * wave
        points[:, rows(("hip",)), 1] += (0.16 - 0.064) * wave
        points[:, rows(("knee", "ankle", "heel")), 1] -= legs * wave

    track = act(rise)
    found = detect_set(track, observe_scene(track, FRAME_SIZE))
    assert (len(found.spans) if found else 0) == count


@pytest.mark.parametrize(("ankle", "count"), [(0.065, int((SECONDS - 1) / PERIOD_S)), (0.02, 0)])
def test_slack_knees_rise_less_than_the_ankle_in_a_raise(ankle: float, count: int) -> None:
    """The shoulders rise by 0.15, the hips by 0.05, the knees by 0.035 shank lengths: the heel alone may be a toe that sank."""

    def rise(points: FloatArray, wave: FloatArray) -> None:
        points[:, above(), 1] -= 0.15 * wave
        points[:, rows(("hip",)), 1] += 0.1 * wave
        points[:, rows(("knee",)), 1] -= 0.035 * wave
        points[:, rows(("ankle",)), 1] -= ankle * wave
        points[:, rows(("heel",)), 1] -= 0.08 * wave

    track = act(rise)
    found = detect_set(track, observe_scene(track, FRAME_SIZE))
    assert (len(found.spans) if found else 0) == count


def test_a_leg_lifted_off_the_floor_is_no_raise_of_the_other() -> None:
    """The pelvis tilts: the hips rise by 0.055, the shoulders by 0.02; the standing foot's toe landmark sinks, its ankle stays."""

    def lift(points: FloatArray, wave: FloatArray) -> None:
        points[:, above(), 1] -= 0.02 * wave
        points[:, rows(("hip",)), 1] -= 0.035 * wave
        points[:, rows(("foot_index",), "right"), 1] += 0.035 * wave
        points[:, rows(("knee", *FEET), "left"), 1] -= 0.2 * wave

    track = act(lift)
    found = detect_set(track, observe_scene(track, FRAME_SIZE))
    assert found is None, (found.exercise.name, found.spans)


def test_knees_that_bounce_toward_a_camera_in_front_lift_no_heel() -> None:
    def bounce(points: FloatArray, wave: FloatArray) -> None:
        points[:, above(), 1] += 0.12 * wave

    track = act(bounce)
    found = detect_set(track, observe_scene(track, FRAME_SIZE, view="front"))
    assert found is None, (found.exercise.name, found.spans)


@pytest.mark.parametrize(("camera", "knee"), [("side", 0.08), ("side", 0.05), ("front", 0.05)])
def test_a_body_that_rises_over_a_heel_and_an_ankle_that_stay_lifts_no_heel(camera: Literal["side", "front"], knee: float) -> None:
    """Somebody rocks or shifts the weight; the toes' landmark sinks meanwhile, so that the heel seems to rise over it."""

    def rock(points: FloatArray, wave: FloatArray) -> None:
        points[:, above(), 1] -= 0.1 * wave
        points[:, rows(("knee",)), 1] -= knee * wave
        points[:, rows(("foot_index",)), 1] += 0.05 * wave

    track = act(rock)
    found = detect_set(track, observe_scene(track, FRAME_SIZE, view=camera))
    assert found is None, (found.exercise.name, found.spans)


@pytest.mark.parametrize(("lean_deg", "count"), [(0.0, 4), (35.0, 4), (60.0, 0)])
def test_kneeling_with_the_trunk_folded_over_the_foot_is_tying_a_shoe(lean_deg: float, count: int) -> None:
    track = film(lambda t: kneeling(swing(t, PERIOD_OF_A_FILM_S, 4.0, 30.0)))
    points, lean = track.points.copy(), np.radians(lean_deg)
    hip = points[:, [Landmark.RIGHT_HIP]]
    upper = [k for k in above() if k not in rows(("hip",))]
    arm = points[:, upper] - hip
    points[:, upper] = hip + arm @ np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])
    found = detect_set(track.with_points(points), observe_scene(track, SIZE))
    assert (len(found.spans) if found else 0) == count


@pytest.mark.parametrize("hops", [True, False])
def test_hops_toward_a_camera_in_front_are_no_raises(*, hops: bool) -> None:
    """Every 0.9 s the body sinks by 0.1 shanks and flies for 0.25 s, falling as gravity asks; or the heels lift it as far."""
    still = make_standing(30 * SECONDS, shank_px=SHANK_PX)
    shank_m, period_s, flight_s, deep = SHANK_PER_HEIGHT * 1.75, 0.9, 0.25, 0.1
    into, begun = (still.time_s - 1.0) % period_s, still.time_s > 1.0
    flight = np.where(begun & (into < flight_s), 9.81 / shank_m * into * (flight_s - into) / 2, 0.0)
    crouch = np.where(begun & (into > flight_s), deep * np.sin(np.pi * (into - flight_s) / (period_s - flight_s)) ** 2, 0.0)
    rise = np.where(begun, (flight.max() + deep) * np.sin(np.pi * into / period_s) ** 2, 0.0)
    points = still.points.copy()
    points[:, above(FEET), 1] -= SHANK_PX * (flight - crouch if hops else rise)[:, None]
    points[:, rows(("ankle", "heel")), 1] -= SHANK_PX * (flight if hops else rise)[:, None]
    points[:, rows(("foot_index",)), 1] -= SHANK_PX * (flight if hops else 0.0 * rise)[:, None]
    track = replace(still, points=points)
    found = detect_set(track, observe_scene(track, FRAME_SIZE, view="front"))
    assert (found is None) == hops


def test_without_shoulders_in_the_picture_or_with_a_trunk_too_short_to_be_one_nothing_counts() -> None:
    def raise_heels(points: FloatArray, wave: FloatArray) -> None:
        points[:, above(FEET), 1] -= 0.15 * wave
        points[:, rows(("ankle", "heel")), 1] -= 0.15 * wave

    track = act(raise_heels)
    found = detect_set(track, observe_scene(track, FRAME_SIZE))
    assert found is not None
    assert found.exercise.name == "heel-raise"
    upper = [k for k in above() if k not in rows(("hip",))]
    for lower_px in (0.7 * SHANK_PX, -2.5 * SHANK_PX):
        points = track.points.copy()
        points[:, upper, 1] += lower_px
        other = replace(track, points=points)
        assert detect_set(other, observe_scene(other, FRAME_SIZE)) is None


def test_invented_trunks_are_noticed() -> None:
    track = act(lambda points, wave: None)
    upper = [k for k in above() if k not in rows(("hip",))]
    points = track.points.copy()
    points[:, upper, 1] += 0.7 * SHANK_PX
    scene = observe_scene(track, FRAME_SIZE)
    assert not _lacks_upper_body(track, scene)
    assert _lacks_upper_body(track.with_points(points), scene)
