"""The command line as it is typed: exit codes, one line for an error, pure JSON, outputs where they were asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from formcheck.pose.bundles import BUNDLE_NAMES
from tests.helpers.clips import cut_clip, write_clip

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the full disk and the pipes are POSIX")


def formcheck(
    *arguments: str | Path, folder: Path, stdout: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "formcheck.cli.main", *map(str, arguments)],
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"FORMCHECK_HOME": str(folder / "home"), **environment},
        timeout=300,
        check=False,
    )


def check_error(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """One line that says what is wrong, and the contract's exit code."""
    assert done.returncode == code, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.startswith("formcheck: ")
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr
    assert not done.stdout


@pytest.fixture(scope="module")
def clip(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of a person."""
    return cut_clip(sample_videos / "hr_double_female_side.mp4", tmp_path_factory.mktemp("clip") / "set.mp4", 0.0, 1.0)


def test_a_saved_set_says_whose_history_it_is_in_and_that_it_counts_once(tmp_path: Path, clip: Path) -> None:
    save = ("analyze", clip, "--model", "lite", "--save", "--athlete", "Ada")
    assert formcheck(*save, folder=tmp_path).stdout.endswith("Saved to the history of Ada as set 1.\n")
    assert formcheck(*save, folder=tmp_path).stdout.endswith("This set was in the history of Ada already, as set 1.\n")


@pytest.mark.parametrize("command", ["analyze {clip}", "live --source {clip} --headless"])
def test_a_set_that_could_be_of_several_people_is_refused_before_it_is_filmed(tmp_path: Path, clip: Path, command: str) -> None:
    for name in ("Ada", "Bob"):
        formcheck("history", "athletes", "--add", name, folder=tmp_path)
    done = formcheck(*command.format(clip=clip).split(), "--json", "set.json", "--save", folder=tmp_path)
    check_error(done, 2, "several athletes (Ada, Bob)", "--athlete NAME")
    assert not (tmp_path / "set.json").exists()


def test_all_outputs_are_written_and_the_summary_lists_their_paths(tmp_path: Path, clip: Path) -> None:
    done = formcheck("analyze", clip, "--model", "lite", "--out", "out", folder=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    written = ["set.annotated.mp4", "set.csv", "set.html", "set.json", "set.pdf"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == written
    for name in written:
        assert f"out/{name}" in done.stdout
    assert json.loads((tmp_path / "out" / "set.json").read_text())["schema"] == "formcheck.report/1"


def test_json_on_standard_output_is_nothing_but_json(tmp_path: Path, clip: Path) -> None:
    done = formcheck("analyze", clip, "--model", "lite", "--json", "-", "--series", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["video"]["file"] == "set.mp4"
    assert report["reps"] == []
    assert len(report["series"]["time_s"]) == report["video"]["frames"]


def test_a_name_that_begins_with_a_dash_or_holds_a_newline_works(tmp_path: Path, clip: Path) -> None:
    for name in ("-n.mp4", "new\nline 'and' \"more\".mp4"):
        (tmp_path / name).write_bytes(clip.read_bytes())
        done = formcheck("analyze", "--model", "lite", "--json", "-", "--", name, folder=tmp_path)
        assert json.loads(done.stdout)["video"]["file"] == name


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["analyze"], "video"),
        (["analyze", "a.mp4", "--side", "top"], "top"),
        (["analyze", "a.mp4", "--exercise", "squat"], "squat"),
        (["analyze", "a.mp4", "--height-cm", "12"], "--height-cm is 12"),
        (["analyze", "a.mp4", "--height-cm", "nan"], "--height-cm"),
        (["analyze", "a.mp4", "--mass-kg", "-5"], "--mass-kg"),
        (["analyze", "a.mp4", "--roll-deg", "nan"], "--roll-deg"),
        (["analyze", "a.mp4", "--nonsense"], "--nonsense"),
        (["frobnicate"], "frobnicate"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_wrong_usage_is_2(tmp_path: Path, arguments: list[str], word: str) -> None:
    check_error(formcheck(*arguments, folder=tmp_path), 2, word)


def test_an_output_is_never_written_over_the_video_or_another_output(tmp_path: Path, clip: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(clip.read_bytes())
    check_error(formcheck("analyze", "a.mp4", "--annotated", "./a.mp4", folder=tmp_path), 2, "over the video itself")
    check_error(formcheck("analyze", "a.mp4", "--json", "x", "--csv", "x", folder=tmp_path), 2, "over another output")
    assert path.read_bytes() == clip.read_bytes()


@pytest.mark.parametrize("kind", ["missing", "folder", "empty", "text", "nobody"])
def test_an_input_that_cannot_be_used_is_3(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.mp4"
    if kind == "folder":
        path.mkdir()
    elif kind == "nobody":
        write_clip(path, 8)
    elif kind != "missing":
        path.write_text("" if kind == "empty" else "no video\n" * 999)
    check_error(formcheck("analyze", "a.mp4", "--model", "lite", "--out", "out", folder=tmp_path), 3, "a.mp4")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--json", "--csv", "--annotated", "--html", "--out"])
def test_an_output_that_cannot_be_written_is_4_before_the_work(tmp_path: Path, clip: Path, option: str) -> None:
    """A file where the folder should be: that stops even an administrator, whom permissions do not."""
    (tmp_path / "file").write_text("x")
    check_error(formcheck("analyze", clip, option, "file/a", folder=tmp_path), 4, "file")
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_standard_output_on_a_full_disk_is_4(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = formcheck("models", folder=tmp_path, stdout=full.fileno())
    assert done.returncode == 4
    assert len(done.stderr.splitlines()) == 1


def test_the_models_are_listed_with_checksum_and_license(tmp_path: Path) -> None:
    done = formcheck("models", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout.count("SHA-256") == len(BUNDLE_NAMES)
    assert "Apache-2.0" in done.stdout


def test_an_unexpected_error_is_one_line_that_names_the_log(tmp_path: Path, clip: Path) -> None:
    """A folder that is no Python package in a library's place: no such error was foreseen."""
    (tmp_path / "cv2").mkdir()
    (tmp_path / "cv2" / "__init__.py").write_text("raise RuntimeError('not this one')")
    done = formcheck("analyze", clip, folder=tmp_path, PYTHONPATH=str(tmp_path), TMPDIR=str(tmp_path))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "RuntimeError" in done.stderr
    logs = list(tmp_path.glob("formcheck-*.log"))
    assert len(logs) == 1
    assert str(logs[0]) in done.stderr
    assert "not this one" in logs[0].read_text()


def test_help_names_the_commands(tmp_path: Path) -> None:
    done = formcheck("--help", folder=tmp_path)
    assert done.returncode == 0
    assert "analyze" in done.stdout
