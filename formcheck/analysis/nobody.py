"""Explain why no person, or no more than legs, was found in a video, so that the next one works."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from formcheck.analysis.quality import HEAD_IN_PICTURE
from formcheck.analysis.sticker_films import see_stickers
from formcheck.exercises.base import judge_upper_body
from formcheck.pose.blazepose import POSE_SHORT_SIDE, PoseEstimator
from formcheck.pose.headless import measure_head_room
from formcheck.pose.movenet import shows_legs_only
from formcheck.pose.track import SIDES, PoseTrack
from formcheck.scene.scene import Scene
from formcheck.scene.view import View
from formcheck.signals.criteria import find_frames, list_failed
from formcheck.support.errors import InputError
from formcheck.support.language import lower_first, tr
from formcheck.video.frames import Image
from formcheck.video.reader import VideoInfo, read_frames

# On rendered clips cropped at the hips, BlazePose's landmark network in a box around MoveNet's legs gave shank angles with an SD of
# 13 to 18°, and its own score for a person was 0.15; in the whole picture 2.4° and 1.0 (research log, "Legs only").
NO_UPPER_BODY = tr(
    "The upper body is out of the picture, and without it knee and ankle are not located reliably. Move the camera back, or turn "
    "the phone upright, until the whole body is in the picture."
)
# This many frames, spread over the video, suffice to see what is in it; MoveNet sees them at 256 pixels.
FRAMES, SHORT_SIDE = 5, 256
MOST = 0.5  # more than half of the frames
# The landmarker seeks people in the whole picture at 224 pixels; one of 37 % of the height, before bricks, was found by none of its
# models, but by each in squares of this share of the shorter side, half of which overlap.
SQUARE_SHARE = 0.6
# A picture of 21:9 has 21 such squares. In a longer strip, which would have thousands, nobody is sought.
MOST_SQUARES = 24
# Smaller than this nobody can be measured from nearer either, and things look like people: a towel did, at 10 %.
LEAST_SHARE = 0.2


def explain_nobody(info: VideoInfo, *, any_exercise: bool) -> InputError:
    """Return the error that explains why no person was found; ``any_exercise``: the user did not name one."""
    if any_exercise and see_stickers(info):
        return InputError(
            f"{info.path}: nobody is in it, but there are stickers as on a foot; if it is the short-foot exercise, say "
            "--exercise short-foot"
        )
    if explained := explain_no_upper_body(info):
        return InputError(f"{info.path}: {lower_first(explained.removesuffix('.'))}")
    if (share := measure_small_person(list(_read_some(info, POSE_SHORT_SIDE)))) is not None:
        return InputError(
            f"{info.path}: the person is too small in the picture to be followed, about {share:.0%} of its height; move the camera "
            "nearer, until the whole body fills more than half of it"
        )
    return InputError(
        f"{info.path}: nobody was recognized in it; film the whole body from the side, with enough light and near enough that it "
        "fills more than half of the picture's height"
    )


def explain_no_upper_body(info: VideoInfo, track: PoseTrack | None = None, scene: Scene | None = None) -> str:
    """Return why nothing can be measured in a video that shows legs without head and shoulders; empty for any other video.

    The landmarker may invent a trunk above such legs; ``track`` and ``scene`` show whether it is one. Whatever the exercises'
    criteria say about an invented trunk is not true.
    """
    invented = track is not None and scene is not None and _lacks_upper_body(track, scene)
    return NO_UPPER_BODY if invented or shows_legs_only(list(_read_some(info))) else ""


def _lacks_upper_body(track: PoseTrack, scene: Scene) -> bool:
    """Whether, on most frames with a person, either shoulder is out of the picture or too near the hip."""
    whole = (find_frames(judge_upper_body(View(track, scene, side)))[track.present] for side in SIDES)
    return any(len(frames) > 0 and float(frames.mean()) < MOST for frames in whole)


def shows_no_head(info: VideoInfo) -> bool:
    """Whether somebody's legs are in a video, and the head is cut off by the picture's upper edge."""
    return bool(list_failed([HEAD_IN_PICTURE.of(measure_head_room(list(_read_some(info))))]))


def measure_small_person(pictures: Sequence[Image]) -> float | None:
    """Return the share of the pictures' height that a person fills who is found in parts of them; None if there is nobody.

    The person must be found in most pictures. The share is the median, from the eyes to the feet.
    """
    with PoseEstimator("lite", still=True) as estimator:
        shares = [share for share in (_measure_in_parts(estimator, picture) for picture in pictures) if share is not None]
    seen = [share for share in shares if share >= LEAST_SHARE]
    return float(np.median(seen)) if len(seen) > MOST * len(pictures) else None


def _measure_in_parts(estimator: PoseEstimator, picture: Image) -> float | None:
    """Return the share of a picture's height of the largest person who stands whole in one of its parts."""
    height, width = picture.shape[:2]
    side = round(SQUARE_SHARE * min(height, width))
    corners = [np.linspace(0, length - side, 1 + math.ceil((length - side) / (side / 2))).astype(int) for length in (height, width)]
    if len(corners[0]) * len(corners[1]) > MOST_SQUARES:
        return None
    found = []
    for top, left in itertools.product(*corners):
        pose = estimator.estimate(np.ascontiguousarray(picture[top : top + side, left : left + side]))
        if pose is not None and ((pose.points > 0.0) & (pose.points < 1.0)).all():
            found.append(float(np.ptp(pose.points[:, 1])) * side / height)
    return max(found, default=None)


def _read_some(info: VideoInfo, short_side: int = SHORT_SIDE) -> Iterator[Image]:
    for k in range(FRAMES):
        start_s = info.duration_s * (k + 0.5) / FRAMES
        frame = next(iter(read_frames(info, start_s=start_s)), None)
        if frame is not None:
            yield frame.rgb(short_side)
