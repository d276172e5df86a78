"""A running app and a browser; without Chromium these tests are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from formcheck.history.sample import add_sample
from formcheck.history.store.store import open_store
from tests.helpers.harness import find_chromium, open_browser, serve_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; without one it is skipped."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if find_chromium() is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the app under test."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with twelve weeks of sets in it."""
    folder = tmp_path_factory.mktemp("home")
    with open_store(f"sqlite:///{folder / 'history.sqlite3'}") as store:
        add_sample(store)
    return folder


@pytest.fixture(scope="module")
def app_url(home: Path) -> Iterator[str]:
    """The app, served."""
    with serve_app(home, home / "server.log") as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with open_browser() as opened:
        yield opened
