"""Video in, with true timestamps and the right way up. Frames are streamed, never collected."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np

from formcheck.support.arrays import FloatArray
from formcheck.support.errors import InputError
from formcheck.video.frames import Image as Image
from formcheck.video.frames import SmallFrame, make_grey, make_rgb, shrink_planes, turn_upright
from formcheck.video.sampling import EveryFrame, FrameChoice, OneABeat, TheseFrames

# Limits, so that no file can take the machine down. A decoder keeps some twenty pictures: of 8K video, the largest that
# phones film, a gigabyte.
MAX_PIXELS = 8192 * 4608
# MediaPipe ends the whole process when a side reaches 32767 pixels.
MAX_SIDE = 16384
MAX_DURATION_S = 2 * 3600.0
# Decoders start a thread a core, and each keeps a picture of its own.
MAX_DECODER_THREADS = 4
OPEN_TIMEOUT_S, READ_TIMEOUT_S = 20.0, 20.0
# FFmpeg decodes some frames of a file that it opens, to know what it holds: a quarter of a second of 4K. MP4 and MOV say all of it
# in their heads, the order of the frames included.
DECODE_NOTHING = {"skip_frame": "all"}
# What cameras, phones and editors write. FFmpeg knows ten times as many: playlists that open other files, games' cut-scenes
# whose readers nobody has looked after for decades. They stay shut.
CONTAINERS = "mov,matroska,avi,mpegts,mpeg,asf,flv,ogg"
CODECS = {
    *("h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "mjpeg", "mpeg4", "mpeg2video", "mpeg1video"),
    *("prores", "dnxhd", "ffv1", "huffyuv", "ffvhuff", "utvideo", "rawvideo", "dvvideo", "png", "theora", "h263"),
    *("msmpeg4", "msmpeg4v2", "wmv1", "wmv2", "wmv3", "vc1", "flv"),
}
# A repetition takes 1–6 s and is smoothed below 4 Hz (filters.CUTOFF_HZ): fifteen pictures a second hold all of it, at half the
# work of thirty (docs/accuracy.md).
MAX_ANALYSIS_FPS = 15.0
MIN_STEP_S = 0.001
# The filter that hides the borders of a codec's blocks takes an eighth of the decoder's time. In pictures shrunk this far its work
# is not seen: of 4K made small, brightness differs by 0.2 levels of 256 in the mean, 0.4 at a tenth of a phone's bit rate. HEVC
# leans on it more (0.9 levels, and growing), and keeps it.
ROUGH_SHRINK = 3.0
# A camera whose clock was never set says 1904 or 1970.
FIRST_PHONE_FILMS = datetime(2000, 1, 1, tzinfo=UTC)
# Of a video in which every frame is a key frame not all need be known.
KEY_FRAME_STEP_S = 0.5
# Where presentation times fall back by more than this the recording's clock was set anew.
CLOCK_RESET_S = 1.0
# One frame with a time beyond the limit is damage; this many in a row are a recording that goes on.
MAX_LATE_FRAMES = 30
PLAUSIBLE_FPS = (0.5, 1000.0)


@dataclass(frozen=True)
class VideoInfo:
    """What a video file says of itself, checked by decoding its first frame.

    ``width`` and ``height`` are of the upright frame with square pixels; ``rotation_deg`` is the clockwise turn
    that made it upright; ``origin_s`` is the first frame's own presentation time, which every time here is counted from;
    ``recorded_at`` is when the camera says that it was filmed (ISO, with its zone), None where it does not; ``key_frames_s`` are
    times at which the file can be entered, as far as its index tells.
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
    """One decoded frame. Pictures are made on request, upright, in the size asked for."""

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
        """(H, W, 3) RGB, its shorter side at most ``max_short_side`` pixels; ``None`` keeps the size."""
        return turn_upright(make_rgb(self._raw, *self._size(max_short_side)), self._info.rotation_deg)

    def grey(self, max_short_side: int | None = None) -> Image:
        """(H, W) brightness, its shorter side at most ``max_short_side`` pixels."""
        return turn_upright(make_grey(self._raw, *self._size(max_short_side)), self._info.rotation_deg)

    def shrink(self, max_short_side: int) -> SmallFrame:
        """Return the frame with its shorter side at most ``max_short_side`` pixels, of which other pictures are made quickly."""
        return SmallFrame(self.time_s, shrink_planes(self._raw, *self._size(max_short_side)), self._info.rotation_deg)


def scale_to(info: VideoInfo, max_short_side: int | None) -> float:
    """Return the factor (at most 1) that brings the video's shorter side down to ``max_short_side``."""
    return 1.0 if max_short_side is None else min(1.0, max_short_side / min(info.width, info.height))


@contextmanager
def _open(path: Path, threads: int | None = None) -> Iterator[tuple[Any, Any]]:
    """Open a file's video stream under the limits above; every way of failing becomes one `InputError`."""
    size = _check_file(path)
    # protocol_whitelist: a playlist in disguise must not make the demuxer open other files or addresses
    container = _open_container(path, DECODE_NOTHING)
    if "mp4" not in container.format.name:
        container.close()
        container = _open_container(path, {})
    try:
        stream = next((s for s in container.streams.video if not _is_cover(s)), None)
        if stream is None:
            raise InputError(f"{path}: has no video in it (sound only?); film the set again or choose another file")
        context = stream.codec_context
        if context is None or context.name not in CODECS:
            name = "an unknown codec" if context is None else f"the codec {context.name}"
            raise InputError(f"{path}: is stored with {name}, which formcheck does not open; export it as H.264 (mp4)")
        _check_size(path, context.width, context.height)
        # the decoder's own limit holds for a picture that grows in mid-file too
        context.options = {"max_pixels": str(MAX_PIXELS)}
        context.thread_type = "AUTO"
        context.thread_count = threads or min(MAX_DECODER_THREADS, (os.cpu_count() or 1) + 1)
        yield _Source(container, size), stream
    finally:
        container.close()


def _open_container(path: Path, options: dict[str, str]) -> Any:
    # protocol_whitelist: a playlist in disguise must not make the demuxer open other files or addresses
    options = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS, **options}
    timeout = OPEN_TIMEOUT_S, READ_TIMEOUT_S
    try:
        return av.open(str(path.absolute()), options=options, metadata_errors="ignore", timeout=timeout)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        # FFmpeg's "invalid data" says nothing to a person; what the system says, such as a missing permission, does.
        reason = "" if isinstance(error, av.error.InvalidDataError) else f" ({explain(error)})"
        raise InputError(f"{path}: this is not a video that formcheck can read{reason}; use mp4, mov, webm, avi or mkv") from error


def _check_file(path: Path) -> int:
    """Return the file's size; `InputError` where it is no file that can be read from start to end."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{str(path)[:200]}: cannot be opened ({explain(error)}); check the path") from error
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{path}: is a folder; give a video file (or use `formcheck batch` for a folder)")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{path}: is a pipe or a device, not a file; save the video first, then give that file")
    if status.st_size == 0:
        raise InputError(f"{path}: the file is empty; export or copy the video again")
    return status.st_size


@dataclass(frozen=True)
class _Source:
    """An open container, and how many bytes its file had when it was opened: what is appended later is not read."""

    container: Any
    size: int


def _check_size(path: Path, width: int, height: int) -> None:
    """Raise `InputError` for a picture beyond the limits."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise InputError(f"{path}: the picture is {width} × {height}, larger than formcheck opens; export it at 4K or less")


def _is_cover(stream: Any) -> bool:
    """Whether the stream is a still picture (album art), not moving video."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def explain(error: BaseException) -> str:
    """Return what FFmpeg or the system says was wrong, in a few words of small letters."""
    text = getattr(error, "strerror", None) or str(error)
    return str(text).split("\n")[0][:80].strip().rstrip(".").lower() or type(error).__name__


def _decode(source: _Source, stream: Any, is_wanted: Callable[[float], bool] | None = None) -> Iterator[av.VideoFrame]:
    """Decode packet by packet: a broken packet is skipped, a broken container ends the stream.

    A packet whose own presentation time ``is_wanted`` declines is left undecoded where no other frame is predicted from it.
    """
    packets = source.container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError, ValueError):
            return
        except IndexError:  # PyAV stumbles at the end of a file in which a stream (sound, mostly) appeared only after its beginning
            return
        if packet.pos is not None and packet.pos >= source.size:
            return
        if is_wanted is not None:
            needed = packet.pts is None or is_wanted(float(packet.pts * stream.time_base))
            stream.codec_context.skip_frame = "DEFAULT" if needed else "NONREF"
        try:
            yield from packet.decode()
        except (av.error.FFmpegError, ValueError):
            continue


def probe_video(path: str | Path) -> VideoInfo:
    """Describe a video.

    Raises
    ------
    InputError
        If the file is missing, is no video, has no decodable frame, or is beyond the limits above.
    """
    path = Path(path)
    with _open(path) as (source, stream):
        first = next(_decode(source, stream), None)
        if first is None:
            raise InputError(f"{path}: no frame of it can be decoded; the file is cut off or damaged")
        rotation = _read_rotation(first)
        aspect = float(stream.sample_aspect_ratio) if _has_aspect(stream) else 1.0
        width, height = max(1, round(first.width * aspect)), first.height
        _check_size(path, width, height)
        if rotation in (90, 270):
            width, height = height, width
        fps = float(stream.average_rate or stream.guessed_rate or 0)
        duration = float(stream.duration * stream.time_base) if stream.duration else (source.container.duration or 0) / av.time_base
        if "matroska" in source.container.format.name:
            duration -= float(first.time or 0.0)  # it says when it ends, not how long it is
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
            recorded_at=_read_moment(source.container.metadata),
            key_frames_s=_list_key_frames(stream, float(first.time or 0.0)),
        )


def _list_key_frames(stream: Any, origin_s: float) -> tuple[float, ...]:
    """Return the times of key frames, at least `KEY_FRAME_STEP_S` apart."""
    found: list[float] = []
    for entry in stream.index_entries:
        time_s = max(0.0, float(entry.timestamp * stream.time_base) - origin_s)
        if entry.is_keyframe and (not found or time_s >= found[-1] + KEY_FRAME_STEP_S):
            found.append(time_s)
    return tuple(found)


def _read_moment(metadata: dict[str, str]) -> str | None:
    """Return when a camera says that it filmed, ISO with its zone; None for no date, or one that no camera can mean.

    Apple's own tag comes first: it has the zone that the phone was in, and survives an export that sets the other one anew.
    """
    for tag in ("com.apple.quicktime.creationdate", "creation_time"):
        try:
            moment = datetime.fromisoformat(metadata.get(tag, ""))
        except ValueError:
            continue
        if moment.tzinfo and FIRST_PHONE_FILMS <= moment <= datetime.now(UTC) + timedelta(days=1):
            return moment.isoformat()
    return None


def _read_rotation(frame: av.VideoFrame) -> int:
    """Return the clockwise quarter turns, in degrees, that bring a frame upright; 0 where its matrix is nonsense."""
    try:
        return round(-(frame.rotation or 0) / 90) * 90 % 360
    except (ValueError, OverflowError):
        return 0


def _has_aspect(stream: Any) -> bool:
    ratio = stream.sample_aspect_ratio
    return bool(ratio) and 0.25 < float(ratio) < 4.0


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
    """Yield the frames of ``[start_s, stop_s)`` in order, at most about ``max_fps`` of them a second (None: all).

    Times come from the frames' own presentation timestamps (a frame without one follows the last by one period) and
    rise strictly. Of a faster video one frame a beat is kept whole; none are blended, and of the others only those are decoded
    that frames to come are predicted from. With ``times_s``, (N,) rising, only the frames are read that were read at these times
    before. The decoder uses as many ``threads`` as given, else all that help: one is enough where several stretches are read at
    once. Where no picture will be asked for with more than ``max_short_side`` lines, a much larger video is decoded without its
    deblocking (`ROUGH_SHRINK`).

    Raises
    ------
    InputError
        If the file cannot be opened. A file that is damaged in the middle ends, or goes on, where it can.
    """
    choice: FrameChoice = TheseFrames(times_s) if times_s is not None else OneABeat(max_fps) if max_fps else EveryFrame()
    with _open(info.path, threads) as (source, stream):
        if info.codec == "h264" and scale_to(info, max_short_side) <= 1 / ROUGH_SHRINK:
            stream.codec_context.options |= {"skip_loop_filter": "all"}
        clock = _Clock(info)

        def is_wanted(presented_s: float) -> bool:
            time_s = clock.place(presented_s)
            return start_s <= time_s < stop_s and choice.may_need(time_s)

        for raw in _seek(source, stream, info, start_s, is_wanted):
            time_s = clock.read(raw)
            if time_s is None or time_s < start_s:
                continue
            if time_s >= stop_s:
                return
            if choice.take(time_s):
                frame = Frame(raw, time_s, info)
                del raw  # who takes the frame says how long its memory is kept
                yield frame
                del frame


def _seek(
    source: _Source, stream: Any, info: VideoInfo, start_s: float, is_wanted: Callable[[float], bool]
) -> Iterator[av.VideoFrame]:
    """Yield the frames from a key frame before ``start_s`` on; from the file's start where it cannot be entered elsewhere."""
    if start_s > 0:
        try:
            source.container.seek(int((start_s + info.origin_s) / stream.time_base), stream=stream)
        except (av.error.FFmpegError, OverflowError):
            pass  # nothing was moved: it is read from its start
        else:
            frames = _decode(source, stream, is_wanted)
            first = next(frames, None)
            # without a time of its own nobody knows where in the file a frame is
            if first is not None and first.time is not None:
                yield first
                yield from frames
                return
            source.container.seek(0)
    yield from _decode(source, stream, is_wanted)


class _Clock:
    """Makes times that rise strictly out of frames' presentation timestamps, counted from the video's first frame."""

    def __init__(self, info: VideoInfo) -> None:
        plausible = PLAUSIBLE_FPS[0] <= info.fps <= PLAUSIBLE_FPS[1]
        self._nominal_s = 1.0 / info.fps if plausible else 1.0 / 30.0
        self._info = info
        self._last_s = -np.inf
        self._reset_s = 0.0
        self._late = 0

    def place(self, presented_s: float) -> float:
        """Return what time a presentation time is, as far as the frames so far tell."""
        return presented_s - self._info.origin_s + self._reset_s

    def read(self, raw: av.VideoFrame) -> float | None:
        """Return the time of the next frame; None where it says something impossible, and the frame is better left out."""
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
