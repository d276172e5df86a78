"""A batch gets through whatever happens to it: bad files, killed workers, being stopped itself; and does nothing twice."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pandas as pd
import psutil
import pytest

from formcheck.batch.pool import MAX_DEATHS
from formcheck.batch.table import make_table
from formcheck.export.facts import best_value
from formcheck.report.schema import SetReport
from tests.helpers.clips import cut_clip, write_sound

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "sample_videos" / "hr_single_male_side.mp4"
PATIENCE_S = 120


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six clips of three seconds, all different."""
    folder = tmp_path_factory.mktemp("clips")
    for number in range(6):
        cut_clip(SAMPLE, folder / f"clip{number}.mp4", 1.0 + 2.0 * number, 3.0)
    return folder


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `formcheck batch …` with a history of its own."""
    environment = os.environ | {"FORMCHECK_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    environment.pop("FORMCHECK_DATABASE_URL", None)
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "formcheck.cli.main", "batch", "--model", "lite", *map(str, arguments)]
        pipe = subprocess.PIPE
        # what a shell starts in the background ignores Ctrl-C, and hands that on
        heed = None if sys.platform == "win32" else partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        started.append(subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment, preexec_fn=heed))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


def wait_until(holds: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def list_workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def list_results(out: Path) -> dict[str, int]:
    """The results so far, each with the moment it was written."""
    return {path.name: path.stat().st_mtime_ns for path in (out / "results").glob("*.json")}


def read_table(out: Path) -> pd.DataFrame:
    table = pd.read_parquet(out / "results.parquet")
    pd.testing.assert_frame_equal(table.astype(str), make_table_of_csv(out).astype(str), check_dtype=False)
    return table.assign(name=[Path(file).name for file in table["file"]]).set_index("name")


def make_table_of_csv(out: Path) -> pd.DataFrame:
    table = make_table([])
    return pd.read_csv(out / "results.csv", dtype=dict(table.dtypes), keep_default_na=True).assign(
        warnings=lambda t: t["warnings"].fillna("")
    )


def test_a_folder_with_broken_files_gives_a_row_each_and_a_second_run_does_nothing_again(
    clips: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    folder, out = tmp_path / "videos", tmp_path / "out"
    (folder / "monday").mkdir(parents=True)
    cut_clip(SAMPLE, folder / "set.mp4", 0.0, 11.0)
    shutil.copy(folder / "set.mp4", folder / "monday" / "same set.mp4")
    whole = (clips / "clip0.mp4").read_bytes()
    shutil.copy(clips / "clip1.mp4", folder / "short.mp4")
    (folder / "cut off.mp4").write_bytes(whole[:1000])  # inside the index, without which no frame is found
    (folder / "text.mp4").write_text("not a video")
    (folder / "empty.mov").touch()
    write_sound(folder / "sound.mp4")
    (folder / "notes.txt").write_text("no video, and not called one")
    (folder / "._set.mp4").write_text("what another system leaves behind")

    code, printed, _ = finish(start(folder, "--out", out, "--save", "--athlete", "Ann", "--height-cm", "178"))
    table = read_table(out)
    assert code == 0
    assert "3 of 7 videos analyzed; 4 could not be used" in printed
    assert set(table.index[table["status"] == "ok"]) == {"set.mp4", "same set.mp4", "short.mp4"}
    assert set(table.index[table["status"] == "error"]) == {"cut off.mp4", "text.mp4", "empty.mov", "sound.mp4"}
    assert all(name in table.loc[name, "error"] for name in table.index[table["status"] == "error"])
    found = table.loc["set.mp4"]
    report = SetReport.model_validate_json((out / found["report"]).read_text())
    assert (found["exercise"], found["reps"]) == ("heel-raise", 3)
    assert (report.summary.rep_count, best_value(report), report.athlete.name) == (3, found["best"], "Ann")
    # the same bytes were analyzed once, whichever of the two names came first
    twins = table.loc[["set.mp4", "same set.mp4"]]
    assert twins["report"].nunique() == 1
    assert twins["same_as"].notna().sum() == 1
    assert len(list((out / "reports").iterdir())) == 2
    assert not list(out.rglob("*.partial"))

    before = list_results(out)
    code, _, _ = finish(start(folder, "--out", out, "--save", "--athlete", "Ann", "--height-cm", "178"))
    assert code == 0
    assert list_results(out) == before
    pd.testing.assert_frame_equal(read_table(out), table)
    assert count_saved(tmp_path / "home") == 1


def count_saved(home: Path) -> int:
    from formcheck.history.store.store import open_store

    databases = [path for path in home.rglob("*") if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3"]
    with open_store(f"sqlite:///{databases[0]}") as store:
        return len(store.list_sets())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes, devices and names of bytes are POSIX")
def test_an_odd_file_is_one_row_and_stops_nothing(clips: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    folder, out = tmp_path / "videos", tmp_path / "out"
    folder.mkdir()
    os.mkfifo(folder / "pipe.mp4")
    (folder / "zero.mp4").symlink_to("/dev/zero")
    (folder / "loop.mp4").symlink_to("loop.mp4")
    (folder / "gone.mp4").symlink_to("nothing")
    usable = {"😀" * 60: "clip0", os.fsdecode(b"t\xe4st \xff"): "clip1", "plain": "clip2"}
    for name, source in usable.items():
        shutil.copy(clips / f"{source}.mp4", folder / f"{name}.mp4")
    for _ in range(2):  # the second time from the results of the first
        code, printed, err = finish(start(folder, "--out", out, "--html"))
        table = read_table(out)
        assert (code, err) == (0, "")
        assert "3 of 7 videos analyzed; 4 could not be used" in printed
        assert set(table.index[table["status"] == "error"]) == {"pipe.mp4", "zero.mp4", "loop.mp4", "gone.mp4"}
        assert {"😀" * 60 + ".mp4", r"t\xe4st \xff.mp4", "plain.mp4"} == set(table.index[table["status"] == "ok"])
        assert all((out / name).is_file() for name in table.loc[table["status"] == "ok", ["report", "html"]].to_numpy().ravel())


def test_a_video_with_which_every_worker_dies_is_one_row(
    clips: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    out = tmp_path / "out"
    process = start(clips / "clip0.mp4", "--out", out, "--workers", 1)
    killed: set[int] = set()
    while process.poll() is None:
        for worker in list_workers(process):
            if worker.pid not in killed:
                killed.add(worker.pid)
                worker.kill()
        time.sleep(0.02)
    code, printed, err = finish(process)
    assert (code, printed, err.count("\n")) == (3, "", 1)
    assert len(killed) >= MAX_DEATHS  # one that was killed before it had the video is no death of the video
    table = read_table(out)
    assert list(table["status"]) == ["error"]
    assert "the worker died each time" in table["error"].iloc[0]


def test_a_killed_workers_videos_are_done_by_others(
    clips: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    out = tmp_path / "out"
    process = start(clips, "--out", out, "--workers", 2)
    wait_until(lambda: list_results(out), process)
    workers = list_workers(process)
    assert len(workers) == 2
    workers[0].send_signal(signal.SIGKILL)
    code, printed, err = finish(process)
    table = read_table(out)
    assert (code, err) == (0, "")
    assert "6 of 6 videos analyzed" in printed
    assert list(table["status"]) == ["ok"] * 6
    assert len(list_results(out)) == len(list((out / "reports").iterdir())) == 6


def test_a_stopped_batch_goes_on_where_it_was(clips: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    out = tmp_path / "out"
    process = start(clips, "--out", out, "--workers", 2)
    wait_until(lambda: len(list_results(out)) >= 2, process)
    workers = list_workers(process)
    process.send_signal(signal.SIGKILL)  # no chance to tidy up
    process.communicate()
    assert not psutil.wait_procs(workers, timeout=PATIENCE_S)[1]
    done = list_results(out)
    assert 2 <= len(done) < 6
    assert all(json.loads((out / "results" / name).read_text())["status"] == "ok" for name in done)

    code, _, _ = finish(start(clips, "--out", out, "--workers", 2))
    table = read_table(out)
    assert code == 0
    assert list(table["status"]) == ["ok"] * 6
    assert list_results(out).items() >= done.items()
    assert len(list((out / "reports").iterdir())) == 6


def test_an_interrupted_batch_leaves_the_table_so_far(
    clips: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    out = tmp_path / "out"
    process = start(clips, "--out", out, "--workers", 1)
    wait_until(lambda: len(list_results(out)) >= 2, process)
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert code == 130
    assert "the same command continues" in err
    assert 1 <= len(read_table(out)) < 6


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """Start a scheduler and a worker of Dask, as an administrator does, and yield the scheduler's address."""
    where = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    shared = ["--scheduler-file", str(where)]
    with ExitStack() as started:
        for command in (
            [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *shared],
            [*dask, "worker", "--no-nanny", "--no-dashboard", "--nthreads", "1", *shared],
        ):
            process = started.enter_context(subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL))
            started.callback(process.kill)
        for _ in range(PATIENCE_S * 10):
            if where.exists():
                break
            time.sleep(0.1)
        yield str(json.loads(where.read_text())["address"])


def test_a_running_cluster_is_used_and_left_running(
    clips: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]], cluster: str
) -> None:
    from distributed import Client

    out = tmp_path / "out"
    code, _, _ = finish(start(clips / "clip[01].mp4", "--out", out, "--scheduler", cluster))
    assert code == 0
    assert list(read_table(out)["status"]) == ["ok"] * 2
    with Client(cluster) as client:
        assert client.submit(sum, [1, 2]).result(timeout=PATIENCE_S) == 3


def test_exit_code_3_and_a_table_where_nothing_could_be_used(tmp_path: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    (tmp_path / "bad.mp4").write_text("not a video")
    code, printed, err = finish(start(tmp_path / "bad.mp4", "--out", tmp_path / "out"))
    assert (code, printed, err.count("\n")) == (3, "", 1)
    assert "bad.mp4" in err
    assert list(read_table(tmp_path / "out")["status"]) == ["error"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 2),
        (["no such folder"], 3),
        (["no/such/*.mp4"], 3),
        (["--manifest", "missing.csv"], 3),
        (["x.mp4", "--scheduler", "tcp://127.0.0.1:1", "--workers", "2"], 2),
        (["x.mp4", "--workers", "0"], 2),
    ],
    ids=str,
)
def test_options_that_cannot_work_are_refused_in_one_line_before_the_start(
    arguments: list[str], code: int, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    found, printed, err = finish(start(*arguments, "--out", tmp_path / "out"))
    assert (found, printed, err.count("\n")) == (code, "", 1)
    assert not (tmp_path / "out").exists()
