"""A batch gets through whatever happens to it: bad files, killed workers, being stopped itself; and does nothing twice."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path

import av
import numpy as np
import pandas as pd
import psutil
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from formcheck.batch.jobs import COLUMNS, MAX_JOBS, Job, find_jobs, read_manifest
from formcheck.batch.pool import MAX_DEATHS
from formcheck.batch.run import BatchSettings, find_twins, run_batch
from formcheck.batch.table import make_table, write_table
from formcheck.batch.work import Row, Task, analyze, make_key, show_path
from formcheck.report.schema import Athlete, SetReport
from formcheck.support.errors import InputError
from formcheck.support.files import hash_file
from formcheck.video.reader import probe_video, read_frames
from formcheck.video.writer import VideoSink

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "sample_videos" / "hr_single_male_side.mp4"
PATIENCE_S = 120


def cut(target: Path, start_s: float, length_s: float, source: Path = SAMPLE) -> Path:
    """Write a part of a sample video, small and at 15 frames a second."""
    info = probe_video(source)
    with VideoSink(target, 480, 360, 15) as sink:
        for frame in read_frames(info, max_fps=15, start_s=start_s, stop_s=start_s + length_s):
            sink.write(frame.rgb(360), frame.time_s - start_s)
    return target


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six clips of three seconds, all different."""
    folder = tmp_path_factory.mktemp("clips")
    for number in range(6):
        cut(folder / f"clip{number}.mp4", 1.0 + 2.0 * number, 3.0)
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


def write_sound(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def test_a_folder_with_broken_files_gives_a_row_each_and_a_second_run_does_nothing_again(
    clips: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    folder, out = tmp_path / "videos", tmp_path / "out"
    (folder / "monday").mkdir(parents=True)
    cut(folder / "set.mp4", 0.0, 11.0)
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
    assert (report.summary.rep_count, report.summary.best, report.athlete.name) == (3, found["best"], "Ann")
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


@pytest.mark.parametrize(
    "change",
    [
        {"reps": "=1+1"}, {"best": float("nan")}, {"best": 1e400}, {"status": "fine"}, {"warnings": None}, {"reps": True},
        {"report": "../../secret.json"}, {"report": "/etc/hostname"}, {"html": "reports/../../x"}, {"athlete": ["Ada"]}, {"new": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_tampered_result_is_not_believed(change: dict[str, object], tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    video.write_text("no video")
    task = Task(Job(video), tmp_path)
    key = make_key(hash_file(video), task)
    for name in ("results", "reports"):
        (tmp_path / name).mkdir()
    (tmp_path / "reports" / "a.json").write_text("{}")
    sound = Row(str(video), "ok", reps=3, best=9.5, report="reports/a.json")
    result = tmp_path / "results" / f"{key}.json"
    result.write_text(json.dumps(asdict(sound)))
    assert analyze(task) == sound
    result.write_text(json.dumps(asdict(sound) | change))
    found = analyze(task)  # anew, and it is no video
    assert (found.status, found.reps, found.report) == ("error", None, None)


def test_a_file_that_is_no_video_is_named_by_its_own_name_also_where_another_has_the_same_bytes(tmp_path: Path) -> None:
    videos, out = tmp_path / "videos", tmp_path / "out"
    names = ["a.mp4", "b  \x1b[2J.mp4", os.fsdecode(b"c\xff.mp4") if sys.platform == "linux" else "c.mp4"]
    videos.mkdir()
    for name in names:
        (videos / name).write_text("no video")
    for _ in range(2):  # the second time from the result of the first
        rows = run_batch(find_jobs([videos], Job(Path())), BatchSettings(out, workers=1))
        assert [row.file for row in rows] == [show_path(videos / name) for name in names]
        assert all(str(row.error).startswith(" ".join(row.file.split()) + ":") for row in rows)
        (videos / "a.mp4").unlink(missing_ok=True)  # its result is kept under its content, and serves the others
        names = [name for name in names if (videos / name).exists()]


def test_no_cell_ends_a_line_or_moves_a_terminals_cursor(tmp_path: Path) -> None:
    name = "a\n\x1b[2J\x1b]0;x\x07\x9b31m\u202e.mp4"
    write_table([Row(name, "error", f"{name}: no video", athlete=name, same_as=name)], tmp_path)
    data = (tmp_path / "results.csv").read_text(encoding="utf-8")
    assert data.count("\n") == 2
    assert data.replace("\n", "").isprintable()
    assert list(pd.read_parquet(tmp_path / "results.parquet")["file"]) == [name]


def test_cells_that_a_spreadsheet_would_compute_are_text(tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://a";"b")'
    write_table([Row("a.mp4", "ok", athlete=formula, error="+1"), Row("-b.mp4", "error", "@x", athlete="Ada")], tmp_path)
    cells = list(csv.DictReader((tmp_path / "results.csv").open(newline="")))
    assert [(row["file"], row["error"], row["athlete"]) for row in cells] == [
        ("a.mp4", "'+1", "'" + formula),
        ("'-b.mp4", "'@x", "Ada"),
    ]
    assert list(pd.read_parquet(tmp_path / "results.parquet")["athlete"]) == [formula, "Ada"]


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
    assert len(killed) == MAX_DEATHS
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


def test_folders_globs_and_files_name_each_video_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.mp4", "deep/er/b.MOV", "deep/c.txt", ".hidden/d.mp4", "deep/.e.mp4", "f.annotated.mp4"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    found = find_jobs([".", "a.mp4", "**/*.MOV", tmp_path / "deep"], Job(Path()))
    assert [job.path for job in found] == [tmp_path / "a.mp4", tmp_path / "deep/er/b.MOV"]


def test_only_equal_content_with_equal_settings_is_a_twin(tmp_path: Path) -> None:
    for name, content in (("a", b"one"), ("b", b"one"), ("c", b"two"), ("d", b"three")):
        (tmp_path / name).write_bytes(content)
    a, b, c, d, gone = (Job(tmp_path / name) for name in ("a", "b", "c", "d", "gone"))
    other = Job(tmp_path / "b", exercise="heel-raise")
    taller = Job(tmp_path / "b", athlete=Athlete(height_cm=190))
    first_of = find_twins([a, b, c, d, gone, other, taller])
    assert first_of == {a: a, b: a, c: c, d: d, gone: gone, other: other, taller: taller}


def test_a_manifest_gives_details_of_each_video(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(
        b"\xef\xbb\xbfFile,Athlete,exercise,side,height_cm,mass_kg,recorded_at\r\n"
        b'"sets/a, first.mp4",Zo\xc3\xab,heel-raise,left,171.5,63,2026-03-03T18:30\r\n'
        b"\r\n"
        b"/videos/b.mp4,,,,,,\r\n"
        b"c.mp4\r\n"
    )
    like = Job(Path(), "half-kneeling", athlete=Athlete(name="Me", height_cm=180))
    zoe = Athlete(name="Zoë", height_cm=171.5, mass_kg=63)
    assert read_manifest(path, like) == [
        Job(tmp_path / "sets/a, first.mp4", "heel-raise", "left", zoe, "2026-03-03T18:30"),
        Job(Path("/videos/b.mp4"), "half-kneeling", "auto", like.athlete),
        Job(tmp_path / "c.mp4", "half-kneeling", "auto", like.athlete),
    ]


def test_semicolons_separate_too(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("file;side\na.mp4;left\n")
    assert read_manifest(tmp_path / "list.csv", Job(Path())) == [Job(tmp_path / "a.mp4", side="left")]


def test_a_manifest_of_too_many_videos_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("file\n" + "a\n" * (MAX_JOBS + 1))
    with pytest.raises(InputError, match="more than 100000 videos"):
        read_manifest(path, Job(Path()))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "first row must name the columns"),
        (b"file\n", "names no video"),
        (b"name,side\na.mp4,left\n", "first row must name the columns"),
        (b"file,color\na.mp4,red\n", "color"),
        (b"file,file\na.mp4,b.mp4\n", "first row must name the columns"),
        (b"file,side\na.mp4,up\n", "line 2: side is 'up'"),
        (b"file,exercise\na.mp4,squat\n", "line 2: exercise is 'squat'"),
        (b"file,height_cm\na.mp4,tall\n", "line 2: height_cm is 'tall'"),
        (b"file,height_cm\na.mp4,nan\n", "line 2: height_cm is 'nan'"),
        (b"file,height_cm\na.mp4,1.78\n", "line 2: height_cm is '1.78'"),
        (b"file,recorded_at\na.mp4,yesterday\n", "line 2: recorded_at is 'yesterday'"),
        (b"file,side\n,left\n", "line 2: names no file"),
        (b"file,side\na,b.mp4,left\n", "line 2: has 3 cells"),
        (b'file,side\n"a.mp4,left\n', "not CSV"),
        (b"file\n" + b"a" * 200_000 + b"\n", "not CSV"),
        (b"file\na\0b.mp4\n", "NUL"),
        ("file\nä.mp4\n".encode("latin-1"), "not UTF-8"),
        ("file\na.mp4\n".encode("utf-16"), "not UTF-8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_manifest_is_refused_in_words(content: bytes, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=complaint) as error:
        read_manifest(path, Job(Path()))
    assert str(path) in str(error.value)
    assert len(str(error.value)) < 500 + len(str(path))


CELLS = st.text(max_size=20) | st.sampled_from(["a.mp4", "left", "auto", "178", "nan", "1e999", '"', "\r", "=1+1", ""])
TABLES = st.lists(st.lists(CELLS, max_size=8), max_size=6)


@given(st.binary(max_size=200) | st.tuples(st.lists(st.sampled_from(COLUMNS), max_size=7), TABLES))
@example((["file", "recorded_at"], [["a.mp4", "0001-01-01"]]))
def test_a_hostile_manifest_gives_jobs_or_one_input_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes | tuple[list[str], list[list[str]]]
) -> None:
    if isinstance(content, tuple):
        lines = [",".join(row) for row in (content[0], *content[1])]
        content = "\n".join(lines).encode("utf-8", "surrogatepass")
    path = tmp_path_factory.getbasetemp() / "hostile.csv"
    path.write_bytes(content)
    try:
        jobs = read_manifest(path, Job(Path()))
    except InputError:
        pass  # every other exception fails the test
    else:
        assert jobs
        assert all(job.path.is_absolute() and job.side in ("auto", "left", "right", "both") for job in jobs)


def test_the_tables_columns_keep_their_types_when_they_are_empty() -> None:
    failed = make_table([Row("a.mp4", "error", "broken")])
    done = make_table([Row("b.mp4", "ok", reps=3, best=9.5, seconds=1.0)])
    assert dict(failed.dtypes) == dict(done.dtypes)
    assert (done["reps"].dtype, done["best"].dtype) == ("Int64", "Float64")
