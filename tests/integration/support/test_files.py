"""Outputs are whole or not there; the CSV has a row for every frame."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import resource
import stat
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from formcheck.analysis.pipeline import Analysis
from formcheck.export.csv import format_csv, read_signals
from formcheck.support.errors import InputError, OutputError
from formcheck.support.files import STALE_PARTIAL_S, hash_file, replacing, write_text
from formcheck.support.targets import check_target


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_text_is_written_whole_in_utf8_into_a_new_folder(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b" / "c.txt", "12,3° — für Läufer\n")
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes().decode() == "12,3° — für Läufer\n"
    assert names(tmp_path / "a" / "b") == ["c.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_permissions_are_those_that_the_user_asks_for_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "a.txt", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640


def test_a_failed_write_keeps_the_old_file_and_leaves_no_partial_one(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("before")

    def fail() -> None:
        with replacing(target) as partial:
            partial.write_text("half")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "before"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    "target",
    ["file/a.txt", "folder", "x" * 300, "file/deep/er/a.txt", "a\0b"],
    ids=["in a file", "a folder", "name too long", "deep in a file", "NUL"],
)
def test_an_output_that_cannot_be_written_is_a_one_line_error_and_leaves_nothing(tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError) as caught:
        write_text(f"{tmp_path}/{target}", "text")
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == ["file", "folder"]
    with pytest.raises(OutputError):
        check_target(f"{tmp_path}/{target}")


def test_checking_a_target_makes_nothing(tmp_path: Path) -> None:
    check_target(tmp_path / "new" / "folder" / "a.txt")
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_disk_that_fills_up_while_writing_keeps_what_was_there(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk: either fails in the middle of a write."""
    target = tmp_path / "a.txt"
    target.write_text("before")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OutputError, match="the disk is full"):
            write_text(target, "x" * 1_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert target.read_text() == "before"
    assert names(tmp_path) == ["a.txt"]


def test_a_killed_runs_files_are_removed_by_the_next_and_files_being_written_are_not(tmp_path: Path) -> None:
    names_left = (".a.old.formcheck.partial", ".a.new.formcheck.partial", ".b.old.formcheck.partial", ".b.another-program.partial")
    old, fresh, of_another_target, foreign = (tmp_path / name for name in names_left)
    for leftover in (old, fresh, of_another_target, foreign):
        leftover.write_text("half")
    long_ago = time.time() - STALE_PARTIAL_S - 60
    for leftover in (old, of_another_target, foreign):
        os.utime(leftover, (long_ago, long_ago))
    write_text(tmp_path / "a.txt", "whole")
    assert names(tmp_path) == [fresh.name, foreign.name, "a.txt"]


def test_a_private_file_is_readable_by_its_owner_alone_and_replaces_the_old_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("before")
    with replacing(target, private=True) as partial:
        partial.write_text("after")
    assert target.read_text() == "after"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert names(tmp_path) == ["a.txt"]


def test_the_same_bytes_have_the_same_hash_and_a_pipe_has_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"film")
    (tmp_path / "b").write_bytes(b"film")
    assert hash_file(tmp_path / "a") == hash_file(tmp_path / "b") == hashlib.sha256(b"film").hexdigest()
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "missing", "."):
        with pytest.raises(InputError):
            hash_file(tmp_path / name)


# CSV


def test_the_csv_has_a_row_per_frame_with_its_repetition(sample_analysis: Analysis) -> None:
    rows = list(csv.DictReader(io.StringIO(format_csv(sample_analysis))))
    assert len(rows) == len(sample_analysis.track)
    times = np.array([float(r["time_s"]) for r in rows])
    np.testing.assert_allclose(times, sample_analysis.track.time_s, atol=1e-4)
    for rep in sample_analysis.report.reps:
        inside = {r["rep"] for r, t in zip(rows, times, strict=True) if rep.start_s < t < rep.end_s}
        assert inside == {str(rep.number)}
    before = {r["rep"] for r, t in zip(rows, times, strict=True) if t < sample_analysis.report.reps[0].start_s - 0.01}
    assert before == {""}


def test_the_signals_are_read_back_from_the_csv(sample_analysis: Analysis) -> None:
    signals = read_signals(format_csv(sample_analysis))
    assert set(signals) == {"time_s", *sample_analysis.signals}
    for name, values in sample_analysis.signals.items():
        np.testing.assert_allclose(signals[name], values, atol=6e-5)


def test_the_csv_has_numbers_or_nothing(sample_analysis: Analysis) -> None:
    text = format_csv(sample_analysis)
    assert "nan" not in text
    assert "inf" not in text
    header, *rows = csv.reader(io.StringIO(text))
    assert "tibial_inclination_deg" in header
    assert "left_knee_x_px" in header
    assert all(len(r) == len(header) for r in rows)
    assert all(value == "" or np.isfinite(float(value)) for row in rows for value in row)


def test_the_csv_peaks_at_the_reports_times(sample_analysis: Analysis) -> None:
    rows = list(csv.DictReader(io.StringIO(format_csv(sample_analysis))))
    for rep in sample_analysis.report.reps:
        values = [float(r["tibial_inclination_deg"]) for r in rows if r["rep"] == str(rep.number)]
        assert max(values) == pytest.approx(rep.measures["tibial_inclination_deg"], abs=0.3)
