"""A live recording holds every frame at its own time, in a private folder."""

from __future__ import annotations

import stat

import numpy as np
import pytest

from formcheck.live import LiveSet
from formcheck.live.recorder import Recorder
from formcheck.support.errors import InputError, OutputError
from formcheck.video.reader import probe_video, read_frames


def picture(level: int) -> np.ndarray:
    return np.full((48, 64, 3), level, np.uint8)


@pytest.mark.parametrize("inline", [True, False])
def test_a_recording_keeps_every_frame_with_its_own_time(inline: bool) -> None:
    recorder = Recorder(inline=inline)
    times = [0.0, 0.033, 0.1, 0.133, 0.4]
    for number, time_s in enumerate(times):
        recorder.write(picture(40 * number), 7.0 + time_s)
    path = recorder.finish()
    assert path is not None
    info = probe_video(path)
    assert [frame.time_s for frame in read_frames(info, max_fps=None)] == pytest.approx(times, abs=0.001)
    recorder.discard()


def test_the_folder_is_private_and_is_removed() -> None:
    recorder = Recorder(inline=True)
    assert stat.S_IMODE(recorder.folder.stat().st_mode) == 0o700
    recorder.write(picture(0), 0.0)
    recorder.discard()
    assert not recorder.folder.exists()


def test_a_restarted_recording_holds_only_later_frames() -> None:
    recorder = Recorder(inline=True)
    for time_s in (0.0, 0.1, 0.2):
        recorder.write(picture(0), time_s)
    recorder.restart()
    for time_s in (5.0, 5.1):
        recorder.write(picture(200), time_s)
    path = recorder.finish()
    assert path is not None
    assert [f.time_s for f in read_frames(probe_video(path), max_fps=None)] == pytest.approx([0.0, 0.1], abs=0.001)
    recorder.discard()


def test_a_folder_that_cannot_be_written_is_reported_at_the_end() -> None:
    recorder = Recorder(inline=True)
    recorder.folder.rmdir()
    recorder.folder.write_bytes(b"")
    recorder.write(picture(0), 0.0)
    with pytest.raises(OutputError, match="cannot be written"):
        recorder.finish()
    recorder.folder.unlink()


def test_a_set_without_a_frame_is_an_error() -> None:
    live = LiveSet(inline=True)
    with pytest.raises(InputError, match="nothing was filmed"):
        live.analyze()
    live.close()
