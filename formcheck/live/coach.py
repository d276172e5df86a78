"""The set-up coach checks whether a set can be measured here, and names the first thing to change if not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from formcheck.analysis.quality import MIN_FPS, MIN_SHANK_SHARE_OF_FRAME, MIN_VISIBILITY
from formcheck.analysis.viewpoint import YAW_WARN_DEG
from formcheck.live.state import Check, CheckCode
from formcheck.pose.track import Landmark, PoseTrack, Side
from formcheck.scene.scene import Scene
from formcheck.signals.criteria import BY_TRIAL, Criterion, Sense, list_failed
from formcheck.support.language import tr

# The rate of poses is judged from this much track on, seconds.
JUDGED_S = 0.5
# Distance of the feet from the picture's edge, in shorter sides: the landmarks of heel and toe lie a little inside the shoe.
FEET_MARGIN = 0.01

BODY_PARTS = ("shoulder", "hip", "knee", "ankle")
FEET_PARTS = ("heel", "foot_index")
LABELS: dict[CheckCode, str] = {
    "person": tr("I can see you"),
    "body": tr("Whole body"),
    "feet": tr("Feet"),
    "side-on": tr("Side-on"),
    "near": tr("Near enough"),
    "light": tr("Light"),
    "frame-rate": tr("Camera speed"),
    "machine": tr("Computer speed"),
    "pose": tr("Starting position"),
}
# No movement is counted unless these pass: the landmarker guesses what is outside the picture.
ESSENTIAL: tuple[CheckCode, ...] = ("person", "body", "feet")


def _hint(code: CheckCode, must: Sense, limit: float, unit: str, source: str, hint: str) -> Criterion:
    """Define what a check wants; what is not known passes, because nothing can be said about it."""
    return Criterion(code, limit, unit, source, hint, must, if_unknown=True)


UNSEEN = "the landmarker guesses what is outside the picture"
AS_REPORT = "the limit of the report's own warning (`analysis.quality`)"
# Mean brightness (0..255) below which a laptop's camera becomes noisy and slow.
MIN_LUMA = 40.0
LIGHT = _hint("light", "at least", MIN_LUMA, "of 255", "laptops' cameras become noisy and slow", tr("More light, please"))
LEG_LIT = _hint(
    "light", "at least", MIN_VISIBILITY, "of 1", AS_REPORT, tr("Your leg is hard to see: more light, nothing in front of it")
)
SEEN = _hint("person", "at least", 0.7, "share of the frames", BY_TRIAL, tr("Step into the picture, sideways"))
SEEN_IN_THE_DARK = replace(SEEN, words=tr("It is too dark to see you"))
FIRST = _hint("person", "at least", 1.0, "people", UNSEEN, tr("First step into the picture"))
FITS = _hint("body", "at most", 1.0, "edges crossed", UNSEEN, tr("Step back"))
LEFT_EDGE, TOP_EDGE, RIGHT_EDGE, BOTTOM_EDGE = (
    _hint("body", "at least", 0.0, "px inside", UNSEEN, hint)
    for hint in (tr("Move to the middle"), tr("Tilt the screen back"), tr("Move to the middle"), tr("Tilt the screen down"))
)
FEET = replace(
    _hint("feet", "at least", 0.0, "px inside", UNSEEN, tr("Show your feet: step back or tilt the screen down")), if_unknown=False
)
FROM_SIDE = _hint("side-on", "at most", 0.0, "yes = 1", "angles are read from the side", tr("Turn sideways to the camera"))
NOT_IN_FRONT = _hint("side-on", "at most", YAW_WARN_DEG, "°", AS_REPORT, tr("Turn a little away from the camera"))
NOT_BEHIND = _hint("side-on", "at least", -YAW_WARN_DEG, "°", AS_REPORT, tr("Turn a little toward the camera"))
NEAR_LEG = _hint("side-on", "at most", 0.0, "yes = 1", AS_REPORT, tr("Turn around: the other leg toward the camera"))
NEAR_LEG_WORDS: dict[Side, str] = {
    "left": tr("Turn around: the left leg toward the camera"),
    "right": tr("Turn around: the right leg toward the camera"),
}
LARGE = _hint("near", "above", MIN_SHANK_SHARE_OF_FRAME, "of the picture's shorter side", AS_REPORT, tr("Come closer"))
FAST = _hint("frame-rate", "at least", MIN_FPS, "frames/s", AS_REPORT, tr("Camera too slow: more light, or close other programs"))
# Poses per second below which a live count may miss reps: at 8 it holds (`tests/unit/live/test_machine.py`; on clips,
# `benchmarks/live_agreement.py`). The rate is judged over one second and may be read one pose too low.
MIN_POSES_PER_S = 7.0
TOO_SLOW = tr("This computer is too slow now: close other programs")
QUICK = _hint("machine", "at least", MIN_POSES_PER_S, "poses/s", "benchmarks/live_agreement.py", TOO_SLOW)
MAY_MISS = tr("This computer is slow now. The live count may miss reps; the report counts again")
SURE = _hint("machine", "at most", 0.0, "lite model = 1", "docs/design/live.md", MAY_MISS)


def check_setup(
    track: PoseTrack,
    scene: Scene | None,
    frame_size: tuple[int, int],
    legs: Sequence[Side],
    luma: float,
    frames_per_s: float,
    *,
    is_lite: bool = False,
) -> list[Check]:
    """Return the coach's checks, except the starting pose, in the order in which to fix them.

    Parameters
    ----------
    track
        The last second or so.
    scene
        None until a person has been seen.
    legs
        The leg to be filmed, or both.
    luma
        The picture's mean brightness, 0..255.
    frames_per_s
        The camera's frame rate.
    is_lite
        Whether the poses are found by the lite model, because the full one is too slow here.
    """
    present = float(track.present.mean()) if len(track) and scene is not None else 0.0
    seen = (SEEN if luma >= MIN_LUMA else SEEN_IN_THE_DARK).of(present)
    speed = FAST.of(frames_per_s)
    quick = QUICK.of(_measure_pose_rate(track) if speed.holds else np.nan)
    judged = [seen, LIGHT.of(luma), speed, quick, SURE.of(float(is_lite))]
    if scene is None or not seen.holds:
        judged += [replace(FIRST, name=code, value=0.0) for code in ("body", "feet", "side-on", "near")]
    else:
        judged += [*_judge_place(track, frame_size, legs), *_judge_side(scene, legs)]
        judged.append(LARGE.of(float(np.nan_to_num(scene.shank_px)) / min(frame_size)))
    failed = {criterion.name: criterion.words for criterion in reversed(list_failed(judged))}  # the first of a check's hints
    return [
        Check(code, code not in failed, label, failed.get(code, ""), advice=failed.get(code) == MAY_MISS)
        for code, label in LABELS.items()
        if code != "pose"
    ]


def _measure_pose_rate(track: PoseTrack) -> float:
    """Return how many poses come a second; NaN if the track is too short to judge."""
    span_s = float(track.time_s[-1] - track.time_s[0]) if len(track) else 0.0
    return (len(track) - 1) / span_s if span_s >= JUDGED_S else np.nan


def _judge_place(track: PoseTrack, frame_size: tuple[int, int], legs: Sequence[Side]) -> list[Criterion]:
    """Return the criteria of body, feet and leg in the picture."""
    points, size = np.nanmedian(track.points, axis=0), np.asarray(frame_size, float)
    parts = [Landmark.NOSE, *(Landmark.of(side, part) for side in ("left", "right") for part in BODY_PARTS)]
    low, high = points[parts].min(axis=0), points[parts].max(axis=0)
    inside = (low[0], low[1], size[0] - high[0], size[1] - high[1])
    crossed = sum(distance < 0 for distance in inside) + 2 * int((high - low > size).any())
    margin = FEET_MARGIN * min(frame_size)
    feet = [points[[Landmark.of(leg, part) for part in FEET_PARTS]] for leg in legs]
    feet_inside = np.fmax.reduce([min(foot.min(), (size - foot).min()) - margin for foot in feet])
    visibility = [float(np.median(track.visibility[:, [Landmark.of(leg, p) for p in ("knee", "ankle")]])) for leg in legs]
    edges = (LEFT_EDGE, TOP_EDGE, RIGHT_EDGE, BOTTOM_EDGE)
    return [
        FITS.of(crossed),
        *(edge.of(distance) for edge, distance in zip(edges, inside, strict=True)),
        FEET.of(float(feet_inside)),
        LEG_LIT.of(max(visibility)),
    ]


def _judge_side(scene: Scene, legs: Sequence[Side]) -> list[Criterion]:
    """Return the criteria of where the camera stands around the person."""
    far = len(legs) == 1 and scene.near_side is not None and scene.near_side != legs[0]
    near_leg = replace(NEAR_LEG, words=NEAR_LEG_WORDS[legs[0]], value=float(far))
    return [FROM_SIDE.of(float(scene.kind == "front")), NOT_IN_FRONT.of(scene.yaw_deg), NOT_BEHIND.of(scene.yaw_deg), near_leg]
