"""The batch's results: what is kept of a video, believed again, and written as a table."""

import csv
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest

from formcheck.batch.jobs import Job, find_jobs
from formcheck.batch.run import BatchSettings, run_batch
from formcheck.batch.table import make_table, write_table
from formcheck.batch.work import Row, Task, analyze, make_key, show_path
from formcheck.support.files import hash_file


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


def test_the_tables_columns_keep_their_types_when_they_are_empty() -> None:
    failed = make_table([Row("a.mp4", "error", "broken")])
    done = make_table([Row("b.mp4", "ok", reps=3, best=9.5, seconds=1.0)])
    assert dict(failed.dtypes) == dict(done.dtypes)
    assert (done["reps"].dtype, done["best"].dtype) == ("Int64", "Float64")
