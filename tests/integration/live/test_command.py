"""`formcheck live`: its errors are one line with the right exit code, and a lost camera loses no repetition."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from formcheck.cli.live_window import film_set
from formcheck.live import LiveSetup
from formcheck.live.source import CameraLost, LiveFrame
from formcheck.report.schema import Athlete
from formcheck.support.errors import InputError
from formcheck.video.reader import probe_video
from tests.helpers.live_clips import frames, sample


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "formcheck.cli.main", "live", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--camera", "97", "--headless"), 3, "camera 97"),
        (("--source", "no-such-file.mp4", "--headless"), 3, "no-such-file.mp4"),
        (("--test", "--exercise", "half-kneeling"), 2, "--test"),
    ],
)
def test_a_set_that_cannot_be_filmed_is_refused_in_one_line(
    arguments: tuple[str, ...], code: int, words: str, tmp_path: Path
) -> None:
    done = run(*arguments, FORMCHECK_HOME=str(tmp_path))
    assert done.returncode == code
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_the_way_out_is_named() -> None:
    done = run("--source", str(sample("df_left_male_side")), DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 4
    assert "--headless" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_the_recording_of_a_killed_set_is_removed_by_the_next_one(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "formcheck.cli.main", "live", "--source", str(sample("df_left_male_side")), "--headless"]
    environment = os.environ | {"FORMCHECK_HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path)}
    filming = subprocess.Popen([*command, "--exercise", "half-kneeling"], env=environment, stderr=subprocess.DEVNULL)
    while not (recordings := [path for path in tmp_path.glob("home/workspace/*/*/*") if path.stat().st_size]):
        assert filming.poll() is None
        time.sleep(0.1)
    filming.kill()
    filming.wait()
    assert all(path.exists() for path in recordings)
    assert run("--source", "no-such-file.mp4", "--headless", FORMCHECK_HOME=str(tmp_path / "home")).returncode == 3
    assert list((tmp_path / "home" / "workspace").iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"home"}


def test_a_camera_that_is_unplugged_in_mid_set_leaves_its_repetitions(capsys: pytest.CaptureFixture[str]) -> None:
    def camera() -> Iterator[LiveFrame]:
        yield from frames("df_right_female_heellift", stop_s=6.5)
        raise CameraLost("camera 0: stopped sending pictures; the repetitions so far are kept")

    live = film_set(LiveSetup("half-kneeling", "right", Athlete(height_cm=156)), camera(), inline=True)
    state = live.state
    assert (state.ended, state.count) == ("camera", 1)
    report = live.analyze().report
    live.close()
    assert report.summary.rep_count == 1
    assert "the repetitions so far are kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    "error", [IndexError("list index out of range"), OSError("no such device"), RuntimeError("a driver's bug")]
)
def test_no_error_of_the_source_loses_what_was_filmed(error: Exception, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def source() -> Iterator[LiveFrame]:
        yield from frames("df_right_female_heellift", stop_s=1.0)
        raise error

    live = film_set(LiveSetup("half-kneeling", "right"), source(), inline=True)
    assert live.state.ended == "camera"
    assert "the reps so far are kept" in capsys.readouterr().err
    assert probe_video(live.keep(tmp_path / "kept.mp4")).duration_s > 0.8
    live.close()


def test_an_error_before_the_first_picture_is_the_sources_own() -> None:
    def source() -> Iterator[LiveFrame]:
        raise InputError("camera 0: cannot be opened")
        yield

    with pytest.raises(InputError, match="cannot be opened"):
        film_set(LiveSetup(), source(), inline=True)
