"""Work in a process of its own: what happens to it happens to one job, and it never outlives the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from formcheck.app.analyze.results import Request, Result, make_result
from formcheck.app.analyze.starting import load_libraries
from formcheck.app.shared.jobs import UNEXPECTED, JobQueue, JobStatus
from formcheck.app.shared.worker_process import BROKE_OFF, Helpers
from formcheck.report.schema import Athlete
from tests.helpers import tasks
from tests.helpers.clips import cut_clip
from tests.unit.app.test_jobs import end_of

Progress = Callable[[float, str], None]
WAIT_S = 60.0
SERVER = """
import pathlib, sys
from formcheck.app.shared.worker_process import Helpers
from tests.helpers.tasks import never_end
Helpers().run(never_end, pathlib.Path(sys.argv[1]), progress=lambda share, stage: None)
"""


@pytest.fixture
def helpers() -> Iterator[Helpers]:
    made = Helpers()
    yield made
    made.close()


def wait_for(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def number_in(path: Path) -> int:
    """The number of the process that a task has written down, once it has."""
    wait_for(path.exists, "the task did not begin")
    return int(path.read_text(encoding="ascii"))


def is_gone(number: int) -> bool:
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def submit(queue: JobQueue, helpers: Helpers, task: Callable[..., Any], path: Path) -> str:
    return queue.submit("anna", lambda progress: helpers.run(task, path, progress=progress))


def run(queue: JobQueue, helpers: Helpers, task: Callable[..., Any], path: Path) -> JobStatus:
    return end_of(queue, submit(queue, helpers, task, path), "anna")


def test_tasks_are_done_in_one_process_that_is_not_this_one(helpers: Helpers, tmp_path: Path) -> None:
    queue = JobQueue()
    paths = [tmp_path / name for name in ("first", "second")]
    assert [run(queue, helpers, tasks.note, path).state for path in paths] == ["done", "done"]
    first, second = (number_in(path) for path in paths)
    assert first == second != os.getpid()


def test_a_warmed_process_has_its_libraries_before_the_first_task(helpers: Helpers, tmp_path: Path) -> None:
    helpers.warm(load_libraries)
    wait_for(lambda: bool(helpers._idle), "the process did not load")
    helpers.warm(load_libraries)  # it is there already: no second one
    done = tmp_path / "loaded"
    helpers.run(tasks.list_loaded, done, progress=lambda share, stage: None)
    loaded = set(done.read_text(encoding="ascii").split())
    assert {"mediapipe", "cv2", "av", "onnxruntime", "formcheck.analysis.pipeline"} <= loaded
    assert len(helpers._idle) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_a_killed_process_costs_its_job_and_the_next_one_is_done(helpers: Helpers, tmp_path: Path) -> None:
    queue = JobQueue()
    job = submit(queue, helpers, tasks.never_end, tmp_path / "first")
    os.kill(number_in(tmp_path / "first"), signal.SIGKILL)
    status = end_of(queue, job, "anna")
    assert (status.state, status.error) == ("failed", BROKE_OFF)
    assert run(queue, helpers, tasks.note, tmp_path / "second").state == "done"
    # and one that is killed while it waits costs nothing
    os.kill(number_in(tmp_path / "second"), signal.SIGKILL)
    wait_for(lambda: is_gone(number_in(tmp_path / "second")), "it lives on")
    assert run(queue, helpers, tasks.note, tmp_path / "third").state == "done"


def test_a_crash_in_native_code_costs_its_job_and_the_next_one_is_done(helpers: Helpers, tmp_path: Path) -> None:
    queue = JobQueue()
    status = run(queue, helpers, tasks.crash, tmp_path / "first")
    assert (status.state, status.error) == ("failed", BROKE_OFF)
    assert run(queue, helpers, tasks.note, tmp_path / "second").state == "done"


def test_errors_come_back_in_their_own_words_or_as_a_bug(
    helpers: Helpers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    queue = JobQueue()
    assert run(queue, helpers, tasks.refuse, tmp_path).error == "this is no video"
    assert run(queue, helpers, tasks.fail, tmp_path).error == UNEXPECTED
    assert "a bug of ours" in caplog.text
    assert run(queue, helpers, tasks.note, tmp_path / "next").state == "done"


def test_a_cancelled_job_ends_with_its_process_even_if_it_reports_no_progress(helpers: Helpers, tmp_path: Path) -> None:
    queue = JobQueue()
    job = submit(queue, helpers, tasks.never_end, tmp_path / "first")
    number = number_in(tmp_path / "first")
    queue.cancel(job, "anna")
    assert end_of(queue, job, "anna").state == "cancelled"
    assert is_gone(number)
    assert run(queue, helpers, tasks.note, tmp_path / "second").state == "done"


def test_a_process_that_has_nothing_to_do_ends(tmp_path: Path) -> None:
    helpers = Helpers(idle_s=0.1)
    helpers.run(tasks.note, tmp_path / "first", progress=lambda share, stage: None)
    wait_for(lambda: is_gone(number_in(tmp_path / "first")), "it stays for ever")
    helpers.run(tasks.note, tmp_path / "second", progress=lambda share, stage: None)
    helpers.close()


def test_it_does_not_outlive_a_killed_server(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path / "first")], env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    number = number_in(tmp_path / "first")
    server.kill()
    server.wait()
    wait_for(lambda: is_gone(number), "it lives on without its server")


def test_a_result_is_the_same_as_one_made_in_this_process(helpers: Helpers, sample_videos: Path, tmp_path: Path) -> None:
    clip = cut_clip(sample_videos / "hr_double_female_side.mp4", tmp_path / "set.mp4", 0.5, 4.0)
    results = []
    for name in ("here", "apart"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "upload").write_bytes(clip.read_bytes())
        request = Request(folder / "upload", "my set.mp4", Athlete(height_cm=165), "heel-raise", "both")
        if name == "here":
            make_result(request, folder, lambda share, stage: None)
        else:
            helpers.run(make_result, request, folder, progress=lambda share, stage: None)
        results.append(Result(folder))
    here, apart = results
    assert here.report == apart.report
    assert here.report.summary.rep_count == 1
    assert here.csv == apart.csv
    assert here.pictures == apart.pictures
    assert {p.name for p in here.folder.iterdir()} == {p.name for p in apart.folder.iterdir()}
