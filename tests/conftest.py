"""What many tests share: one analysis of each exercise's sample, made once a run, and turns between the two test processes."""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from formcheck.analysis.pipeline import Analysis, run_analysis
from formcheck.analysis.settings import Settings
from formcheck.exercises import EXERCISES, Exercise
from formcheck.pose.bundles import data_dir
from formcheck.report.schema import Athlete

T = TypeVar("T")

# How long an example takes says something about the machine, and nothing about the world.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")


class _Keeper(pickle.Pickler):
    """Writes an exercise as its name: there is but one of each in a process."""

    def persistent_id(self, value: object) -> str | None:
        return value.name if isinstance(value, Exercise) else None


class _Reader(pickle.Unpickler):
    def persistent_load(self, name: str) -> Exercise:
        return EXERCISES[name]


def run_folder(temporary: pytest.TempPathFactory) -> Path:
    """The folder that the test processes of this run share."""
    folder = temporary.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """While a test marked ``real_time`` runs, the other test process waits: a camera does not."""
    folder = run_folder(item.config._tmp_path_factory)  # type: ignore[attr-defined]
    with _share(folder, alone=item.get_closest_marker("real_time") is not None):
        return (yield)


@contextmanager
def _share(folder: Path, *, alone: bool) -> Iterator[None]:
    """Hold the machine together with the other test processes, or alone."""
    if sys.platform == "win32" or "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    import fcntl

    with (folder / "machine.lock").open("w") as machine:
        # who wants it alone keeps the door while waiting: nobody else comes in meanwhile
        with _alone(folder / "door.lock"):
            fcntl.flock(machine, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock against the other test processes."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_once(temporary: pytest.TempPathFactory, name: str, make: Callable[[], T]) -> T:
    """What ``make`` returns, made by the first test process of this run that asks; the others wait, and read it."""
    folder = run_folder(temporary)
    kept = folder / f"{name}.pickle"
    with _alone(folder / f"{name}.lock"):
        if not kept.exists():
            value, written = make(), io.BytesIO()
            _Keeper(written).dump(value)
            kept.write_bytes(written.getvalue())
        made: T = _Reader(io.BytesIO(kept.read_bytes())).load()
        return made


@pytest.fixture(scope="session")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], T]], T]:
    """`make_once` for a test file of its own: a name, and what to make."""
    return lambda name, make: make_once(tmp_path_factory, name, make)


@pytest.fixture(scope="session")
def sample_videos() -> Path:
    return data_dir("sample_videos")


@pytest.fixture(scope="session")
def analyze_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Analysis]:
    """The analysis of a rendered clip with the height, from its ground truth, of the person in it; made once a run.

    The set of heel raises on both legs is analyzed with a body mass too, for its work.
    """

    def analyze(path: Path) -> Analysis:
        mass_kg = 60 if path.stem == "hr_double_female_side" else None
        body = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["meta"]["body"]
        settings = Settings(athlete=Athlete(height_cm=round(100 * body["stature"]), mass_kg=mass_kg))
        return make_once(tmp_path_factory, path.stem, lambda: run_analysis(path, settings))

    return analyze


@pytest.fixture(scope="session")
def sample_analysis(sample_videos: Path, analyze_once: Callable[[Path], Analysis]) -> Analysis:
    """Half-kneeling, right leg; the heel lifts on reps 2 and 4."""
    return analyze_once(sample_videos / "df_right_female_heellift.mp4")


@pytest.fixture(scope="session")
def heel_raise_analysis(sample_videos: Path, analyze_once: Callable[[Path], Analysis]) -> Analysis:
    """Heel raises on both legs, five of them."""
    return analyze_once(sample_videos / "hr_double_female_side.mp4")
