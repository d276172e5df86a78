"""Cut a video into parts that are tracked at the same time, each by a landmarker of its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from formcheck.video.reader import VideoInfo
from formcheck.video.sampling import start_of_period

Part = tuple[float, float]
"""Start and end of a part of the video, seconds."""
WHOLE: Part = (0.0, float("inf"))

# A landmarker that starts in mid-video needs this long for its tracking and smoothing to settle.
OVERLAP_S = 0.7
# A shorter part is not worth the start and overlap of a landmarker of its own.
MIN_PART_S = 4.0
# Decoding cost as a fraction of tracking cost: 20 % at 720 lines, 60 % at 4K. The 4K value is used because only there it matters.
DECODING_SHARE = 0.6
# A part keeps this many cores busy if it may: one reads the pictures, the other finds the person.
CORES_PER_PART = 2


def cut_parts(info: VideoInfo, cores: int, max_fps: float | None) -> list[Part]:
    """Return the parts of a video for so many ``cores``, in order; the last one ends with the video.

    ``max_fps`` is the number of frames per second that are tracked; None for all.
    """
    parts = min(-(-cores // CORES_PER_PART), int(info.duration_s // MIN_PART_S))
    borders = split_evenly(info.duration_s, max(1, parts), info.key_frames_s)
    if max_fps is not None:  # rounded up, so that the overlap does not begin just before a key frame
        borders = [0.0, *(start_of_period(border_s + 1 / max_fps, max_fps) for border_s in borders[1:])]
    return list(pairwise([*borders, float("inf")]))


def split_evenly(duration_s: float, parts: int, key_frames_s: Sequence[float] = ()) -> list[float]:
    """Return the start times (s) of ``parts`` parts of a video that take about equally long to track.

    Reading a part starts at the last of ``key_frames_s`` before its overlap. Frames between the two are decoded but not tracked.
    """
    if parts == 1:
        return [0.0]

    def prepare(start_s: float) -> float:
        """Return the cost of reaching the start of a part, in seconds of tracked video."""
        if start_s <= 0:
            return 0.0
        first_s = max(0.0, start_s - OVERLAP_S)
        entered = bisect_right(key_frames_s, first_s)
        return start_s - first_s + DECODING_SHARE * (first_s - key_frames_s[entered - 1] if entered else 0.0)

    def cut(share_s: float) -> list[float]:
        """Return the starts of parts that cost ``share_s`` each, and the end of the last one."""
        borders = [0.0]
        for _ in range(parts):
            borders.append(borders[-1] + max(0.0, share_s - prepare(borders[-1])))
        return borders

    # bisection works because the end of the last part grows with the cost allowed for each
    least, most = duration_s / parts, duration_s
    for _ in range(40):
        middle = (least + most) / 2
        least, most = (least, middle) if cut(middle)[-1] >= duration_s else (middle, most)
    borders = cut(most)[:-1]
    if min(b - a for a, b in pairwise([*borders, duration_s])) < MIN_PART_S / 2:  # the file has too few key frames
        return split_evenly(duration_s, parts - 1, key_frames_s)
    return borders
