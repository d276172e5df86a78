"""Full and read-only disks, real ones: small file systems in memory, which only an administrator can mount."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from formcheck.history.exchange.csv_tables import write_tables
from formcheck.history.store.store import open_store
from formcheck.support.errors import OutputError
from tests.helpers.clips import cut_clip
from tests.helpers.factories import half_kneeling_report
from tests.helpers.harness import serve_app
from tests.helpers.visitor import read_words, visit

Mount = Callable[..., Path]
PATIENCE_S = 300.0


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mount a disk of so many kilobytes."""
    mounted: list[Path] = []

    def make(kilobytes: int, *, read_only: bool = False) -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        options = f"size={kilobytes}k,mode=0700{',ro' if read_only else ''}"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("no command to mount a disk with")
        if done.returncode != 0:
            pytest.skip("only an administrator can mount a disk")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def clip(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of a person."""
    return cut_clip(sample_videos / "hr_double_female_side.mp4", tmp_path_factory.mktemp("clip") / "set.mp4", 0.0, 1.0)


def fill(disk: Path) -> Path:
    """Write a file until nothing more fits."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out:
        for size in (2**16, 2**12, 2**10, 1):
            try:
                while True:
                    out.write(bytes(size))
            except OSError:
                continue
    return filler


def analyze(clip: Path, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "formcheck.cli.main", "analyze", str(clip), "--model", "lite", *arguments]
    environment = os.environ | {"FORMCHECK_HOME": str(home)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=PATIENCE_S, check=False)


def test_tables_that_do_not_fit_leave_no_empty_folder(mount: Mount, tmp_path: Path) -> None:
    disk = mount(64)
    with open_store(f"sqlite:///{tmp_path}/history.sqlite3") as store:
        store.save_report(half_kneeling_report(), "Ada")
        write_tables(store, tmp_path / "fits")
        fill(disk)
        before = sorted(disk.rglob("*"))
        with pytest.raises(OutputError, match="full"):
            write_tables(store, disk / "tables")
    assert sorted(disk.rglob("*")) == before
    assert len(list((tmp_path / "fits").iterdir())) == 3


@pytest.mark.parametrize("kind", ["full", "fills up", "read-only"])
def test_an_output_that_does_not_fit_is_4_and_leaves_nothing(kind: str, mount: Mount, clip: Path, tmp_path: Path) -> None:
    disk = mount(4, read_only=kind == "read-only")
    if kind == "full":
        fill(disk)
    before = sorted(disk.rglob("*"))
    done = analyze(clip, "--annotated", str(disk / "set.mp4"), home=tmp_path / "home")
    assert done.returncode == 4, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert str(disk) in done.stderr
    assert sorted(disk.rglob("*")) == before


def test_a_set_that_cannot_be_saved_is_4_and_leaves_the_history_as_it_was(mount: Mount, clip: Path) -> None:
    disk = mount(1024)
    assert analyze(clip, "--exercise", "heel-raise", "--save", "--athlete", "Ada", home=disk).returncode == 0
    filler = fill(disk)
    done = analyze(clip, "--exercise", "half-kneeling", "--save", "--athlete", "Ada", home=disk)
    assert done.returncode == 4, done.stderr
    assert len(done.stderr.splitlines()) == 1
    filler.unlink()
    with open_store(f"sqlite:///{disk / 'history.sqlite3'}") as store:
        assert [row.exercise for row in store.list_sets()] == ["heel-raise"]


def test_a_set_that_cannot_be_saved_stays_on_the_page_and_can_be_saved_again(
    mount: Mount, sample_videos: Path, tmp_path: Path
) -> None:
    disk = mount(32 * 1024)
    with serve_app(disk, tmp_path / "server.log") as address, visit(address) as visitor:
        visitor.open("analyze")
        visitor.upload("set.mp4", (sample_videos / "dfx_leadin_right.mp4").read_bytes())
        visitor.click("Analyze")
        deadline = time.monotonic() + PATIENCE_S
        while not visitor.page.get("metric"):
            assert time.monotonic() < deadline, read_words(visitor.page)
            time.sleep(0.5)
            visitor.poll()
        filler = fill(disk)
        visitor.click("Save to history", **{"Whose set is it?": "Ada"})
        assert "disk is full" in read_words(visitor.page) or "No space left" in read_words(visitor.page)
        assert "Your report" in read_words(visitor.page)
        assert visitor.page.get("metric")

        visitor.open("analyze")  # as after a look at another page
        assert "Your report" in read_words(visitor.page)
        filler.unlink()
        visitor.click("Save to history", **{"Whose set is it?": "Ada"})
        assert "Ada's history" in read_words(visitor.page)
        with open_store(f"sqlite:///{disk / 'history.sqlite3'}") as store:
            (row,) = store.list_sets()
            assert row.rep_count == 3
            assert store.find_own_file(row.html_path) is not None
    assert "Traceback" not in (tmp_path / "server.log").read_text()
