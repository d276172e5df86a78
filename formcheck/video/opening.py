"""Open a video file and decode it, under limits that keep any file, however odd or hostile, from bringing the machine down."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.error

from formcheck.support.errors import InputError, reason_of

# A decoder holds about twenty pictures, which is a gigabyte for 8K video, the largest that phones film.
MAX_PIXELS = 8192 * 4608
# MediaPipe aborts the whole process if a side reaches 32767 pixels.
MAX_SIDE = 16384
# Decoders start one thread per core, and each thread holds its own picture.
MAX_DECODER_THREADS = 4
OPEN_TIMEOUT_S, READ_TIMEOUT_S = 20.0, 20.0
# FFmpeg decodes some frames when it opens a file, to learn what is in it. That takes a quarter of a second for 4K. MP4 and MOV do
# not need it: their headers state everything, including the order of the frames.
DECODE_NOTHING = {"skip_frame": "all"}
# The first bytes of JPEG, PNG, GIF and TIFF files (their specifications), and the brands of HEIC and AVIF (ISO 23008-12).
PHOTO_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*")
PHOTO_BRANDS = (b"heic", b"heix", b"mif1", b"avif")
# The formats that cameras, phones and editors write. FFmpeg knows ten times as many, among them playlists that open other files and
# formats of games' cut-scenes whose readers have not been maintained for decades. formcheck does not open those.
CONTAINERS = "mov,matroska,avi,mpegts,mpeg,asf,flv,ogg"
CODECS = {
    *("h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "mjpeg", "mpeg4", "mpeg2video", "mpeg1video"),
    *("prores", "dnxhd", "ffv1", "huffyuv", "ffvhuff", "utvideo", "rawvideo", "dvvideo", "png", "theora", "h263"),
    *("msmpeg4", "msmpeg4v2", "wmv1", "wmv2", "wmv3", "vc1", "flv"),
}


@dataclass(frozen=True)
class OpenVideo:
    """An open file and its video stream, PyAV's objects.

    ``size`` is the file's in bytes when it was opened: what is appended later is not read.
    """

    container: Any
    stream: Any
    size: int

    def decode(self, is_wanted: Callable[[float], bool] | None = None) -> Iterator[av.VideoFrame]:
        """Decode packet by packet. A broken packet is skipped; a broken container ends the stream.

        A packet whose presentation time, seconds, ``is_wanted`` rejects is not decoded, unless other frames are predicted from it.
        """
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.error.FFmpegError, ValueError):
                return
            except IndexError:  # raised by PyAV at the end of a file in which a stream (mostly sound) starts late
                return
            if packet.pos is not None and packet.pos >= self.size:
                return
            if is_wanted is not None:
                needed = packet.pts is None or is_wanted(float(packet.pts * self.stream.time_base))
                self.stream.codec_context.skip_frame = "DEFAULT" if needed else "NONREF"
            try:
                yield from packet.decode()
            except (av.error.FFmpegError, ValueError):
                continue


@contextmanager
def open_video(path: Path, threads: int | None = None) -> Iterator[OpenVideo]:
    """Open a file's video stream under the limits above. Every failure is raised as an `InputError`."""
    size = _check_file(path)
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
        check_size(path, context.width, context.height)
        # the decoder's own limit also covers pictures that become larger in mid-file
        context.options = {"max_pixels": str(MAX_PIXELS)}
        context.thread_type = "AUTO"
        context.thread_count = threads or min(MAX_DECODER_THREADS, (os.cpu_count() or 1) + 1)
        yield OpenVideo(container, stream, size)
    finally:
        container.close()


def _open_container(path: Path, options: dict[str, str]) -> Any:
    # protocol_whitelist: a disguised playlist must not make the demuxer open other files or addresses
    options = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS, **options}
    timeout = OPEN_TIMEOUT_S, READ_TIMEOUT_S
    try:
        return av.open(str(path.absolute()), options=options, metadata_errors="ignore", timeout=timeout)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        if _is_photo(path):
            raise InputError(f"{path}: is a photo, not a video; choose the video of the set") from error
        # FFmpeg's "invalid data" and "invalid argument" do not help a user; a system message, such as a missing permission, does
        unclear = isinstance(error, av.error.InvalidDataError | av.error.ArgumentError)
        reason = "" if unclear else f" ({explain(error)})"
        raise InputError(
            f"{path}: this is not a video that formcheck can read{reason}; the file is damaged, incomplete or of another kind: "
            "copy it again, or choose another video of the set (mp4, mov, webm, avi or mkv)"
        ) from error


def _is_photo(path: Path) -> bool:
    """Whether the file begins like a picture that phones and computers make."""
    try:
        with path.open("rb") as file:
            start = file.read(12)
    except OSError:  # not ours to read
        return False
    return start.startswith(PHOTO_STARTS) or (start[4:8] == b"ftyp" and start[8:12] in PHOTO_BRANDS)


def _check_file(path: Path) -> int:
    """Return the file's size, bytes; raise `InputError` if it is not a regular, non-empty file."""
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


def check_size(path: Path, width: int, height: int) -> None:
    """Raise `InputError` for a picture beyond the limits."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise InputError(f"{path}: the picture is {width} × {height}, larger than formcheck opens; export it at 4K or less")


def _is_cover(stream: Any) -> bool:
    """Whether the stream is a still picture (album art), not moving video."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def explain(error: BaseException) -> str:
    """Return the first line of what FFmpeg or the system says is wrong (`reason_of`), shortened."""
    return reason_of(error).split("\n")[0][:80].strip().rstrip(".")
