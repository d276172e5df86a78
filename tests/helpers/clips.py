"""Short clips made on the spot, whose every frame carries its number as a row of black and white blocks."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from formcheck.video.reader import VideoInfo, read_frames

BITS = 8


def draw_number(number: int, width: int = 320, height: int = 240) -> np.ndarray:
    """(H, W, 3) picture: ``number`` in binary, most significant bit left, over a red left and a blue right half below."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[height // 2 :, : width // 2, 0] = 220
    picture[height // 2 :, width // 2 :, 2] = 220
    for bit in range(BITS):
        if number >> (BITS - 1 - bit) & 1:
            picture[: height // 2, bit * width // BITS : (bit + 1) * width // BITS] = 255
    return picture


def read_number(picture: np.ndarray) -> int:
    """The number in an upright picture."""
    height, width = picture.shape[:2]
    row = picture[height // 4].reshape(width, -1).mean(axis=1)
    middles = ((np.arange(BITS) + 0.5) * width / BITS).astype(int)
    return int(sum(1 << (BITS - 1 - bit) for bit in range(BITS) if row[middles[bit]] > 127))


def numbers_and_times(
    info: VideoInfo, *, max_fps: float | None = None, start_s: float = 0.0, stop_s: float = float("inf")
) -> tuple[list[int], np.ndarray]:
    """What is written on the frames, and when they were filmed; of every frame unless ``max_fps`` says otherwise."""
    frames = [(read_number(f.gray()), f.time_s) for f in read_frames(info, max_fps=max_fps, start_s=start_s, stop_s=stop_s)]
    return [n for n, _ in frames], np.array([t for _, t in frames])


def write_clip(
    path: Path,
    frames: int = 60,
    *,
    fps: float = 30.0,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    size: tuple[int, int] = (320, 240),
    pts: Sequence[int] | None = None,
    time_base: Fraction = Fraction(1, 90_000),
    options: dict[str, str] | None = None,
    turn: int = 0,
    aspect: Fraction | None = None,
    sound: bool = False,
    container_format: str | None = None,
) -> Path:
    """Write numbered frames; ``turn`` stores them lying, as a phone held that many degrees round does (MP4 only)."""
    with av.open(str(path), "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=Fraction(fps).limit_denominator(1001))
        lying = size if turn in (0, 180) else size[::-1]
        stream.width, stream.height, stream.pix_fmt = *lying, pix_fmt
        stream.options = {"crf": "20", **(options or {})} if codec.startswith("lib") else options or {}
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        base = Fraction(1) / Fraction(fps).limit_denominator(1001)
        if pts is not None:
            base = time_base
        stream.codec_context.time_base = base
        tone = container.add_stream("aac", rate=16_000) if sound else None
        for number in range(frames):
            picture = np.rot90(draw_number(number, *size), k=turn // 90)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24").reformat(format=pix_fmt)
            frame.pts, frame.time_base = number if pts is None else pts[number], base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if tone is not None:
            _write_silence(container, tone, frames / fps)
    if turn:
        set_turn(path, turn)
    return path


def _write_silence(container: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    samples = 1024
    for block in range(round(seconds * 16_000 / samples)):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, samples), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 16_000, block * samples, Fraction(1, 16_000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def set_turn(path: Path, clockwise_deg: int) -> None:
    """Write into an MP4's track header that a player must turn the picture ``clockwise_deg`` (ISO 14496-12, 8.3.2)."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44
    a, b = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[clockwise_deg]
    one = 1 << 16
    data[at : at + 36] = struct.pack(">9i", a * one, b * one, 0, -b * one, a * one, 0, 0, 0, 1 << 30)
    path.write_bytes(bytes(data))


def crop_clip(source: Path, path: Path, *, top: float = 0.0, left: float = 0.0, right: float = 1.0) -> Path:
    """Write the part of a video below ``top`` and between ``left`` and ``right``, fractions of its picture."""
    with av.open(str(source)) as video, av.open(str(path), "w") as container:
        shown = video.streams.video[0]
        first_row, first, last = (
            int(share * side) // 2 * 2 for share, side in ((top, shown.height), (left, shown.width), (right, shown.width))
        )
        stream = container.add_stream("libx264", rate=shown.average_rate)
        stream.width, stream.height, stream.pix_fmt = last - first, shown.height // 2 * 2 - first_row, "yuv420p"
        stream.options = {"crf": "18", "preset": "veryfast"}
        for frame in video.decode(shown):
            picture = frame.to_ndarray(format="rgb24")[first_row : first_row + stream.height, first:last]
            part = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            part.pts, part.time_base = frame.pts, frame.time_base
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def write_photo(path: Path) -> Path:
    """Write a photo, under whatever name."""
    path.write_bytes(cv2.imencode(".jpg", np.full((48, 64, 3), 120, np.uint8))[1].tobytes())
    return path


def write_sound(path: Path, seconds: float = 1.0) -> Path:
    """Write a file with sound only."""
    with av.open(str(path), "w") as container:
        _write_silence(container, container.add_stream("aac", rate=16_000), seconds)
    return path


def write_late_sound(path: Path, seconds: float, sound_s: float) -> Path:
    """Write an FLV of numbered frames whose sound begins ``sound_s`` late, as when a microphone is switched on."""
    silent, sound = path.with_suffix(".silent.flv"), path.with_suffix(".sound.flv")
    write_clip(silent, round(15 * seconds), fps=15)
    write_sound(sound, seconds - sound_s)
    pictures = [tag for tag in _list_flv_tags(silent.read_bytes()) if tag[0] == 9]
    late = [
        (kind, time_ms + round(1000 * sound_s), data[:4] + _flv_time(time_ms + round(1000 * sound_s)) + data[8:])
        for kind, time_ms, data in _list_flv_tags(sound.read_bytes())
        if kind == 8
    ]
    head = b"FLV\x01\x00" + silent.read_bytes()[5:13]  # "no sound, no pictures": streams are found as they come
    path.write_bytes(head + b"".join(data for _, _, data in sorted(pictures + late, key=lambda tag: tag[1])))
    silent.unlink()
    sound.unlink()
    return path


def _list_flv_tags(flv: bytes) -> list[tuple[int, int, bytes]]:
    """Kind (8: sound, 9: pictures), time in ms and bytes of every tag of an FLV."""
    found, at = [], 13
    while at + 15 <= len(flv):
        size = 15 + int.from_bytes(flv[at + 1 : at + 4], "big")
        found.append((flv[at], int.from_bytes(flv[at + 4 : at + 7], "big") | flv[at + 7] << 24, flv[at : at + size]))
        at += size
    return found


def _flv_time(time_ms: int) -> bytes:
    return (time_ms & 0xFFFFFF).to_bytes(3, "big") + bytes([time_ms >> 24])


def write_huge(path: Path, width: int, height: int, frames: int = 1) -> Path:
    """Write an even gray of any size: a huge canvas in a small file."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        frame = av.VideoFrame(width, height, "yuvj420p")
        for plane in frame.planes:
            plane.update(bytes(plane.line_size * plane.height))
        for number in range(frames):
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def cut_clip(
    source: Path, path: Path, start_s: float, seconds: float, *, width: int = 480, fps: float = 15.0, codec: str = "libx264"
) -> Path:
    """Write a smaller, shorter part of a video."""
    with av.open(str(source)) as film, av.open(str(path), "w") as container:
        shown = film.streams.video[0]
        height = round(shown.height * width / shown.width / 2) * 2
        stream = container.add_stream(codec, rate=Fraction(fps).limit_denominator(1001))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p" if codec != "mjpeg" else "yuvj420p"
        stream.options = {"crf": "23", "preset": "veryfast"} if codec == "libx264" else {}
        written = 0
        for frame in film.decode(shown):
            if frame.time < start_s + written / fps - 1e-3:
                continue
            if frame.time >= start_s + seconds:
                break
            small = frame.reformat(width=width, height=height, format=stream.pix_fmt)
            small.pts, small.time_base = written, Fraction(1) / Fraction(fps).limit_denominator(1001)
            container.mux(stream.encode(small))
            written += 1
        container.mux(stream.encode(None))
    return path
