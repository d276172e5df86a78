"""How far a recording can be trusted, and what to change when filming again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formcheck.analysis.expected_error import expect_errors
from formcheck.analysis.refine import PictureQuality
from formcheck.analysis.set_errors import SetErrors
from formcheck.analysis.viewpoint import (
    PITCH_WARN_DEG,
    YAW_CHECK_DEG,
    YAW_DISAGREES_DEG,
    YAW_REFUSE_DEG,
    YAW_WARN_DEG,
    differ_in_pitch,
    hides_heel,
    is_far_and_off,
    is_trunk_turned,
    refuses_angle,
)
from formcheck.exercises import Exercise
from formcheck.pose.track import Landmark
from formcheck.report.schema import Quality, QualityWarning, WarningCode
from formcheck.scene.scene import EYE_HEIGHT_PER_HEIGHT, SHANK_PER_HEIGHT, Scene
from formcheck.scene.view import View
from formcheck.signals.criteria import BY_TRIAL, Criterion, list_failed
from formcheck.support.arrays import FloatArray, median_known
from formcheck.support.language import tr
from formcheck.video.reader import MAX_ANALYSIS_FPS, VideoInfo

# A video's stated frame rate is doubted only if fewer than this share of its frames arrived: a few are damaged or late.
MIN_SHARE_OF_FRAMES = 0.75
# A recording that shows the person on less than this share of its frames is not usable. By design.
MIN_COVERAGE = 0.5
# Below this rate, 1/s, errors are half as large again (benchmarks/accuracy.py, error by condition).
MIN_FPS = 12.0
# The network sees the person at 256 pixels; a shank smaller than this share of a 480-line picture has less detail than that.
MIN_SHANK_SHARE_OF_FRAME = 0.09
# The landmarker's own visibility, 0 to 1. By trial (see `VISIBLE`).
MIN_VISIBILITY = 0.5

MESSAGES: dict[WarningCode, str] = {
    "not-side-on": tr("The camera stood about {value:.0f}° off side-on. Film exactly from the side: that gives the best numbers."),
    "head-out-of-frame": tr(
        "Your head was out of the picture. Without it the body is followed less well, and reps can be missed: compare the count "
        "with your own. Move the camera back until your whole body is in the picture."
    ),
    "feet-out-of-frame": tr("The working foot was out of the picture part of the time. Move the camera back or tilt it down."),
    "person-too-small": tr("You are small in the picture. Move the camera nearer until you fill most of its height."),
    "low-frame-rate": tr("The video has {value:.0f} frames a second. Film at 24 or more, with more light if need be."),
    "low-visibility": tr("The working leg was hard to see. Use more light, and keep things out of the way."),
    "camera-tilted": tr(
        "The camera was tilted sideways by about {value:.0f}°; the angles are corrected for it. Level it next time."
    ),
    "camera-moved": tr("The camera moved during the set. Put the phone or laptop down on something steady."),
    "several-people": tr(
        "More than one person is in the picture. The one who does the exercise was measured: film alone if you can."
    ),
    "nobody": tr("Nobody was seen in {value:.0f} % of the video."),
    "no-exercise": tr("No rep of a known exercise was seen. Film from the side, whole body and feet in the picture."),
    "sticker-lost": tr(
        "A sticker was out of sight in {value:.0f} % of the video. Keep the foot's whole inner side in the picture."
    ),
    "damaged": tr(
        "{value:.0f} seconds of the video cannot be read: the file is damaged or was not copied to its end. Copy it from the phone "
        "again, or film the set again."
    ),
    "no-scale": tr(
        "Without your height, lengths are given in % of foot length only. For centimeters, give your height and analyze the "
        "video again."
    ),
    "far-leg": tr("The leg that was measured is the one away from the camera. Film from that leg's side."),
}


def make_warning(code: WarningCode, value: float = 0.0) -> QualityWarning:
    """Return a warning in plain words."""
    return QualityWarning(code=code, message=MESSAGES[code].format(value=value))


def _at_most(code: WarningCode, limit: float, unit: str, source: str, words: str = "") -> Criterion:
    return Criterion(code, limit, unit, source, words or MESSAGES[code], "at most", if_unknown=True)


def _at_least(code: WarningCode, limit: float, unit: str, source: str) -> Criterion:
    return Criterion(code, limit, unit, source, MESSAGES[code], "at least", if_unknown=True)


BY_BENCHMARK = "benchmarks/accuracy.py, error by condition (docs/accuracy.md)"
SEEN = _at_most("nobody", 10.0, "% of the frames without a person", BY_TRIAL)
EXERCISE_SEEN = _at_least("no-exercise", 1.0, "exercises", "nothing to measure without one")
SIDE_ON = _at_most("not-side-on", YAW_WARN_DEG, "°", BY_BENCHMARK)
NEAR_LEG = _at_most("far-leg", 0.0, "far legs", BY_BENCHMARK)
NEAR_AND_SIDE_ON = _at_most(
    "far-leg",
    YAW_CHECK_DEG,
    "°",
    "see YAW_CHECK_DEG",
    tr(
        "The working leg was the one away from the camera, which stood about {value:.0f}° off side-on: the "
        "shin's angle cannot be read. Film from the working leg's side."
    ),
)
HEIGHT_FROM_SIDE = _at_most(
    "not-side-on",
    0.0,
    "front views of a heel raise",
    "heights read off the body were 1 to 4 cm too high on 4 rendered people who straighten (docs/research-log.md)",
    tr(
        "The heel's height cannot be measured from the front; film from the side to get it. Measured here: "
        "the count, the tempo, whether both sides rise alike and whether the ankles stay together."
    ),
)
HEIGHT_NEAR_SIDE = _at_most(
    "not-side-on",
    YAW_REFUSE_DEG,
    "°",
    "see `hides_heel`",
    tr("The camera stood about {value:.0f}° off side-on: past 40° the heel's height cannot be read. Film exactly from the side."),
)
TRUNK_SQUARE = _at_most(
    "not-side-on",
    YAW_DISAGREES_DEG,
    "°",
    "see YAW_CHECK_DEG",
    tr(
        "Your shoulders were turned by about {value:.0f}° against your front foot, so the shin's angle "
        "cannot be read. Film exactly from the side of the working leg, with the trunk square over the front "
        "foot."
    ),
)
LEVEL = _at_most("camera-tilted", 3.0, "°", BY_BENCHMARK)
PITCHED_DOWN = tr("The camera looked down by about {pitch:.0f}°. Put it at hip height: from there the leg is measured best.")
PITCHED_UP = tr("The camera looked up by about {pitch:.0f}°. Put it at hip height: from there the leg is measured best.")
# A camera that is busy may leave out some frames in a row, but not the frames of more than a second.
UNREAD_S = 1.0
# A video analyzed at a frame every few seconds (``--fps``) has gaps of its own: of this many steps at most.
UNREAD_STEPS = 3.0
WHOLE = _at_most("damaged", UNREAD_S, "s", "see UNREAD_S")
FAST = _at_least("low-frame-rate", MIN_FPS, "frames/s", BY_BENCHMARK)
FOLLOWED_FAST = replace(
    FAST,
    words=tr(
        "Only {value:.3g} frames a second were followed, as the analysis was asked to (--fps). For exact numbers follow 12 or "
        "more, or leave the option out."
    ),
)
LARGE = Criterion(
    "person-too-small",
    MIN_SHANK_SHARE_OF_FRAME,
    "of the picture's shorter side",
    "see MIN_SHANK_SHARE_OF_FRAME",
    MESSAGES["person-too-small"],
    "above",
)
# A leg whose brightest and darkest twentieth differ by less (of 255; 60 and more when well lit) is dark, or dark on dark.
LIT = _at_least("low-visibility", 30.0, "of 255", BY_TRIAL)
VISIBLE = _at_least("low-visibility", MIN_VISIBILITY, "of 1", BY_TRIAL)
# The landmarker finds a body by its face. In five recordings of people, cut at the mouth, the landmarks of the trunk wandered: of
# 16 heel raises 7 were counted. Followed without a head (`pose.headless`) it is 15.
HEAD_IN_PICTURE = _at_least(
    "head-out-of-frame",
    (1.0 - EYE_HEIGHT_PER_HEIGHT) / SHANK_PER_HEIGHT,
    "shank lengths from the picture's edge to the eyes",
    "from the eyes to the top of the head (Drillis & Contini 1966)",
)
FEET_IN_PICTURE = _at_least("feet-out-of-frame", 0.9, "share of the frames", BY_TRIAL)
ALONE = _at_most("several-people", 1.0, "people", "only one is measured")
STEADY = _at_most("camera-moved", 0.02, "of the picture's width", "some 4 cm where the person is")
CORRECTED = _at_most(
    "camera-moved",
    0.05,
    "cm",
    "less is 0.0 cm as shown: nothing that a user could act on",
    tr(
        "The camera moved during the set. Its motion was taken out; lengths carry up to {value:.1f} cm more error. "
        "Put the phone or laptop down on something steady."
    ),
)
LENGTHS_KNOWN = _at_most(
    "camera-moved",
    0.0,
    "repetitions",
    "docs/accuracy.md, moving camera",
    tr(
        "The camera moved too much to measure lengths in {value:.0f} of the reps. "
        "Put the phone or laptop down on something steady and film again."
    ),
)
LEVEL_SEEN = _at_most(
    "level-unseen",
    0.0,
    "yes = 1",
    "see `ledge.may_hang`",
    tr(
        "Your weight was over the balls of your feet from the start of each rep, as on a step. If you stood on one, the heights "
        "count from your heels' lowest point and may be several centimeters too high: next time stand still with the heels level "
        "for a second before the first raise."
    ),
)
SCALED = _at_least("no-scale", 1.0, "scales", "centimeters need the person's height")


def _judge_view(view: View, exercise: Exercise | None) -> list[Criterion]:
    """Return the criteria of the camera's place around the person."""
    scene, leg, off = view.scene, view.side if exercise else None, view.off_side_deg
    far = [NEAR_LEG.of(float(leg is not None and scene.near_side is not None and scene.near_side != leg))]
    if exercise is not None and exercise.reads_shank and off <= YAW_REFUSE_DEG:
        if is_far_and_off(scene, leg):
            return [NEAR_AND_SIDE_ON.of(off)]
        if is_trunk_turned(scene):
            turned = abs(scene.yaw_deg - (scene.foot_yaw_deg or 0.0))
            return [TRUNK_SQUARE.of(turned), *far]
    if hides_heel(scene, exercise):
        return [HEIGHT_FROM_SIDE.of(1.0) if view.from_front else HEIGHT_NEAR_SIDE.of(off), *([] if view.from_front else far)]
    return [SIDE_ON.of(off), *far]


def _judge_tilt(scene: Scene, exercise: Exercise | None) -> Criterion:
    level = LEVEL.of(abs(scene.camera.roll.value))
    if not level.holds:
        return level
    words = (PITCHED_DOWN if scene.pitch_deg > 0 else PITCHED_UP).format(pitch=abs(scene.pitch_deg))
    return _at_most("camera-tilted", PITCH_WARN_DEG, "°", BY_BENCHMARK, words).of(differ_in_pitch(scene, exercise))


def _judge_leg(view: View, frames: NDArray[np.bool_], picture: PictureQuality) -> list[Criterion]:
    """Return the criteria of how the working leg was seen: one warning for what is dark, one for feet out of the picture."""
    track, leg = view.track, view.side
    parts = [Landmark.of(leg, p) for p in ("knee", "ankle", "heel", "foot_index")]
    seen = frames & track.present  # without a person, no feet are cut off
    feet = track.points[seen][:, [Landmark.of(leg, "heel"), Landmark.of(leg, "foot_index")]]
    inside = np.all((feet >= 0) & (feet < view.scene.frame_size), axis=(1, 2))
    lit = LIT.of(math.nan if picture.contrast is None else picture.contrast)
    return [
        VISIBLE.of(float(np.median(track.visibility[frames][:, parts]))) if lit.holds else lit,
        FEET_IN_PICTURE.of(float(inside.mean()) if len(inside) else math.nan),
    ]


def judge_head(view: View, frames: NDArray[np.bool_]) -> Criterion:
    """Return the criterion of the head: how far below the picture's upper edge the eyes usually are."""
    if view.track.headless:
        return HEAD_IN_PICTURE.of(0.0)
    eyes = view.track.points[frames][:, [Landmark.LEFT_EYE, Landmark.RIGHT_EYE], 1]
    return HEAD_IN_PICTURE.of(median_known(eyes) / view.shank_px)


def _judge_motion(picture: PictureQuality, errors: SetErrors) -> Criterion:
    """Return the criterion of the camera's motion that says most."""
    if errors.lengths_refused:
        return LENGTHS_KNOWN.of(errors.lengths_refused)
    return CORRECTED.of(errors.camera_cm) if errors.camera_cm > 0 else STEADY.of(picture.drift)


def judge_film(info: VideoInfo, time_s: FloatArray, max_fps: float | None) -> list[Criterion]:
    """Return the criteria of a video's frames: that all of it was read, and that enough of them were followed.

    ``time_s`` are the (T,) times of the frames that were followed, of which at most ``max_fps`` a second were asked for.
    """
    return [WHOLE.of(measure_unread(info, time_s)), judge_frame_rate(info, time_s, max_fps)]


def judge_frame_rate(info: VideoInfo, time_s: FloatArray, max_fps: float | None) -> Criterion:
    """Return the criterion of the frames a second: the video's, or those asked for where they alone are too few."""
    rate = measure_frame_rate(info, time_s, max_fps)
    if max_fps is not None and max_fps < MIN_FPS <= rate:
        return FOLLOWED_FAST.of(max_fps)
    return FAST.of(rate if rate > 0 else math.nan)


def measure_frame_rate(info: VideoInfo, time_s: FloatArray, max_fps: float | None = MAX_ANALYSIS_FPS) -> float:
    """Return the video's frame rate, or the rate at which frames arrived if it has clearly fewer than it announces.

    The analysis takes at most ``max_fps`` of them, so a lower rate of analyzed frames is not the video's fault.
    """
    if len(time_s) < 2:
        return 0.0
    came = (len(time_s) - 1) / float(time_s[-1] - time_s[0])
    expected = min(info.fps, MAX_ANALYSIS_FPS, max_fps or math.inf)
    return came if came < MIN_SHARE_OF_FRAMES * expected or not info.fps > 0 else info.fps


def measure_unread(info: VideoInfo, time_s: FloatArray) -> float:
    """Return how many seconds of the video gave no frame, in gaps of more than `UNREAD_S`; 0 if all of it was read."""
    if len(time_s) < 2:
        return 0.0
    gaps = np.diff(time_s, prepend=0.0, append=max(info.duration_s, float(time_s[-1])))
    return float(gaps[gaps > max(UNREAD_S, UNREAD_STEPS * float(np.median(gaps)))].sum())


def assess_quality(
    film: Sequence[Criterion],
    view: View,
    exercise: Exercise | None,
    frames: NDArray[np.bool_],
    picture: PictureQuality,
    errors: SetErrors,
    *,
    scaled: bool,
) -> Quality:
    """Return how far the recording can be trusted, judged on the frames of the set.

    Parameters
    ----------
    film
        The criteria of the video's frames (`judge_film`).
    exercise
        The exercise; None if none was found. The view's leg is not known then.
    frames
        (T,) the frames of the set.
    picture
        How good the pictures were, as far as they were read again.
    errors
        What the set itself shows of its errors.
    scaled
        Whether lengths have a scale.
    """
    track, scene = view.track, view.scene
    coverage = float(track.present[frames].mean()) if frames.any() else 0.0
    shank = scene.shank_px / min(scene.frame_size)
    criteria = [
        SEEN.of(100 * (1 - coverage)),
        *film,
        EXERCISE_SEEN.of(float(exercise is not None)),
        *_judge_view(view, exercise),
        _judge_tilt(scene, exercise),
        judge_head(view, frames),
        LARGE.of(0.0 if math.isnan(shank) else shank),
        *(_judge_leg(view, frames, picture) if exercise else []),
        ALONE.of(track.people),
        _judge_motion(picture, errors),
        LEVEL_SEEN.of(float(errors.may_hang)),
        SCALED.of(float(scaled)),
    ]
    warnings = [QualityWarning.model_validate({"code": c.name, "message": c.message}) for c in list_failed(criteria)]
    unread = exercise is not None and exercise.reads_shank and refuses_angle(scene, view.side)
    usable = exercise is not None and coverage >= MIN_COVERAGE and view.off_side_deg <= YAW_REFUSE_DEG and not unread
    expected = expect_errors(exercise, scene, warnings, errors) if exercise else {}
    return Quality(pose_coverage=round(coverage, 4), usable=usable, warnings=warnings, expected_error=expected)
