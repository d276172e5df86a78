"""What the camera's place around the person allows to be read."""

from __future__ import annotations

import math

from formcheck.exercises import Exercise, PoseExercise
from formcheck.pose.track import Side
from formcheck.scene.pitch import is_known
from formcheck.scene.scene import Scene

# Further off side-on than the first the report warns (benchmarks/accuracy.py, error by condition). Further off than the second no
# angle is given: people's legs were marked up to there (docs/accuracy.md).
YAW_WARN_DEG, YAW_REFUSE_DEG = 20.0, 40.0
# Beyond the first angle off side-on, the shank's angle is reported for the near leg only, and only if shoulders and front foot
# agree within the second angle, which is three times the error of the foot's direction on renders. In the one real set of a far
# leg, 26° off by the shoulders, the front leg moved within 8° of the image plane.
YAW_CHECK_DEG, YAW_DISAGREES_DEG = 15.0, 15.0
# A camera near the floor looks up; one above head height looks far down. The shank's angle is corrected for the difference in
# pitch from a camera at hip height, but only as accurately as the pitch is known (docs/accuracy.md).
PITCH_WARN_DEG = 7.0


def refuses_angle(scene: Scene, leg: Side | None) -> bool:
    """Whether the shank's angle cannot be read: from the front, too far off side-on, or if the leg is in doubt."""
    off = abs(scene.yaw_deg)
    return scene.kind == "front" or off > YAW_REFUSE_DEG or is_far_and_off(scene, leg) or is_trunk_turned(scene)


def is_far_and_off(scene: Scene, leg: Side | None) -> bool:
    """Whether the leg is the one away from a camera off side-on."""
    return abs(scene.yaw_deg) > YAW_CHECK_DEG and scene.near_side is not None and scene.near_side != leg


def is_trunk_turned(scene: Scene) -> bool:
    """Whether the shoulders are turned against the front foot, as far as that is known."""
    yaw, foot = scene.yaw_deg, scene.foot_yaw_deg
    return foot is not None and abs(yaw) > YAW_CHECK_DEG and abs(yaw - foot) > YAW_DISAGREES_DEG


def hides_heel(scene: Scene, exercise: Exercise | None) -> bool:
    """Whether a heel's height cannot be read because the foot points at the camera or away from it, or nearly so.

    Past `YAW_REFUSE_DEG` heights were wrong by 2 to 5 cm at a stated 0.9 to 2.0 (two rendered sets, 42 and 44° off).
    """
    from_front = scene.kind == "front" or abs(scene.yaw_deg) > YAW_REFUSE_DEG
    return from_front and isinstance(exercise, PoseExercise) and exercise.lifts_heel


def differ_in_pitch(scene: Scene, exercise: Exercise | None) -> float:
    """Return how far the camera's pitch is from that of one at hip height, degrees; NaN if it is only vaguely known."""
    pitch, usual = scene.camera.pitch, exercise.usual_pitch_deg if exercise else 0.0
    return abs(pitch.value - usual) if is_known(pitch, usual) else math.nan
