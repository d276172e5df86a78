"""Hundreds of files that a careless or a spiteful person could hand to the program, made from the samples.

Every case is made from a seed, so that one that fails can be made again: ``python -m tests.helpers.hostile FOLDER [PART OF NAME]``.
FORMCHECK_TEST_HOSTILE=all has the tests take all of them; else they take a fixed sample of those that differ by their seed alone.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path

import av
import cv2
import numpy as np

from tests.helpers.clips import cut_clip, draw_number, write_clip, write_huge, write_sound

TAKE_ALL = os.environ.get("FORMCHECK_TEST_HOSTILE") == "all"
# Of the cuts and flips of one container, every so manieth; the offset differs, so that all places are met in one or another.
SAMPLE_STEP = 6

Maker = Callable[[Path], Path]
"""Makes the file in an empty folder of its own, and returns its path."""


@dataclass(frozen=True)
class Case:
    """One hostile file. ``refused``: True where it must be refused, False where it must be read, None where either will do."""

    name: str
    make: Maker
    refused: bool | None = None


@dataclass(frozen=True)
class Base:
    """A good clip that is spoilt: a second of a person in one of the containers."""

    name: str
    path: Path

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return self.path.read_bytes()


CONTAINERS = {"mp4": "libx264", "mov": "libx264", "mkv": "libx264", "webm": "libvpx", "avi": "mjpeg", "ts": "libx264"}


def make_bases(sample: Path, folder: Path) -> list[Base]:
    """Cut a second of a sample into every container."""
    return [
        Base(ending, cut_clip(sample, folder / f"base.{ending}", 1.5, 1.0, width=320, fps=10.0, codec=codec))
        for ending, codec in CONTAINERS.items()
    ]


def list_cases(bases: list[Base]) -> Iterator[Case]:
    """Every case, in a fixed order; see `TAKE_ALL`."""
    for number, base in enumerate(bases):
        spoilt = chain(_list_cut(base), _list_flipped(base), _list_spoilt(base))
        yield from spoilt if TAKE_ALL else islice(spoilt, number % SAMPLE_STEP, None, SAMPLE_STEP)
    mp4 = bases[0]
    yield from _list_wrong_endings(bases)
    yield from _list_odd_paths(mp4)
    yield from _list_no_video()
    yield from _list_odd_pictures()
    yield from _list_odd_times(mp4)
    yield from _list_playlists(mp4)


def _write(name: str, data: bytes) -> Maker:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return make


def _list_cut(base: Base) -> Iterator[Case]:
    data = base.data
    for tenth in range(1, 10):
        yield Case(f"{base.name} cut at {tenth}0 %", _write(f"a.{base.name}", data[: len(data) * tenth // 10]))
    yield Case(f"{base.name} without its last byte", _write(f"a.{base.name}", data[:-1]))


def _flip(data: bytes, seed: int, flips: int, first: int, last: int) -> bytes:
    rng = np.random.default_rng(seed)
    spoilt = np.frombuffer(data, np.uint8).copy()
    places = rng.integers(first, min(last, len(data)), flips)
    spoilt[places] ^= rng.integers(1, 256, flips).astype(np.uint8)
    return spoilt.tobytes()


def _list_flipped(base: Base) -> Iterator[Case]:
    """Anywhere, a few and many; and where the headers are: MP4 and MOV have theirs at the end."""
    data = base.data
    head = (len(data) - 1500, len(data)) if base.name in ("mp4", "mov") else (0, 600)
    for seed in range(8):
        yield Case(f"{base.name} 1 byte flipped #{seed}", _write(f"a.{base.name}", _flip(data, seed, 1, 0, len(data))))
        yield Case(f"{base.name} 40 bytes flipped #{seed}", _write(f"a.{base.name}", _flip(data, seed, 40, 0, len(data))))
    for seed in range(14):
        yield Case(f"{base.name} header flipped #{seed}", _write(f"a.{base.name}", _flip(data, 100 + seed, 6, *head)))


def _list_spoilt(base: Base) -> Iterator[Case]:
    data, half = base.data, len(base.data) // 2
    noise = np.random.default_rng(5).bytes(4096)
    spoilt = {
        "second half zeros": data[:half] + bytes(len(data) - half),
        "first half zeros": bytes(half) + data[half:],
        "hole in the middle": data[: half - 500] + data[half + 500 :],
        "noise in front": noise + data,
        "noise behind": data + noise,
        "twice": data + data,
        "only its head": data[:64],
        "blocks in another order": data[:1000] + data[half:] + data[1000:half],
    }
    for name, content in spoilt.items():
        yield Case(f"{base.name} {name}", _write(f"a.{base.name}", content))


def _list_wrong_endings(bases: list[Base]) -> Iterator[Case]:
    for base in bases:
        wrong = "avi" if base.name != "avi" else "mp4"
        yield Case(f"{base.name} called {wrong}", _write(f"a.{wrong}", base.data), refused=False)
    yield Case("mp4 called txt", _write("a.txt", bases[0].data), refused=False)
    yield Case("mp4 without an ending", _write("set", bases[0].data), refused=False)
    yield Case("mp4 called jpg", _write("a.jpg", bases[0].data), refused=False)


ODD_NAMES = [
    "a b.mp4",
    'it\'s "mine".mp4',
    "-n.mp4",
    "--out.mp4",
    "new\nline.mp4",
    "tab\t.mp4",
    "Käse 足 🦶.mp4",
    "a;rm -rf $HOME`x`|&.mp4",
    "100%d %s %03d.mp4",
    "file:a.mp4",
    "http:\\a.mp4",
    "*?[x].mp4",
    ".hidden",
    "...mp4",
    "x" * 200 + ".mp4",
    "\x1b[31mred.mp4",
    "pipe:0",
    "concat:a|b.mp4",
]


def _list_odd_paths(base: Base) -> Iterator[Case]:
    for name in ODD_NAMES:
        yield Case(f"path {name[:20]!r}", _write(name, base.data), refused=False)
    if sys.platform == "linux":
        yield Case("path that is no text", _write(os.fsdecode(b"\xff\xfe.mp4"), base.data), refused=False)


def _list_no_video() -> Iterator[Case]:
    contents = {
        "nothing": b"",
        "one byte": b"\0",
        "text": b"My best set so far.\n" * 2000,
        "zeros": bytes(200_000),
        "ones": b"\xff" * 200_000,
        "noise": np.random.default_rng(1).bytes(200_000),
        "html": b"<!doctype html><html><video src='http://127.0.0.1:9/a.mp4'></video></html>",
        "zip": b"PK\x03\x04" + np.random.default_rng(2).bytes(5000),
        "box of size zero": struct.pack(">I4s", 0, b"moov") + bytes(100),
        "box larger than the file": struct.pack(">I4s", 0x7FFFFFFF, b"moov") + bytes(100),
        "boxes in boxes": b"".join(struct.pack(">I4s", 100_000 - 8 * k, b"moov") for k in range(10_000)),
        "EBML bomb": b"\x1a\x45\xdf\xa3\x01" + b"\xff" * 7 + b"\x18\x53\x80\x67" + b"\x01" + b"\xff" * 7 + bytes(1000),
        "RIFF of size zero": b"RIFF\0\0\0\0AVI LIST" + bytes(2000),
    }
    for name, content in contents.items():
        yield Case(f"no video: {name}", _write("a.mp4", content), refused=True)
    yield Case("no video: sound", lambda folder: write_sound(folder / "a.mp4"), refused=True)
    yield Case("no video: a folder", lambda folder: _make_folder(folder / "a.mp4"), refused=True)
    yield Case("no video: missing", lambda folder: folder / "a.mp4", refused=True)
    yield Case("no video: broken link", lambda folder: _make_link(folder / "a.mp4", folder / "gone"), refused=True)
    yield Case("no video: link to itself", lambda folder: _make_link(folder / "a.mp4", folder / "a.mp4"), refused=True)
    yield Case("no video: a picture", lambda folder: _write_picture(folder / "a.mp4"), refused=True)
    if hasattr(os, "mkfifo"):
        yield Case("no video: a pipe that nobody writes to", lambda folder: _make_pipe(folder / "a.mp4"), refused=True)
        yield Case("no video: an endless device", lambda folder: _make_link(folder / "a.mp4", Path("/dev/zero")), refused=True)


def _make_folder(path: Path) -> Path:
    path.mkdir()
    return path


def _make_link(path: Path, target: Path) -> Path:
    path.symlink_to(target)
    return path


def _make_pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _write_picture(path: Path) -> Path:
    path.write_bytes(cv2.imencode(".jpg", draw_number(5))[1].tobytes())
    return path


def _write_jpegs(path: Path, sizes: list[tuple[int, int]], declared: tuple[int, int] = (320, 240)) -> Path:
    """An AVI whose pictures have other sizes than its header says, and than each other."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuvj420p"
        for number, (width, height) in enumerate(sizes):
            picture = np.full((height, width, 3), 40 * number % 256, np.uint8)
            packet = av.Packet(cv2.imencode(".jpg", picture)[1].tobytes())
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, number, number, Fraction(1, 10)
            packet.is_keyframe = True
            container.mux(packet)
    data = bytearray(path.read_bytes())
    header = data.index(b"strf") + 12  # behind the chunk's size and the header's own: BITMAPINFOHEADER's width and height
    data[header : header + 8] = struct.pack("<ii", *declared)
    path.write_bytes(bytes(data))
    return path


def _write_changing(path: Path, folder: Path, sizes: list[tuple[int, int]]) -> Path:
    """A transport stream whose pictures change their size on the way."""
    parts = [write_clip(folder / f"part{k}.ts", 8, size=size, fps=10.0) for k, size in enumerate(sizes)]
    path.write_bytes(b"".join(p.read_bytes() for p in parts))
    for part in parts:
        part.unlink()
    return path


def _list_odd_pictures() -> Iterator[Case]:
    yield Case("huge canvas", lambda f: write_huge(f / "a.avi", 16384, 4096), refused=True)
    yield Case("huge strip", lambda f: write_huge(f / "a.avi", 65000, 2, frames=3), refused=True)
    yield Case("huge column", lambda f: write_huge(f / "a.avi", 2, 65000, frames=3), refused=True)
    yield Case("longest strip", lambda f: write_huge(f / "a.avi", 16384, 2, frames=3))
    yield Case("strip by its pixels' shape", lambda f: write_clip(f / "a.mp4", 3, size=(8192, 64), aspect=Fraction(39, 10)))
    yield Case("largest canvas", lambda f: write_huge(f / "a.avi", 8192, 4608, frames=4))
    yield Case("tiny", lambda f: write_clip(f / "a.mp4", 5, size=(2, 2)))
    yield Case("one pixel high", lambda f: write_huge(f / "a.avi", 320, 1, frames=3))
    yield Case("size changes", lambda f: _write_changing(f / "a.ts", f, [(320, 240), (160, 120), (480, 640)]))
    yield Case("size grows", lambda f: _write_changing(f / "a.ts", f, [(64, 48), (1920, 1080)]))
    yield Case("pictures of other sizes", lambda f: _write_jpegs(f / "a.avi", [(320, 240), (640, 480), (33, 17), (240, 320)] * 3))
    one_huge = [(320, 240)] * 4 + [(12000, 9000)] + [(320, 240)] * 4
    yield Case("one huge picture on the way", lambda f: _write_jpegs(f / "a.avi", one_huge))
    yield Case("header says tiny, all are huge", lambda f: _write_jpegs(f / "a.avi", [(12000, 9000)] * 2, (16, 16)), refused=True)
    yield Case("header says huge", lambda f: _write_jpegs(f / "a.avi", [(64, 48)] * 5, (30000, 30000)))
    yield Case("one frame", lambda f: write_clip(f / "a.mp4", 1))
    yield Case("two frames", lambda f: write_clip(f / "a.mp4", 2))
    yield Case("gray", lambda f: write_clip(f / "a.mp4", 10, pix_fmt="gray"))
    yield Case("4:4:4 of 10 bits", lambda f: write_clip(f / "a.mp4", 10, pix_fmt="yuv444p10le"))
    yield Case("palette", lambda f: write_clip(f / "a.mov", 4, codec="qtrle", pix_fmt="rgb24"))
    yield Case("a game's codec", lambda f: write_clip(f / "a.avi", 4, codec="cinepak", pix_fmt="rgb24"), refused=True)
    yield Case("matrix of zeros", lambda f: _spoil_matrix(write_clip(f / "a.mp4", 5, turn=90), bytes(36)))
    yield Case("matrix of noise", lambda f: _spoil_matrix(write_clip(f / "a.mp4", 5, turn=90), np.random.default_rng(3).bytes(36)))
    yield Case("matrix of ones", lambda f: _spoil_matrix(write_clip(f / "a.mp4", 5, turn=90), b"\x7f\xff\xff\xff" * 9))


def _spoil_matrix(path: Path, matrix: bytes) -> Path:
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44
    data[at : at + 36] = matrix
    path.write_bytes(bytes(data))
    return path


def _list_odd_times(base: Base) -> Iterator[Case]:
    hour = 3_600_000
    times: dict[str, list[int]] = {
        "a day between two frames": [0, 33, 24 * hour, 24 * hour + 33],
        "an hour between two frames": [0, 33, hour, hour + 33],
        "all in a fiftieth of a second": list(range(20)),
        "one frame every ten minutes": [k * hour // 6 for k in range(8)],
        "negative": [33 * k - hour for k in range(20)],
        "far from zero": [33 * k + 2**40 for k in range(20)],
    }
    for name, pts in times.items():
        yield Case(f"times: {name}", lambda f, pts=pts: _write_times(f / "a.mp4", pts))  # type: ignore[misc]
        from_zero = [p - min(0, pts[0]) for p in pts]
        yield Case(f"times: {name} (mkv)", lambda f, pts=from_zero: _write_times(f / "a.mkv", pts))  # type: ignore[misc]
    for fps in (0.05, 1.0, 1000.0):
        yield Case(f"times: {fps} frames/s", lambda f, fps=fps: write_clip(f / "a.mp4", 10, fps=fps))  # type: ignore[misc]
    # ISO 14496-12: stts how long each frame lasts, mdhd ticks a second and duration, tkhd and mvhd the duration once more
    for box, offset, value in [
        *[("stts", 16, v) for v in (0, 1, 0x7FFFFFFF, 0xFFFFFFFF)],
        *[("stts", 12, v) for v in (0, 0xFFFFFFFF)],
        *[("mdhd", 16, v) for v in (0, 1, 0x7FFFFFFF, 0xFFFFFFFF)],
        *[("mdhd", 20, v) for v in (0, 1, 0xFFFFFFFF)],
        *[("mvhd", 16, v) for v in (0, 1, 0xFFFFFFFF)],
        *[("stsz", 8, v) for v in (1, 0xFFFFFFFF)],
        *[("stsz", 12, v) for v in (0, 0x0FFFFFFF)],
        *[("stsc", 12, v) for v in (0, 0xFFFFFFFF)],
        *[("stco", 12, v) for v in (0, 0x7FFFFFFF)],
        *[("stss", 12, v) for v in (0, 0xFFFFFFFF)],
    ]:
        name = f"mp4 {box}+{offset} = {value:#x}"
        yield Case(name, lambda f, b=box, o=offset, v=value: _patch(f / "a.mp4", base.data, b, o, v))  # type: ignore[misc]


def _write_times(path: Path, milliseconds: list[int]) -> Path:
    return write_clip(path, len(milliseconds), pts=milliseconds, time_base=Fraction(1, 1000), codec="mjpeg", pix_fmt="yuvj420p")


def _patch(path: Path, data: bytes, box: str, offset: int, value: int) -> Path:
    """Put a 32-bit number into an MP4's box, ``offset`` bytes behind the box's name."""
    spoilt = bytearray(data)
    at = spoilt.rindex(box.encode())
    spoilt[at + offset : at + offset + 4] = struct.pack(">I", value)
    path.write_bytes(bytes(spoilt))
    return path


def _list_playlists(base: Base) -> Iterator[Case]:
    def make(folder: Path, text: str, ending: str) -> Path:
        (folder / "other.mp4").write_bytes(base.data)
        path = folder / f"a.{ending}"
        path.write_text(text)
        return path

    texts = {
        "concat": "ffconcat version 1.0\nfile other.mp4\n",
        "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nother.mp4\n#EXT-X-ENDLIST\n",
        "hls of the web": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
        "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>'
        '<Representation id="1"><BaseURL>other.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>',
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
        "svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        "subtitles": "1\n00:00:00,000 --> 00:00:10,000\nhello\n",
    }
    endings = {"concat": "ffconcat", "hls": "m3u8", "hls of the web": "m3u8", "dash": "mpd", "sdp": "sdp"}
    for name, text in texts.items():
        for ending in sorted({"mp4", endings.get(name, "mp4")}):
            yield Case(f"playlist: {name} as {ending}", lambda f, t=text, e=ending: make(f, t, e), refused=True)  # type: ignore[misc]


def main(folder: str, part: str = "") -> None:
    """Write the cases' files for a look at them."""
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    sample = Path(__file__).parents[2] / "sample_videos" / "hr_double_female_side.mp4"
    for number, case in enumerate(list_cases(make_bases(sample, root))):
        if part in case.name:
            own = root / f"{number:03}"
            own.mkdir(exist_ok=True)
            print(case.make(own), "--", case.name)


if __name__ == "__main__":
    main(*sys.argv[1:])
