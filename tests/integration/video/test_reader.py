"""Every frame comes once, in order, upright, with the time at which it was filmed; what is written plays everywhere."""

from __future__ import annotations

import os
import struct
import sys
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.analysis.pipeline import Analysis
from formcheck.support.errors import InputError, OutputError
from formcheck.video.reader import MAX_DURATION_S, MAX_PIXELS, VideoInfo, probe_video, read_frames, scale_to
from formcheck.video.writer import VideoSink
from tests.helpers.clips import draw_number, read_number, write_clip, write_huge, write_late_sound, write_sound

KINDS = {
    "mp4 H.264": ("a.mp4", "libx264", "yuv420p"),
    "mov H.264": ("a.mov", "libx264", "yuv420p"),
    "mkv H.264": ("a.mkv", "libx264", "yuv420p"),
    "avi H.264": ("a.avi", "libx264", "yuv420p"),
    "ts H.264": ("a.ts", "libx264", "yuv420p"),
    "mp4 H.264 10 bit": ("a.mp4", "libx264", "yuv420p10le"),
    "mp4 HEVC": ("a.mp4", "libx265", "yuv420p"),
    "mov HEVC 10 bit": ("a.mov", "libx265", "yuv420p10le"),
    "webm VP9": ("a.webm", "libvpx-vp9", "yuv420p"),
    "webm VP8": ("a.webm", "libvpx", "yuv420p"),
    "avi MJPEG": ("a.avi", "mjpeg", "yuvj422p"),
    "mov MJPEG": ("a.mov", "mjpeg", "yuvj420p"),
    "mp4 MPEG-4": ("a.mp4", "mpeg4", "yuv420p"),
    "mov ProRes": ("a.mov", "prores_ks", "yuv422p10le"),
}


def numbers_and_times(
    info: VideoInfo, *, max_fps: float | None = None, start_s: float = 0.0, stop_s: float = float("inf")
) -> tuple[list[int], np.ndarray]:
    """What is written on the frames, and when they were filmed; of every frame unless ``max_fps`` says otherwise."""
    frames = [(read_number(f.gray()), f.time_s) for f in read_frames(info, max_fps=max_fps, start_s=start_s, stop_s=stop_s)]
    return [n for n, _ in frames], np.array([t for _, t in frames])


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_container_and_codec_gives_all_its_frames_at_their_times(tmp_path: Path, kind: str) -> None:
    name, codec, pix_fmt = KINDS[kind]
    info = probe_video(write_clip(tmp_path / name, 40, codec=codec, pix_fmt=pix_fmt))
    numbers, times = numbers_and_times(info)
    assert (info.width, info.height, info.rotation_deg) == (320, 240, 0)
    assert info.fps == pytest.approx(30.0, rel=0.01)
    assert numbers == list(range(40))
    np.testing.assert_allclose(times, np.arange(40) / 30, atol=1.1e-3)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("2026-03-03T18:30:00.000000Z", datetime(2026, 3, 3, 18, 30, tzinfo=UTC)),
        ("1970-01-01T00:00:00.000000Z", None),  # a clock that was never set
        ("2999-01-01T00:00:00.000000Z", None),
        (None, None),
    ],
)
def test_the_day_of_filming_is_the_cameras(tmp_path: Path, stored: str | None, expected: datetime | None) -> None:
    path = tmp_path / "a.mp4"
    write_clip(path, 3)
    if stored:
        with av.open(str(path)) as source, av.open(str(tmp_path / "b.mp4"), "w") as target:
            target.metadata["creation_time"] = stored
            stream = target.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(source.streams.video[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    target.mux(packet)
        path = tmp_path / "b.mp4"
    recorded_at = probe_video(path).recorded_at
    assert (datetime.fromisoformat(recorded_at) if recorded_at else None) == expected


def test_of_what_a_phone_writes_into_a_video_only_the_time_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "Ada Lovelace"
    folder.mkdir()
    write_clip(tmp_path / "a.mov", 3)
    tags = {
        "location": "+47.3769+008.5417/",
        "make": "Phonemaker",
        "model": "Phone 7",
        "artist": "Ada Lovelace",
        "comment": "at home",
    }
    with av.open(str(tmp_path / "a.mov")) as source, av.open(str(folder / "b.mov"), "w") as target:
        target.metadata.update(tags)
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    info = probe_video(folder / "b.mov")
    assert b"+47.3769" in info.path.read_bytes()
    read = repr(replace(info, path=Path(info.path.name)))
    assert not [value for value in tags.values() if value.strip("/") in read]


def test_a_report_carries_the_videos_name_and_not_its_folder(sample_analysis: Analysis) -> None:
    path = sample_analysis.info.path
    text = sample_analysis.report.model_dump_json()
    assert path.name in text
    assert str(path.parent) not in text
    assert path.parent.name not in text


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_phone_held_any_way_round_gives_upright_frames(tmp_path: Path, turn: int) -> None:
    info = probe_video(write_clip(tmp_path / "a.mp4", 3, size=(240, 320), turn=turn))
    assert (info.width, info.height, info.rotation_deg) == (240, 320, turn)
    picture = next(iter(read_frames(info))).rgb()
    assert picture.shape == (320, 240, 3)
    lower_left, lower_right = picture[280, 60].astype(int), picture[280, 180].astype(int)
    assert lower_left[0] > lower_left[2] + 100, "red belongs to the lower left"
    assert lower_right[2] > lower_right[0] + 100, "blue belongs to the lower right"


def test_uneven_frame_times_are_the_files_own(tmp_path: Path) -> None:
    """Phones slow down in the dark: 30 frames a second become 24, then 15."""
    steps = [3000] * 20 + [3750] * 20 + [6000] * 20
    pts = np.concatenate([[0], np.cumsum(steps)])
    info = probe_video(write_clip(tmp_path / "a.mp4", len(pts), pts=pts.tolist()))
    numbers, times = numbers_and_times(info)
    assert numbers == list(range(len(pts)))
    np.testing.assert_allclose(times, pts / 90_000, atol=1e-4)


@pytest.mark.parametrize("limit", [15.0, 30.0])
@pytest.mark.parametrize("fps", [50.0, 60.0, 120.0, 240.0])
def test_faster_video_is_thinned_to_about_the_limit_with_true_times(tmp_path: Path, fps: float, limit: float) -> None:
    info = probe_video(write_clip(tmp_path / "a.mp4", 240, fps=fps))
    numbers, times = numbers_and_times(info, max_fps=limit)
    np.testing.assert_allclose(times, np.array(numbers) / fps, atol=1e-3)
    assert len(times) / (240 / fps) == pytest.approx(limit, rel=0.1)
    assert np.diff(times).max() < 2.0 / limit
    assert numbers_and_times(info)[0] == list(range(240))


@pytest.mark.parametrize("fps", [24.0, 25.0, Fraction(30000, 1001)])
def test_video_slower_than_the_limit_is_not_thinned(tmp_path: Path, fps: float) -> None:
    info = probe_video(write_clip(tmp_path / "a.mp4", 50, fps=fps))
    assert numbers_and_times(info, max_fps=30.0)[0] == list(range(50))
    assert info.fps == pytest.approx(float(fps), rel=1e-3)


@pytest.mark.parametrize("start_s", [0.0, 1.49])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_frames_are_found_again_by_their_times(tmp_path: Path, kind: str, start_s: float) -> None:
    name, codec, pix_fmt = KINDS[kind]
    info = probe_video(write_clip(tmp_path / name, 90, codec=codec, pix_fmt=pix_fmt))
    first = list(read_frames(info, max_fps=10.0))
    again = list(read_frames(info, times_s=np.array([f.time_s for f in first]), start_s=start_s))
    expected = [f for f in first if f.time_s >= start_s]
    assert 30 <= len(first) <= 31
    assert [f.time_s for f in again] == [f.time_s for f in expected]
    for one, other in zip(expected, again, strict=True):
        np.testing.assert_array_equal(one.gray(), other.gray())


@pytest.mark.parametrize("kind", ["mp4 H.264", "mp4 HEVC", "webm VP9", "mov MJPEG"])
def test_more_decoder_threads_give_the_same_frames(tmp_path: Path, kind: str) -> None:
    name, codec, pix_fmt = KINDS[kind]
    info = probe_video(write_clip(tmp_path / name, 90, codec=codec, pix_fmt=pix_fmt))
    one, *others = (list(read_frames(info, max_fps=15.0, start_s=0.7, stop_s=2.5, threads=n)) for n in (1, 2, 3))
    assert len(one) >= 26
    for other in others:
        assert [f.time_s for f in other] == [f.time_s for f in one]
        for mine, theirs in zip(one, other, strict=True):
            np.testing.assert_array_equal(mine.gray(), theirs.gray())


def test_frames_that_are_not_needed_are_not_decoded(tmp_path: Path) -> None:
    """x264 predicts nothing from every other frame here: damage to them is not even noticed."""
    options = {"x264-params": "b-adapt=0:bframes=3:b-pyramid=normal:keyint=60:scenecut=0"}
    path = write_clip(tmp_path / "a.mp4", 60, options=options)
    info = probe_video(path)
    # after damage in the very last packet the decoder gives up what it still held, so the end is left out
    times = np.array([f.time_s for f in read_frames(info, max_fps=15.0, stop_s=1.8)])
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        unneeded = [p for p in container.demux(video=0) if p.size and not p.is_keyframe and bytes(p)[4] >> 5 & 3 == 0]
        unneeded = [p for p in unneeded if np.abs(times - float(p.pts * p.time_base)).min() > 0.01]
    for packet in unneeded:
        assert packet.pos is not None
        data[packet.pos + 6 : packet.pos + packet.size] = bytes(packet.size - 6)
    assert 20 <= len(unneeded) <= 35
    path.write_bytes(bytes(data))
    again = [(read_number(f.gray()), f.time_s) for f in read_frames(info, times_s=times)]
    assert [n for n, _ in again] == [round(30 * t) for t in times]
    np.testing.assert_allclose([t for _, t in again], times)


def test_a_60_fps_clip_with_jittering_times_is_thinned_without_holes(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    pts = (np.arange(240) * 1500 + rng.integers(-300, 300, 240)).tolist()
    pts[0] = 0
    info = probe_video(write_clip(tmp_path / "a.mp4", 240, pts=pts))
    numbers, times = numbers_and_times(info, max_fps=30.0)
    np.testing.assert_allclose(times, np.array(pts)[numbers] / 90_000, atol=1e-4)
    assert 105 <= len(times) <= 130


@pytest.mark.parametrize("size", [(321, 241), (319, 240), (1, 200), (200, 1), (2, 2), (17, 33)], ids=str)
def test_odd_and_tiny_sizes_are_read(tmp_path: Path, size: tuple[int, int]) -> None:
    path = write_clip(tmp_path / "a.mov", 3, codec="png", pix_fmt="rgb24", size=size)
    info = probe_video(path)
    assert (info.width, info.height) == size
    frames = [f.rgb(480).shape[:2] for f in read_frames(info, max_fps=None)]
    assert frames == [(max(2, size[1]), max(2, size[0]))] * 3


def test_pixels_that_are_not_square_give_the_size_that_a_player_shows(tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "a.mp4", 3, size=(360, 288), aspect=Fraction(16, 11)))
    assert (info.width, info.height) == (round(360 * 16 / 11), 288)


def test_sound_beside_the_picture_does_not_matter(tmp_path: Path) -> None:
    assert numbers_and_times(probe_video(write_clip(tmp_path / "a.mp4", 30, sound=True)))[0] == list(range(30))


def test_sound_that_begins_in_mid_file_does_not_matter(tmp_path: Path) -> None:
    info = probe_video(write_late_sound(tmp_path / "late.flv", seconds=9.0, sound_s=7.0))
    for _ in range(3):  # what PyAV does with the stream depends on what lies in memory
        assert [read_number(frame.rgb()) for frame in read_frames(info)] == list(range(135))


@pytest.mark.parametrize("first", [-45_000, -3_000, 900_000, 90_000 * 3600 * 30], ids=["-0.5 s", "-1 frame", "10 s", "30 h"])
@pytest.mark.parametrize("name", ["a.mkv", "a.ts", "a.mp4"])
def test_times_count_from_the_first_frame_for_any_start_of_the_files_clock(tmp_path: Path, name: str, first: int) -> None:
    if name == "a.mkv" and first < 0:
        pytest.skip("Matroska is written from zero on")
    pts = [first + 3000 * k for k in range(30)]
    try:
        write_clip(tmp_path / name, 30, pts=pts)
    except av.error.FFmpegError:
        pytest.skip("this container cannot hold such times")
    numbers, times = numbers_and_times(probe_video(tmp_path / name))
    assert times[0] == 0.0
    # what lies before zero is cut off by MP4's edit list, in every player
    np.testing.assert_allclose(times, (np.array(numbers) - numbers[0]) / 30, atol=2e-3)
    assert numbers == list(range(max(0, -first // 3000) if name == "a.mp4" else 0, 30))


def test_frames_without_a_time_of_their_own_follow_each_other(tmp_path: Path) -> None:
    """AVI stores no presentation times, so a decoder that puts B-frames in order has none for some of them."""
    info = probe_video(write_clip(tmp_path / "a.avi", 60, codec="mpeg4", options={"bf": "2"}))
    numbers, times = numbers_and_times(info)
    assert numbers == sorted(numbers)
    assert len(numbers) >= 58
    assert (np.diff(times) > 0).all()
    assert times[-1] == pytest.approx(59 / 30, abs=0.15)


def test_one_frame_with_an_absurd_time_is_left_out_and_the_others_stay_where_they_were(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 60, options={"x264-params": "b-adapt=0:bframes=2"})
    data = bytearray(path.read_bytes())
    at = data.index(b"ctts")  # how much later than decoded each frame is shown (ISO 14496-12, 8.6.1.3)
    count = struct.unpack(">I", data[at + 8 : at + 12])[0]
    single = [e for e in range(at + 12, at + 12 + 8 * count, 8) if data[e : e + 4] == bytes([0, 0, 0, 1])]
    entry = single[len(single) // 2]
    data[entry + 4 : entry + 8] = struct.pack(">I", 0x7FFFFFF0)
    path.write_bytes(bytes(data))
    numbers, times = numbers_and_times(probe_video(path))
    assert len(numbers) == 59
    np.testing.assert_allclose(times, np.array(numbers) / 30, atol=2e-3)


def test_a_clock_that_is_set_back_goes_on_counting(tmp_path: Path) -> None:
    """Cameras that split recordings start each part at zero; the parts joined are one video."""
    part = write_clip(tmp_path / "part.ts", 60).read_bytes()
    path = tmp_path / "a.ts"
    path.write_bytes(part + part)
    numbers, times = numbers_and_times(probe_video(path))
    assert len(numbers) >= 118
    assert (np.diff(times) > 0).all()
    assert times[-1] == pytest.approx(4.0, abs=0.2)


def test_data_appended_during_reading_are_not_waited_for(tmp_path: Path) -> None:
    """A file that somebody is still writing ends where it ended when it was opened."""
    path = write_clip(tmp_path / "a.ts", 60)
    part, info = path.read_bytes(), probe_video(path)
    count = 0
    for _ in read_frames(info, max_fps=None):
        count += 1
        with path.open("ab") as file:
            file.write(part)
    assert 50 <= count <= 120


def test_parts_cover_every_frame_exactly_once(tmp_path: Path) -> None:
    """The analysis reads a file in parallel stretches: key frames lie anywhere, B-frames reach over the seams."""
    info = probe_video(write_clip(tmp_path / "a.mp4", 240, options={"x264-params": "keyint=37:b-adapt=0:bframes=3"}))
    for parts in (2, 3, 7):
        borders = [info.duration_s * k / parts for k in range(parts)] + [float("inf")]
        numbers = [n for start, stop in pairwise(borders) for n in numbers_and_times(info, start_s=start, stop_s=stop)[0]]
        assert numbers == list(range(240)), parts


@pytest.mark.parametrize("kind", ["mkv H.264", "avi MJPEG", "webm VP9", "ts H.264", "avi H.264"])
def test_reading_from_the_middle_starts_at_the_right_frame_in_every_container(tmp_path: Path, kind: str) -> None:
    name, codec, pix_fmt = KINDS[kind]
    info = probe_video(write_clip(tmp_path / name, 90, codec=codec, pix_fmt=pix_fmt))
    whole, times = numbers_and_times(info)
    later, later_times = numbers_and_times(info, start_s=1.49)
    assert later == [n for n, t in zip(whole, times, strict=True) if t >= 1.49]
    np.testing.assert_allclose(later_times, times[-len(later) :], atol=1e-6)


def test_a_picture_never_grows_and_keeps_its_shape(tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "a.mp4", 2, size=(640, 480)))
    frame = next(iter(read_frames(info)))
    assert frame.rgb(240).shape == (240, 320, 3)
    assert frame.gray(240).shape == (240, 320)
    assert frame.rgb(10_000).shape == (480, 640, 3)
    assert scale_to(info, 240) == 0.5
    assert scale_to(info, None) == 1.0


# What cannot be read


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda p: p, "no such file"),
        (lambda p: p.mkdir() or p, "folder"),
        (lambda p: p.write_bytes(b"") or p, "empty"),
        (lambda p: p.write_text("These are not the frames.\n" * 5000) and p, "not a video"),
        (lambda p: p.write_bytes(np.random.default_rng(1).bytes(100_000)) and p, "not a video"),
        (lambda p: write_sound(p), "sound only"),
    ],
    ids=["missing", "folder", "empty", "text", "noise", "sound"],
)
def test_a_file_that_is_not_a_video_is_refused_with_a_message(tmp_path: Path, make: object, word: str) -> None:
    path = make(tmp_path / "a.mp4")  # type: ignore[operator]
    with pytest.raises(InputError, match=word) as caught:
        probe_video(path)
    assert "a.mp4" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp4")
    with pytest.raises(InputError, match="pipe"):
        probe_video(tmp_path / "a.mp4")


@pytest.mark.parametrize("name", ["x" * 300 + ".mp4", "a\0b.mp4"], ids=["too long", "NUL"])
def test_impossible_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        probe_video(f"{tmp_path}/{name}")


def test_a_playlist_opens_no_other_file(tmp_path: Path) -> None:
    other = write_clip(tmp_path / "private.mp4", 5)
    playlists = {
        "concat": f"ffconcat version 1.0\nfile '{other.name}'\n",
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{other.name}\n#EXT-X-ENDLIST\n",
        "web": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
    }
    for ending in ("mp4", "m3u8", "ffconcat"):
        for text in playlists.values():
            playlist = tmp_path / f"list.{ending}"
            playlist.write_text(text)
            with pytest.raises(InputError):
                probe_video(playlist)


def test_a_canvas_beyond_the_limit_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = write_huge(tmp_path / "a.avi", 16384, 2400)
    assert path.stat().st_size < 3_000_000
    assert MAX_PIXELS < 16384 * 2400
    with pytest.raises(InputError, match="larger than formcheck opens"):
        probe_video(path)


def test_codecs_that_no_camera_uses_are_refused(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 3, codec="cinepak", pix_fmt="rgb24")
    with pytest.raises(InputError, match="codec cinepak"):
        probe_video(path)


def test_a_recording_of_many_hours_is_refused_by_its_length(tmp_path: Path) -> None:
    pts = [0, 3000, round(90_000 * (MAX_DURATION_S + 3600))]
    with pytest.raises(InputError, match="hours"):
        probe_video(write_clip(tmp_path / "a.mp4", 3, pts=pts))


# What is written


def write_film(path: Path, frames: int = 30, width: int = 320, height: int = 240, fps: float = 30.0) -> Path:
    with VideoSink(path, width, height, fps) as sink:
        for number in range(frames):
            sink.write(draw_number(number, width, height), number / fps)
    return path


def test_the_written_video_is_h264_in_mp4_that_browsers_play(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert "mp4" in container.format.name
    # a browser begins to play before all of it is there if the index comes first
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert numbers_and_times(probe_video(path))[0] == list(range(30))


@pytest.mark.parametrize("size", [(320, 240), (321, 241), (2, 2), (3, 5)], ids=str)
def test_odd_sizes_lose_a_line_and_are_written(tmp_path: Path, size: tuple[int, int]) -> None:
    info = probe_video(write_film(tmp_path / "a.mp4", 3, *size))
    assert (info.width, info.height) == (size[0] // 2 * 2, size[1] // 2 * 2)


def test_frame_times_are_kept_and_made_to_rise(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.04, 0.5, 0.51]
    with VideoSink(tmp_path / "a.mp4", 320, 240) as sink:
        for number, time_s in enumerate(times):
            sink.write(draw_number(number), time_s)
    numbers, read = numbers_and_times(probe_video(tmp_path / "a.mp4"))
    assert numbers == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(read, times, atol=2e-3)
    assert (np.diff(read) > 0).all()


def test_a_failure_while_writing_leaves_what_was_there_before(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("the one before")

    def fail() -> None:
        with VideoSink(path, 320, 240) as sink:
            sink.write(draw_number(1), 0.0)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert path.read_text() == "the one before"
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


def test_a_video_without_a_frame_or_of_no_size_is_an_error_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError), VideoSink(tmp_path / "a.mp4", 320, 240):
        pass
    with pytest.raises(OutputError), VideoSink(tmp_path / "b.mp4", 1, 240):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_made_and_one_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    write_film(tmp_path / "new" / "folder" / "a.mp4", 2)
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="choose another place"):
        write_film(tmp_path / "file" / "a.mp4", 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("share", [0.0, 0.02, 0.2, 0.5, 0.8, 0.95, 0.98, 0.99, 0.995, 0.999])
def test_a_disk_that_is_full_at_any_point_is_an_error_and_never_a_broken_video(tmp_path: Path, share: float) -> None:
    """A limit on the size of files stands in for a full disk; the index is moved to the front at the very end."""
    import resource

    whole = write_film(tmp_path / "whole.mp4", 60)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(whole.stat().st_size * share), limits[1]))
    try:
        with pytest.raises(OutputError, match=r"disk (is )?full"):
            write_film(tmp_path / "a.mp4", 60)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [p.name for p in tmp_path.iterdir()] == ["whole.mp4"]
