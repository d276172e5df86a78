"""The demo analyzes its sample, writes every output, and opens the report only where somebody sits."""

from __future__ import annotations

import json
import subprocess
import sys
import webbrowser
from pathlib import Path

import pytest

from formcheck.cli.demo import is_desktop, open_page
from formcheck.support.errors import OutputError


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("demo") / "new" / "folder"
    command = [sys.executable, "-m", "formcheck.cli.main", "demo", "--out", str(out), "--no-open"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")  # what the native libraries say of themselves is not for the user
    return out, done.stdout


def test_the_demo_writes_every_output(demo: tuple[Path, str]) -> None:
    out, _ = demo
    assert {"".join(p.suffixes) for p in out.iterdir()} == {".html", ".annotated.mp4", ".json", ".csv"}


def test_the_demo_finds_what_the_sample_shows(demo: tuple[Path, str]) -> None:
    report = json.loads(next(demo[0].glob("*.json")).read_text(encoding="utf-8"))
    assert report["exercise"] == "half-kneeling"
    assert report["side"] == "right"
    assert [rep["faults"] for rep in report["reps"]] == [[], ["heel-lifted"], [], ["heel-lifted"]]


def test_the_demo_ends_with_the_path_of_the_report(demo: tuple[Path, str]) -> None:
    out, printed = demo
    page = next(out.glob("*.html"))
    assert printed.rstrip().endswith(str(page.resolve()))
    assert "Heel lifted on reps 2 and 4" in printed


def test_without_a_terminal_nothing_is_opened() -> None:
    assert not is_desktop()


def test_a_browser_that_cannot_start_is_not_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(url: str) -> bool:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "open", fail)
    assert open_page(tmp_path / "report.html") is False


def test_an_unwritable_folder_is_reported_before_the_work_starts(tmp_path: Path) -> None:
    from formcheck.cli.demo import run_demo

    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="choose another folder"):
        run_demo(tmp_path / "file" / "out")
