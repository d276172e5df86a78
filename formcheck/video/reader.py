"""Read video with its true timestamps, upright. Frames are streamed, never collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np

from formcheck.support.arrays import FloatArray
from formcheck.support.errors import InputError
from formcheck.video.frames import Image, SmallFrame, make_gray, make_rgb, shrink_planes, turn_upright
from formcheck.video.metadata import has_aspect, read_moment, read_rotation
from formcheck.video.opening import OpenVideo, check_size, open_video
from formcheck.video.sampling import EveryFrame, FrameChoice, OnePerPeriod, TheseFrames

# A set takes minutes. A longer recording would keep the machine busy for as long.
MAX_DURATION_S = 2 * 3600.0
# A repetition takes 1–6 s and is low-pass filtered at 4 Hz (filters.CUTOFF_HZ). Fifteen pictures per second contain all of it, at
# half the work of thirty (docs/accuracy.md).
MAX_ANALYSIS_FPS = 15.0
# Times that are equal in the file are set this far apart, since a track's times rise strictly.
MIN_STEP_S = 0.001
# The deblocking filter, which hides the borders of a codec's blocks, takes an eighth of the decoder's time. In pictures shrunk by
# this factor its effect is not visible: without it, brightness of shrunk 4K differs by 0.2 of 256 levels on average, and by 0.4 at
# a tenth of a phone's bit rate. HEVC depends on it more (0.9 levels, and growing), so HEVC keeps it.
ROUGH_SHRINK = 3.0
# Minimum spacing of the listed key frames: in some videos every frame is one.
KEY_FRAME_STEP_S = 0.5
# If presentation times jump back by more than this, the recording's clock was reset.
CLOCK_RESET_S = 1.0
# One frame with a time beyond the limit is damage. More than this many in a row mean that the recording really is that long.
MAX_LATE_FRAMES = 30
# Frames per second. A rate that no camera has, or none, is a slip of the file's header: the usual one stands for it.
PLAUSIBLE_FPS, USUAL_FPS = (0.5, 1000.0), 30.0


@dataclass(frozen=True)
class VideoInfo:
    """A video file's properties, checked by decoding its first frame.

    ``width`` and ``height`` describe the upright frame with square pixels. ``rotation_deg`` is the clockwise turn that makes it
    upright. ``origin_s`` is the first frame's own presentation time; all times in formcheck count from it. ``recorded_at`` is the
    camera's recording time (ISO, with its zone), None if the file has none. ``key_frames_s`` are the times that a reader can seek
    to, as far as the file's index lists them.
    """

    path: Path
    duration_s: float
    fps: float
    frames: int
    width: int
    height: int
    rotation_deg: int
    origin_s: float
    codec: str
    recorded_at: str | None = None
    key_frames_s: tuple[float, ...] = ()


class Frame:
    """One decoded frame. Pictures are made on request, upright and in the requested size."""

    def __init__(self, raw: av.VideoFrame, time_s: float, info: VideoInfo) -> None:
        """Wrap a decoded frame of the video ``info`` at ``time_s`` seconds after its first."""
        self._raw = raw
        self._info = info
        self.time_s = time_s

    def _size(self, max_short_side: int | None) -> tuple[int, int]:
        """Return the width and height of a picture before it is turned upright."""
        scale = scale_to(self._info, max_short_side)
        width, height = (max(2, round(side * scale)) for side in (self._info.width, self._info.height))
        return (height, width) if self._info.rotation_deg in (90, 270) else (width, height)

    def rgb(self, max_short_side: int | None = None) -> Image:
        """Return (H, W, 3) RGB, its shorter side at most ``max_short_side`` pixels; ``None`` keeps the size."""
        return turn_upright(make_rgb(self._raw, *self._size(max_short_side)), self._info.rotation_deg)

    def gray(self, max_short_side: int | None = None) -> Image:
        """Return (H, W) brightness, its shorter side at most ``max_short_side`` pixels."""
        return turn_upright(make_gray(self._raw, *self._size(max_short_side)), self._info.rotation_deg)

    def shrink(self, max_short_side: int) -> SmallFrame:
        """Return the frame with its shorter side at most ``max_short_side`` pixels; making pictures from it is fast."""
        return SmallFrame(self.time_s, shrink_planes(self._raw, *self._size(max_short_side)), self._info.rotation_deg)


def scale_to(info: VideoInfo, max_short_side: int | None) -> float:
    """Return the factor (at most 1) that shrinks the video's shorter side to ``max_short_side``."""
    return 1.0 if max_short_side is None else min(1.0, max_short_side / min(info.width, info.height))


def probe_video(path: str | Path) -> VideoInfo:
    """Describe a video.

    Raises
    ------
    InputError
        If the file is missing, is not a video, has no decodable frame, or exceeds the limits above.
    """
    path = Path(path)
    with open_video(path, threads=1) as video:  # each thread more would decode a frame more before the first one is there
        first, stream, container = next(video.decode(), None), video.stream, video.container
        if first is None:
            raise InputError(f"{path}: no frame of it can be decoded; the file is cut off or damaged")
        rotation = read_rotation(first)
        aspect = float(stream.sample_aspect_ratio) if has_aspect(stream) else 1.0
        width, height = max(1, round(first.width * aspect)), first.height
        check_size(path, width, height)
        if rotation in (90, 270):
            width, height = height, width
        fps = float(stream.average_rate or stream.guessed_rate or 0)
        duration = float(stream.duration * stream.time_base) if stream.duration else (container.duration or 0) / av.time_base
        if "matroska" in container.format.name:
            duration -= float(first.time or 0.0)  # Matroska stores the end time, not the length
        if duration > MAX_DURATION_S:
            raise InputError(
                f"{path}: says that it is {duration / 3600:,.1f} hours long; formcheck opens up to "
                f"{MAX_DURATION_S / 3600:.0f}: cut the set out of it and give that"
            )
        return VideoInfo(
            path=path,
            duration_s=max(0.0, duration),
            fps=fps,
            frames=stream.frames or round(duration * fps),
            width=width,
            height=height,
            rotation_deg=rotation,
            origin_s=float(first.time or 0.0),
            codec=str(stream.codec_context.name),
            recorded_at=read_moment(container.metadata),
            key_frames_s=_list_key_frames(stream),
        )


def _list_key_frames(stream: Any) -> tuple[float, ...]:
    """Return the times of key frames, at least `KEY_FRAME_STEP_S` apart, counted from the first one.

    An index may list when frames are decoded instead of when they are shown. In key frames the two differ by the same time.
    """
    listed_s = [float(entry.timestamp * stream.time_base) for entry in stream.index_entries if entry.is_keyframe]
    found: list[float] = []
    for time_s in listed_s:
        if not found or time_s - listed_s[0] >= found[-1] + KEY_FRAME_STEP_S:
            found.append(time_s - listed_s[0])
    return tuple(found)


def read_frames(
    info: VideoInfo,
    *,
    max_fps: float | None = None,
    times_s: FloatArray | None = None,
    start_s: float = 0.0,
    stop_s: float = float("inf"),
    threads: int | None = None,
    max_short_side: int | None = None,
) -> Iterator[Frame]:
    """Yield the frames of ``[start_s, stop_s)`` in order, at most about ``max_fps`` per second (None: all).

    Times increase strictly. They come from the frames' own presentation timestamps; a frame without one follows the previous frame
    by one period. From a faster video one frame per sampling period is kept whole, and frames are never blended. The others are
    decoded only if later frames are predicted from them. With ``times_s``, (N,) increasing, only the frames that were read at these
    times before are read again. The decoder uses the given number of ``threads``, by default as many as help; one is enough if
    several parts of a file are read at once. ``max_short_side`` promises that no larger picture will be requested, so a much larger
    video is decoded without its deblocking filter (`ROUGH_SHRINK`).

    Raises
    ------
    InputError
        If the file cannot be opened. A file damaged in the middle raises nothing: reading continues after the damage or ends there.
    """
    choice: FrameChoice = TheseFrames(times_s) if times_s is not None else OnePerPeriod(max_fps) if max_fps else EveryFrame()
    with open_video(info.path, threads) as video:
        if info.codec == "h264" and scale_to(info, max_short_side) <= 1 / ROUGH_SHRINK:
            video.stream.codec_context.options |= {"skip_loop_filter": "all"}
        clock = _Clock(info)

        def is_wanted(presented_s: float) -> bool:
            time_s = clock.place(presented_s)
            return start_s <= time_s < stop_s and choice.may_need(time_s)

        for raw in _seek(video, info, start_s, is_wanted):
            time_s = clock.read(raw)
            if time_s is None or time_s < start_s:
                continue
            if time_s >= stop_s:
                return
            if choice.take(time_s):
                frame = Frame(raw, time_s, info)
                del raw  # only the caller's reference keeps the frame's memory
                yield frame
                del frame


def _seek(video: OpenVideo, info: VideoInfo, start_s: float, is_wanted: Callable[[float], bool]) -> Iterator[av.VideoFrame]:
    """Yield the frames from a key frame before ``start_s`` onward, or from the file's start if seeking fails."""
    if start_s > 0:
        try:
            video.container.seek(int((start_s + info.origin_s) / video.stream.time_base), stream=video.stream)
        except (av.error.FFmpegError, OverflowError):
            pass  # the position did not change: read from the start
        else:
            frames = video.decode(is_wanted)
            first = next(frames, None)
            # a frame without a timestamp does not show where in the file it is
            if first is not None and first.time is not None:
                yield first
                yield from frames
                return
            video.container.seek(0)
    yield from video.decode(is_wanted)


class _Clock:
    """Turns presentation timestamps into strictly increasing times, counted from the video's first frame."""

    def __init__(self, info: VideoInfo) -> None:
        plausible = PLAUSIBLE_FPS[0] <= info.fps <= PLAUSIBLE_FPS[1]
        self._nominal_s = 1.0 / info.fps if plausible else 1.0 / USUAL_FPS
        self._info = info
        self._last_s = -np.inf
        self._reset_s = 0.0
        self._late = 0

    def place(self, presented_s: float) -> float:
        """Convert a presentation time to a time in the video, with the clock resets found so far."""
        return presented_s - self._info.origin_s + self._reset_s

    def read(self, raw: av.VideoFrame) -> float | None:
        """Return the time of the next frame; None if its timestamp is impossible and the frame must be skipped."""
        following_s = max(self._last_s, -self._nominal_s) + self._nominal_s
        time_s = following_s if raw.time is None else self.place(float(raw.time))
        if not -MAX_DURATION_S <= time_s <= MAX_DURATION_S:
            self._late += 1
            if self._late > MAX_LATE_FRAMES and time_s > 0:
                raise InputError(
                    f"{self._info.path}: goes on for more than {MAX_DURATION_S / 3600:.0f} hours; "
                    "cut the set out of it and give that"
                )
            return None
        self._late = 0
        if time_s < self._last_s - CLOCK_RESET_S:
            self._reset_s += self._last_s + self._nominal_s - time_s
            time_s = self._last_s + self._nominal_s
        elif time_s <= self._last_s:
            time_s = self._last_s + MIN_STEP_S
        self._last_s = time_s
        return time_s
