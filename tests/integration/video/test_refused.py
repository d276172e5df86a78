"""What cannot be read is refused in one line, before it costs time or memory."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from formcheck.support.errors import InputError
from formcheck.video.opening import MAX_PIXELS
from formcheck.video.reader import MAX_DURATION_S, probe_video
from tests.helpers.clips import write_clip, write_huge, write_sound


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
