"""Explain why no person, or no more than legs, was found in a video, so that the next one works."""

from __future__ import annotations

from collections.abc import Iterator

from formcheck.analysis.sticker_films import see_stickers
from formcheck.exercises.base import judge_upper_body
from formcheck.pose.movenet import shows_legs_only
from formcheck.pose.track import SIDES, PoseTrack
from formcheck.scene.scene import Scene
from formcheck.scene.view import View
from formcheck.signals.criteria import find_frames
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


def explain_nobody(info: VideoInfo, *, any_exercise: bool) -> InputError:
    """Return the error that explains why no person was found; ``any_exercise``: the user did not name one."""
    if any_exercise and see_stickers(info):
        return InputError(
            f"{info.path}: nobody is in it, but there are stickers as on a foot; if it is the short-foot exercise, say "
            "--exercise short-foot"
        )
    if explained := explain_no_upper_body(info):
        return InputError(f"{info.path}: {lower_first(explained.removesuffix('.'))}")
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


def _read_some(info: VideoInfo) -> Iterator[Image]:
    for k in range(FRAMES):
        start_s = info.duration_s * (k + 0.5) / FRAMES
        frame = next(iter(read_frames(info, start_s=start_s)), None)
        if frame is not None:
            yield frame.rgb(SHORT_SIDE)
