"""How far a recording can be trusted, and what to change when filming again."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from formcheck.analysis.refine import PictureQuality
from formcheck.exercises import Exercise
from formcheck.pose.track import Landmark, PoseTrack, Side
from formcheck.pose.tracker import TRACKING_SHORT_SIDE
from formcheck.report.schema import Quality, QualityWarning, WarningCode
from formcheck.scene.scene import Scene
from formcheck.scene.view import View
from formcheck.video.reader import MAX_ANALYSIS_FPS, VideoInfo

YAW_WARN_DEG = 20.0
YAW_REFUSE_DEG = 40.0
# Beyond the first angle off side-on, the shank's angle is reported for the near leg only, and only if shoulders and front foot
# agree within the second angle, which is three times the error of the foot's direction on renders. In the one real set of a far
# leg, 26° off by the shoulders, the front leg moved within 8° of the image plane.
YAW_CHECK_DEG, YAW_DISAGREES_DEG = 15.0, 15.0
ROLL_WARN_DEG = 3.0
# A camera near the floor looks up; one above head height looks far down. The shank's angle is corrected for the difference in
# pitch from a camera at hip height, but only as accurately as the pitch is known (docs/accuracy.md).
PITCH_WARN_DEG = 7.0
WIDER_PITCHED = 2.0
PITCHED = "The camera looked {way} by about {value:.0f}°. Put it at hip height: from there the shank's angle is read best."
MIN_FPS = 12.0
# A video's stated frame rate is doubted only if fewer than this share of its frames arrived: a few are damaged or late.
MIN_SHARE_OF_FRAMES = 0.75
# The network sees the person at 256 pixels; a shank smaller than this share of a 480-line picture has less detail than that.
MIN_SHANK_SHARE_OF_FRAME = 0.09
MIN_VISIBILITY = 0.5
# A leg whose brightest and darkest twentieth differ by less than this (of 255; 60 and more when well lit) is dark, or dark on dark.
MIN_CONTRAST = 30.0
MIN_COVERAGE = 0.5
MAX_DRIFT = 0.02  # of the picture's width: some 4 cm where the person is

MESSAGES: dict[WarningCode, str] = {
    "not-side-on": "The camera stood about {value:.0f}° off side-on. Film exactly from the side: angles shrink otherwise.",
    "feet-out-of-frame": "The working foot was out of the picture part of the time. Move the camera back or tilt it down.",
    "person-too-small": "You are small in the picture. Move the camera nearer until you fill most of its height.",
    "low-frame-rate": "The video has {value:.0f} frames a second. Film at 24 or more, with more light if need be.",
    "low-visibility": "The working leg was hard to see. Use more light, and keep things out of the way.",
    "camera-tilted": "The camera was turned by about {value:.0f}°; the angles are corrected for it. Level it next time.",
    "camera-moved": "The camera moved during the set. Put the phone down on something steady.",
    "several-people": "More than one person is in the picture. The one who does the exercise was measured: film alone if you can.",
    "nobody": "Nobody was seen in {value:.0f} % of the video.",
    "no-exercise": "No repetition of a known exercise was seen. Film from the side, whole body and feet in the picture.",
    "sticker-lost": "A sticker was out of sight in {value:.0f} % of the video. Keep the foot's whole inner side in the picture.",
    "no-scale": "Without your height, lengths are given in % of foot length only.",
    "far-leg": "The working leg was the one away from the camera. Film from the working side.",
}


CAMERA_CORRECTED = (
    "The camera moved during the set. Its motion was taken out; lengths carry up to {value:.1f} cm more error. "
    "Put the phone down on something steady."
)
LENGTHS_REFUSED = (
    "The camera moved too much to measure lengths in {value:.0f} of the reps. "
    "Put the phone down on something steady and film again."
)


def make_warning(code: WarningCode, value: float = 0.0) -> QualityWarning:
    """Return a warning in plain words."""
    return QualityWarning(code=code, message=MESSAGES[code].format(value=value))


# The factor by which each condition enlarges the expected error (docs/accuracy.md, error by condition).
WIDER: dict[str, float] = {
    "not-side-on": 1.5,
    "far-leg": 1.5,
    "person-too-small": 2.0,
    "low-frame-rate": 1.5,
    "low-visibility": 1.5,
}
WIDER_FROM_FRONT = 2.0
# A shank seen from more than YAW_CHECK_DEG off: on four marked lunges of a near leg, 28° off, the readings were 4° (RMS) below the
# marked angle corrected for the yaw, twice the usual error.
WIDER_OFF_SIDE = 2.0
FAR_AND_OFF = (
    "The working leg was the one away from the camera, which stood about {value:.0f}° off side-on: the shank's angle cannot be "
    "read. Film from the working leg's side."
)
TURNED_TRUNK = (
    "Your shoulders were turned by about {value:.0f}° against your front foot, so the shank's angle cannot be read. "
    "Film exactly from the side of the working leg, with the trunk square over the front foot."
)


def refuses_angle(scene: Scene, leg: Side | None) -> bool:
    """Whether the shank's angle cannot be read: from the front, too far off side-on, or if the leg is in doubt."""
    off = abs(scene.yaw_deg or 0.0)
    return scene.kind == "front" or off > YAW_REFUSE_DEG or _is_far_and_off(scene, leg) or _is_trunk_turned(scene)


def _is_far_and_off(scene: Scene, leg: Side | None) -> bool:
    return abs(scene.yaw_deg or 0.0) > YAW_CHECK_DEG and scene.near_side is not None and scene.near_side != leg


def _is_trunk_turned(scene: Scene) -> bool:
    yaw, foot = scene.yaw_deg, scene.foot_yaw_deg
    return yaw is not None and foot is not None and abs(yaw) > YAW_CHECK_DEG and abs(yaw - foot) > YAW_DISAGREES_DEG


def _warn_of_view(scene: Scene, leg: Side | None, exercise: Exercise | None) -> list[QualityWarning]:
    """Return the warnings about the camera's position around the person."""
    off = abs(scene.yaw_deg or 0.0)
    shank = exercise is not None and exercise.reads_shank and off <= YAW_REFUSE_DEG
    if shank and _is_far_and_off(scene, leg):
        return [QualityWarning(code="far-leg", message=FAR_AND_OFF.format(value=off))]
    far = [make_warning("far-leg")] if leg is not None and scene.near_side is not None and scene.near_side != leg else []
    if shank and _is_trunk_turned(scene):
        turned = abs((scene.yaw_deg or 0.0) - (scene.foot_yaw_deg or 0.0))
        return [QualityWarning(code="not-side-on", message=TURNED_TRUNK.format(value=turned)), *far]
    return [make_warning("not-side-on", off), *far] if off > YAW_WARN_DEG else far


def measure_frame_rate(info: VideoInfo, track: PoseTrack) -> float:
    """Return the video's frame rate, or the rate at which frames arrived if it has clearly fewer than it announces.

    The analysis takes at most `MAX_ANALYSIS_FPS` of them, so a lower rate of analyzed frames is not the video's fault.
    """
    if len(track) < 2:
        return 0.0
    came = (len(track) - 1) / float(track.time_s[-1] - track.time_s[0])
    expected = min(info.fps, MAX_ANALYSIS_FPS)
    return came if came < MIN_SHARE_OF_FRAMES * expected or not info.fps > 0 else info.fps


def _is_pitched(scene: Scene, exercise: Exercise | None) -> bool:
    usual = exercise.usual_pitch_deg if exercise else 0.0
    return scene.pitch_deg is not None and abs(scene.pitch_deg - usual) > PITCH_WARN_DEG


def _widen_for_size(needed_shank_px: float, scene: Scene) -> float:
    """Return how many times larger than usual the error is for a measure that needs a shank of this many pixels."""
    seen = scene.shank_px * min(1.0, TRACKING_SHORT_SIDE / min(scene.frame_size))
    return max(1.0, needed_shank_px / seen) if seen > 0 else 1.0


def expect_errors(
    exercise: Exercise, scene: Scene, warnings: list[QualityWarning], camera_error_cm: float = 0.0
) -> dict[str, float]:
    """Return by measure the standard error under this recording's conditions: 68 % of measurements lie within it.

    A condition that alone makes the error ``f`` times as large adds a variance of ``f² − 1`` times the usual one. Several
    conditions cause errors for different reasons, so their variances add up. A moving camera adds its variance to lengths in the
    same way (``camera_error_cm``).
    """
    off_side = exercise.reads_shank and abs(scene.yaw_deg or 0.0) > YAW_CHECK_DEG
    factors = [WIDER.get(w.code, 1.0) for w in warnings if not (off_side and w.code == "not-side-on")] + [WIDER_OFF_SIDE] * off_side
    factors += [WIDER_FROM_FRONT] * (scene.kind == "front") + [WIDER_PITCHED] * _is_pitched(scene, exercise)
    return {
        m.name: round(
            math.hypot(
                m.error * _combine([_widen_for_size(m.needed_shank_px, scene), *factors]),
                camera_error_cm if m.unit == "cm" else 0.0,
            ),
            2,
        )
        for m in exercise.measures
        if m.error is not None
    }


def _combine(factors: Iterable[float]) -> float:
    """Return the factor by which several conditions together enlarge an error, given the factor of each alone."""
    return math.sqrt(1.0 + sum(factor**2 - 1.0 for factor in factors))


def assess_quality(
    info: VideoInfo,
    view: View,
    exercise: Exercise | None,
    frames: NDArray[np.bool_],
    scaled: bool,
    picture: PictureQuality,
) -> Quality:
    """Return how far the recording can be trusted, judged on the frames of the set.

    Parameters
    ----------
    exercise
        The exercise; None if none was found. The view's leg is not known then.
    frames
        (T,) the frames of the set.
    scaled
        Whether lengths have a scale.
    picture
        How good the pictures were, as far as they were read again.
    """
    track, scene, leg = view.track, view.scene, view.side if exercise else None
    coverage = float(track.present[frames].mean()) if frames.any() else 0.0
    warnings: list[QualityWarning] = []
    if coverage < 0.9:
        warnings.append(make_warning("nobody", 100 * (1 - coverage)))
    if leg is None:
        warnings.append(make_warning("no-exercise"))
    off = abs(scene.yaw_deg or 0.0)
    warnings += _warn_of_view(scene, leg, exercise)
    if abs(scene.roll_deg) > ROLL_WARN_DEG:
        warnings.append(make_warning("camera-tilted", abs(scene.roll_deg)))
    elif _is_pitched(scene, exercise):
        pitch = scene.pitch_deg or 0.0
        message = PITCHED.format(way="down" if pitch > 0 else "up", value=abs(pitch))
        warnings.append(QualityWarning(code="camera-tilted", message=message))
    rate = measure_frame_rate(info, track)
    if 0 < rate < MIN_FPS:
        warnings.append(make_warning("low-frame-rate", rate))
    if not scene.shank_px > MIN_SHANK_SHARE_OF_FRAME * min(info.width, info.height):
        warnings.append(make_warning("person-too-small"))
    if leg is not None:
        parts = [Landmark.of(leg, p) for p in ("knee", "ankle", "heel", "foot_index")]
        dark = picture.contrast is not None and picture.contrast < MIN_CONTRAST
        if dark or np.median(track.visibility[frames][:, parts]) < MIN_VISIBILITY:
            warnings.append(make_warning("low-visibility"))
        seen = frames & track.present  # if nobody was found, nobody's feet are cut off
        feet = track.points[seen][:, [Landmark.of(leg, "heel"), Landmark.of(leg, "foot_index")]]
        inside = np.all((feet >= 0) & (feet < (info.width, info.height)), axis=(1, 2))
        if len(inside) and inside.mean() < 0.9:
            warnings.append(make_warning("feet-out-of-frame"))
    if track.people > 1:
        warnings.append(make_warning("several-people"))
    if picture.lengths_refused:
        warnings.append(QualityWarning(code="camera-moved", message=LENGTHS_REFUSED.format(value=picture.lengths_refused)))
    elif picture.camera_error_cm > 0:
        warnings.append(QualityWarning(code="camera-moved", message=CAMERA_CORRECTED.format(value=picture.camera_error_cm)))
    elif picture.drift > MAX_DRIFT:
        warnings.append(make_warning("camera-moved"))
    if not scaled:
        warnings.append(make_warning("no-scale"))
    unread = exercise is not None and exercise.reads_shank and refuses_angle(scene, leg)
    usable = leg is not None and coverage >= MIN_COVERAGE and off <= YAW_REFUSE_DEG and not unread
    expected = expect_errors(exercise, scene, warnings, picture.camera_error_cm) if exercise else {}
    if "height_cm" in expected:
        expected["height_cm"] = max(expected["height_cm"], round(picture.height_error_cm, 2))
    return Quality(pose_coverage=round(coverage, 4), usable=usable, warnings=warnings, expected_error=expected)
