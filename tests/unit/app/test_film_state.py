"""Sets of pages that were closed: what has repetitions is kept for its user, what has none leaves nothing behind."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from formcheck.app.film.camera import MAX_SILENCE_S, Filming
from formcheck.app.film.state import SetsUnderWay
from formcheck.live import LiveSetup


@pytest.fixture
def open_film_page(tmp_path: Path) -> Callable[[], Filming]:
    def new_folder() -> Path:
        folder = tmp_path / secrets.token_hex(8)
        folder.mkdir()
        return folder

    return lambda: Filming(LiveSetup(), new_folder)


def test_pages_that_are_opened_and_closed_leave_no_folder_and_no_thread(
    open_film_page: Callable[[], Filming], tmp_path: Path
) -> None:
    sets, before = SetsUnderWay(), threading.active_count()
    attended = open_film_page()
    sets.add("anna", attended)
    opened = [open_film_page() for _ in range(4)]
    for filming in opened:
        sets.add("anna", filming)
    assert len(list(tmp_path.iterdir())) == 5
    for filming in opened:
        filming._attended -= MAX_SILENCE_S + 60  # their pages were closed a minute ago
    last = open_film_page()
    sets.add("ben", last)
    deadline = time.monotonic() + 30
    while len(list(tmp_path.iterdir())) > 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [filming.closed for filming in [attended, *opened, last]] == [False, True, True, True, True, False]
    assert len(list(tmp_path.iterdir())) == 2
    attended.close()
    last.close()
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before
