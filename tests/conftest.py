"""What many tests look at: one analysis of each drill's sample, made once a run; and the order of the files."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from formcheck.analysis import Analysis, run_analysis
from formcheck.models import data_dir
from formcheck.report import Athlete

T = TypeVar("T")

# Where the time goes. These files begin first, so that the two test processes end together.
LONGEST = ("test_batch.py", "test_hostile.py", "test_main_job.py", "test_cli.py", "test_set.py", "test_film.py", "test_demo.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(LONGEST)))


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
    folder = temporary.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    kept = folder / f"{name}.pickle"
    with _alone(folder / f"{name}.lock"):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(make()))
        made: T = pickle.loads(kept.read_bytes())
        return made


@pytest.fixture(scope="session")
def sample_videos() -> Path:
    return data_dir("sample_videos")


@pytest.fixture(scope="session")
def sample_analysis(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """Half-kneeling, right leg; the heel lifts on reps 2 and 4."""
    path = sample_videos / "df_right_female_heellift.mp4"
    return make_once(tmp_path_factory, path.stem, lambda: run_analysis(path, athlete=Athlete(height_cm=156)))


@pytest.fixture(scope="session")
def heel_raise_analysis(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """Heel raises on both legs, five of them."""
    path = sample_videos / "hr_double_female_side.mp4"
    return make_once(tmp_path_factory, path.stem, lambda: run_analysis(path, athlete=Athlete(height_cm=165, mass_kg=60)))
