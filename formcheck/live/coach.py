"""The set-up coach checks whether a set can be measured here, and names the first thing to change if not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.analysis.quality import MIN_FPS, MIN_SHANK_SHARE_OF_FRAME, MIN_VISIBILITY, YAW_WARN_DEG
from formcheck.live.state import Check, CheckCode
from formcheck.pose.track import Landmark, PoseTrack, Side
from formcheck.scene.scene import Scene

# Mean brightness (0..255) below which a laptop's camera becomes noisy and slow.
MIN_LUMA = 40.0
MIN_PRESENT_SHARE = 0.7
# Poses per second below which a live count may miss reps: at 8 it holds (`tests/unit/live/test_machine.py`; on clips,
# `benchmarks/live_agreement.py`). The rate is judged over one second and may be read one pose too low.
MIN_POSES_PER_S = 7.0
# The rate of poses is judged from this much track on, seconds.
JUDGED_S = 0.5
# Distance of the feet from the picture's edge, in shorter sides: the landmarks of heel and toe lie a little inside the shoe.
FEET_MARGIN = 0.01

BODY_PARTS = ("shoulder", "hip", "knee", "ankle")
FEET_PARTS = ("heel", "foot_index")
LABELS: dict[CheckCode, str] = {
    "person": "I can see you",
    "body": "Whole body",
    "feet": "Feet",
    "side-on": "Side-on",
    "near": "Near enough",
    "light": "Light",
    "frame-rate": "Camera speed",
    "machine": "Computer speed",
    "pose": "Starting position",
}
# No movement is counted unless these pass: the landmarker guesses what is outside the picture.
ESSENTIAL: tuple[CheckCode, ...] = ("person", "body", "feet")


def _check(code: CheckCode, hint: str | None) -> Check:
    return Check(code, hint is None, LABELS[code], hint or "")


def check_setup(
    track: PoseTrack, scene: Scene | None, frame_size: tuple[int, int], legs: Sequence[Side], luma: float, frames_per_s: float
) -> list[Check]:
    """Return the coach's checks, except the starting pose, in the order in which to fix them.

    Parameters
    ----------
    track
        The last second or so.
    scene
        None until somebody has been seen.
    legs
        The leg to be filmed, or both.
    luma
        The picture's mean brightness, 0..255.
    frames_per_s
        The camera's frame rate.
    """
    found = len(track) > 0 and float(track.present.mean()) >= MIN_PRESENT_SHARE and scene is not None
    dark = luma < MIN_LUMA
    light = "More light, please" if dark else None
    rate = None if frames_per_s >= MIN_FPS else "Camera too slow: more light, or close other programs"
    machine = "This computer is too slow now: close other programs" if rate is None and _is_slow(track) else None
    if not found or scene is None:
        hint = "It is too dark to see you" if dark else "Step into the picture, sideways"
        blocked = "First step into the picture"
        codes: tuple[CheckCode, ...] = ("body", "feet", "side-on", "near")
        return [
            _check("person", hint),
            *(_check(code, blocked) for code in codes),
            _check("light", light),
            _check("frame-rate", rate),
            _check("machine", machine),
        ]
    points = np.nanmedian(track.points, axis=0)
    shank_small = not scene.shank_px > MIN_SHANK_SHARE_OF_FRAME * min(frame_size)
    visibility = [float(np.median(track.visibility[:, [Landmark.of(leg, p) for p in ("knee", "ankle")]])) for leg in legs]
    if light is None and max(visibility) < MIN_VISIBILITY:
        light = "Your leg is hard to see: more light, nothing in front of it"
    return [
        _check("person", None),
        _check("body", _hint_body(points, frame_size)),
        _check("feet", _hint_feet(points, frame_size, legs)),
        _check("side-on", _hint_side(scene, legs)),
        _check("near", "Come closer" if shank_small else None),
        _check("light", light),
        _check("frame-rate", rate),
        _check("machine", machine),
    ]


def _is_slow(track: PoseTrack) -> bool:
    """Whether poses come too seldom to count every rep, as far as the track is long enough to judge."""
    span_s = float(track.time_s[-1] - track.time_s[0]) if len(track) else 0.0
    return span_s >= JUDGED_S and (len(track) - 1) / span_s < MIN_POSES_PER_S


def _hint_body(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]], frame_size: tuple[int, int]) -> str | None:
    parts = [Landmark.NOSE, *(Landmark.of(side, part) for side in ("left", "right") for part in BODY_PARTS)]
    low, high = points[parts].min(axis=0), points[parts].max(axis=0)
    over = (low[0] < 0, low[1] < 0, high[0] >= frame_size[0], high[1] >= frame_size[1])
    if sum(over) > 1 or (high - low > frame_size).any():
        return "Step back"
    for outside, hint in zip(
        over, ("Move to the middle", "Tilt the screen back", "Move to the middle", "Tilt the screen down"), strict=True
    ):
        if outside:
            return hint
    return None


def _hint_feet(
    points: np.ndarray[tuple[int, ...], np.dtype[np.float64]], frame_size: tuple[int, int], legs: Sequence[Side]
) -> str | None:
    margin = FEET_MARGIN * min(frame_size)
    size = np.asarray(frame_size, float)
    for leg in legs:
        foot = points[[Landmark.of(leg, part) for part in FEET_PARTS]]
        if ((foot >= margin) & (foot < size - margin)).all():
            return None
    return "Show your feet: step back or tilt the screen down"


def _hint_side(scene: Scene, legs: Sequence[Side]) -> str | None:
    if scene.kind == "front":
        return "Turn sideways to the camera"
    if abs(scene.yaw_deg or 0.0) > YAW_WARN_DEG:
        return "Turn a little away from the camera" if (scene.yaw_deg or 0.0) > 0 else "Turn a little toward the camera"
    if len(legs) == 1 and scene.near_side is not None and scene.near_side != legs[0]:
        return f"Turn around: the {legs[0]} leg toward the camera"
    return None
