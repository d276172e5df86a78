"""Explain why no person was found in a video, so that the next one works."""

from __future__ import annotations

from collections.abc import Iterator

from formcheck.analysis.sticker_films import see_stickers
from formcheck.pose.movenet import shows_legs_only
from formcheck.support.errors import InputError
from formcheck.video.frames import Image
from formcheck.video.reader import VideoInfo, read_frames

# This many frames, spread over the video, suffice to see what is in it; MoveNet sees them at 256 pixels.
FRAMES, SHORT_SIDE = 5, 256


def explain_nobody(info: VideoInfo, *, any_exercise: bool) -> InputError:
    """Return the error that explains why no person was found; ``any_exercise``: the user did not name one."""
    if any_exercise and see_stickers(info):
        return InputError(
            f"{info.path}: nobody is in it, but there are stickers as on a foot; if it is the short-foot exercise, say "
            "--exercise short-foot"
        )
    if shows_legs_only(list(_read_some(info))):
        return InputError(
            f"{info.path}: only legs are in the picture, and a person is recognized by head and trunk; move the camera back until "
            "the whole body is in it"
        )
    return InputError(f"{info.path}: nobody was recognized in it; film the whole body from the side, with enough light")


def _read_some(info: VideoInfo) -> Iterator[Image]:
    for k in range(FRAMES):
        start_s = info.duration_s * (k + 0.5) / FRAMES
        frame = next(iter(read_frames(info, start_s=start_s)), None)
        if frame is not None:
            yield frame.rgb(SHORT_SIDE)
