"""No file takes the program down: each ends in a report or in one line of plain words, in bounded time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.hostile import TAKE_ALL, Case, list_cases, make_bases

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the limits of the worker process are POSIX")

ROOT = Path(__file__).parents[3]
WORKERS = 2
# The landmarkers, the decoders and the libraries take some 500 MB; the largest canvas that is opened adds half a gigabyte.
MAX_PEAK_MB = 1500


def read_lines(text: str) -> dict[int, dict[str, Any]]:
    results: dict[int, dict[str, Any]] = {}
    for line in text.splitlines():
        entry = json.loads(line)
        results.setdefault(entry["number"], {}).update(entry)
    return results


@pytest.fixture(scope="module")
def cases(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    return list(list_cases(make_bases(sample_videos / "hr_double_female_side.mp4", tmp_path_factory.mktemp("bases"))))


@pytest.fixture(scope="module")
def results(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, Any]]:
    """How every case ended, from worker processes that each take every second one."""
    folder = tmp_path_factory.mktemp("hostile")
    temporary = folder / "tmp"
    temporary.mkdir()
    environment = os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}
    processes = []
    for first in range(WORKERS):
        (folder / f"{first}").mkdir()
        arguments = [str(sample_videos / "hr_double_female_side.mp4"), str(folder / f"{first}"), str(first), str(WORKERS)]
        command = [sys.executable, "-m", "tests.integration.robustness.worker", *arguments]
        with (folder / f"log{first}").open("w") as log:
            processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment))
    found: dict[int, dict[str, Any]] = {}
    for number, process in enumerate(processes):
        text, _ = process.communicate()
        found |= read_lines(text)
        log = (folder / f"log{number}").read_text(errors="replace")
        assert process.returncode == 0, f"{list(read_lines(text).values())[-1:]} ended the process:\n{log[-3000:]}"
    found[-1] = {"temporary": [p.name for p in temporary.iterdir()]}
    return found


def test_hundreds_of_files_were_tried(results: dict[int, dict[str, Any]], cases: list[Case]) -> None:
    assert len(cases) > (400 if TAKE_ALL else 150)
    assert {n for n in results if n >= 0} == set(range(len(cases)))
    assert len({c.name for c in cases}) == len(cases)


def list_failing(results: dict[int, dict[str, Any]], fails: Any) -> list[str]:
    return [f"{r['name']}: {r['ended']}: {r['words']}" for n, r in sorted(results.items()) if n >= 0 and fails(r)]


def test_each_ends_in_a_report_or_in_a_refusal(results: dict[int, dict[str, Any]]) -> None:
    assert list_failing(results, lambda r: r["ended"] not in ("report", "InputError")) == []


def test_a_refusal_is_one_line_of_bounded_length_that_names_the_file(results: dict[int, dict[str, Any]]) -> None:
    def is_bad(result: dict[str, Any]) -> bool:
        # a newline in the file's own name is made a space where the line is printed
        words = result["words"]
        return result["ended"] == "InputError" and ("Traceback" in words or len(words) > 600 or "/in/" not in words)

    assert list_failing(results, is_bad) == []


def test_a_file_that_is_not_a_video_is_refused_and_an_odd_video_is_not(
    results: dict[int, dict[str, Any]], cases: list[Case]
) -> None:
    wanted = {number: case.refused for number, case in enumerate(cases) if case.refused is not None}
    wrong = [
        results[n]["name"] + ": " + results[n]["words"]
        for n, refused in wanted.items()
        if (results[n]["ended"] != "report") != refused
    ]
    assert wrong == []


def test_none_takes_more_memory_than_the_largest_canvas(results: dict[int, dict[str, Any]]) -> None:
    assert max(r["peak_mb"] for n, r in results.items() if n >= 0) < MAX_PEAK_MB


def test_nothing_is_left_behind(results: dict[int, dict[str, Any]]) -> None:
    assert list_failing(results, lambda r: r["left"] or r["beside"]) == []
    assert results[-1]["temporary"] == []
