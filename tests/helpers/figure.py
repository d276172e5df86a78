"""A stick figure seen from its right side, in a picture of 640 × 480: its poses are made up, so their truth is known."""

from __future__ import annotations

import numpy as np

from formcheck.pose.blazepose import Pose
from formcheck.pose.track import LANDMARK_COUNT, Landmark
from formcheck.scene.scene import SHANK_PER_HEIGHT, SHOULDERS_PER_HEIGHT

SIZE = (640, 480)
SHANK_PX = 100.0


def _pose(
    places: dict[str, tuple[float, float]], *, turned_deg: float = 0.0, scale: float = 1.0, shift: tuple[float, float] = (0, 0)
) -> Pose:
    points = np.empty((LANDMARK_COUNT, 2))
    for landmark in Landmark:
        name = landmark.name.lower()
        bare = name.removeprefix("left_").removeprefix("right_")
        known = places.get(name, places.get(bare))
        if known is None:
            known = places["nose"] if landmark < Landmark.LEFT_SHOULDER else places["shoulder"]
        points[landmark] = known
    turn = np.radians(turned_deg)
    # the left shoulder is the far one; whoever turns toward the camera has it more to the right
    half = 0.5 * SHOULDERS_PER_HEIGHT / SHANK_PER_HEIGHT * SHANK_PX * np.sin(turn)
    points[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], 0] += (half, -half)
    center = np.array([320.0, 300.0])
    points = (points - center) * scale + center + shift
    lateral = 0.35 * np.array([np.sin(turn), np.cos(turn)])
    return Pose(points / SIZE, np.ones(LANDMARK_COUNT), lateral)


def kneeling(shank_deg: float = 4.0, shank_px: float = SHANK_PX, **how: object) -> Pose:
    """Half-kneeling, right foot in front, facing right; the shank leans forward by ``shank_deg`` and is ``shank_px`` long."""
    lean = np.radians(shank_deg)
    ankle = np.array([400.0, 420.0])
    knee = ankle + shank_px * np.array([np.sin(lean), -np.cos(lean)])
    hip = knee + np.array([-95.0, 0.0])
    rear_knee = np.array([305.0, 415.0])
    return _pose(
        {
            "nose": (hip[0] + 15, hip[1] - 165),
            "ear": (hip[0], hip[1] - 165),
            "shoulder": (hip[0], hip[1] - 120),
            "hip": tuple(hip),
            "right_knee": tuple(knee),
            "right_ankle": tuple(ankle),
            "right_heel": (ankle[0] - 12, ankle[1] + 18),
            "right_foot_index": (ankle[0] + 45, ankle[1] + 22),
            "left_knee": tuple(rear_knee),
            "left_ankle": (rear_knee[0] - 95, rear_knee[1] - 5),
            "left_heel": (rear_knee[0] - 110, rear_knee[1] - 12),
            "left_foot_index": (rear_knee[0] - 85, rear_knee[1] + 10),
        },
        **how,  # type: ignore[arg-type]
    )


def standing(rise_px: float = 0.0, **how: object) -> Pose:
    """Standing, facing right; the heels are up so far that everything over the toes has risen by ``rise_px``."""
    x, floor = 320.0, 450.0
    up = rise_px
    return _pose(
        {
            "nose": (x + 15, floor - 370 - up),
            "ear": (x, floor - 370 - up),
            "shoulder": (x, floor - 325 - up),
            "hip": (x, floor - 210 - up),
            "knee": (x + 2, floor - 115 - up),
            "ankle": (x, floor - 18 - up),
            "heel": (x - 12, floor - 4 - 1.3 * up),
            "foot_index": (x + 45, floor - 2),
        },
        **how,  # type: ignore[arg-type]
    )


def on_a_step(sunk_px: float = 0.0, **how: object) -> Pose:
    """On a step's edge, facing right, heels up by 10 px when ``sunk_px`` is 0: the body is lower by that, the toes stay."""
    return standing(10.0 - sunk_px, **how)


def crouching(rise_px: float = 0.0, flexion_deg: float = 70.0, **how: object) -> Pose:
    """On bent knees, facing right: the thigh leans back as far as the knee is bent beyond the shank's 25° forward; heels up."""
    x, floor = 320.0, 450.0
    up = np.array([0.0, -rise_px])
    ankle = np.array([x, floor - 18.0]) + up
    knee = ankle + SHANK_PX * np.array([np.sin(np.radians(25)), -np.cos(np.radians(25))])
    back = np.radians(flexion_deg - 25.0)
    hip = knee + 95.0 * np.array([-np.sin(back), -np.cos(back)])
    return _pose(
        {
            "nose": (hip[0] + 45, hip[1] - 150),
            "ear": (hip[0] + 35, hip[1] - 155),
            "shoulder": (hip[0] + 30, hip[1] - 110),
            "hip": tuple(hip),
            "knee": tuple(knee),
            "ankle": tuple(ankle),
            "heel": (x - 12, floor - 4 - 1.3 * rise_px),
            "foot_index": (x + 45, floor - 2),
        },
        **how,  # type: ignore[arg-type]
    )


def swing(time_s: float, period_s: float, rest: float, top: float) -> float:
    """A repetition's signal: rest, up, a hold of a quarter of the period, back."""
    phase = (time_s % period_s) / period_s
    if phase < 0.2 or phase > 0.85:
        share = 0.0
    elif phase < 0.4:
        share = 0.5 - 0.5 * np.cos(np.pi * (phase - 0.2) / 0.2)
    elif phase < 0.65:
        share = 1.0
    else:
        share = 0.5 + 0.5 * np.cos(np.pi * (phase - 0.65) / 0.2)
    return rest + (top - rest) * float(share)


def balancing(lift_px: float = 0.0, **how: object) -> Pose:
    """On the right leg, facing right; the left foot is ``lift_px`` off the floor, its knee bent as far as that asks."""
    x, floor = 320.0, 450.0
    return _pose(
        {
            "nose": (x + 15, floor - 370),
            "ear": (x, floor - 370),
            "shoulder": (x, floor - 325),
            "hip": (x, floor - 210),
            "right_knee": (x + 2, floor - 115),
            "right_ankle": (x, floor - 18),
            "right_heel": (x - 12, floor - 4),
            "right_foot_index": (x + 45, floor - 2),
            "left_knee": (x + 2 + 0.8 * lift_px, floor - 115 - 0.4 * lift_px),
            "left_ankle": (x, floor - 18 - lift_px),
            "left_heel": (x - 12, floor - 4 - lift_px),
            "left_foot_index": (x + 45, floor - 2 - lift_px),
        },
        **how,  # type: ignore[arg-type]
    )
