"""What is written plays everywhere, and a failure leaves no broken file."""

from __future__ import annotations

import sys
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.support.errors import OutputError
from formcheck.video.reader import probe_video
from formcheck.video.writer import VideoSink
from tests.helpers.clips import draw_number, numbers_and_times


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
