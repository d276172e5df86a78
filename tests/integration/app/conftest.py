"""A history in a folder of its own, an app page over it, and a short clip with its truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from formcheck.history.sample import add_sample
from formcheck.history.store.store import Store, open_store
from formcheck.pose.bundles import data_dir

# The shortest sample; its analysis is shared by the tests that need one.
CLIP = "dfx_leadin_right"
SCRIPT = "from formcheck.app.main import main\nmain({name!r})\n"

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Every test has a user-data folder and a process-wide state of its own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("FORMCHECK_HOME", str(folder))
    monkeypatch.delenv("FORMCHECK_DATABASE_URL", raising=False)
    config.set_option("server.address", "127.0.0.1")
    st.cache_resource.clear()
    yield folder
    st.cache_resource.clear()


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """The history that the pages show."""
    with open_store() as opened:
        yield opened


@pytest.fixture
def sample_store(store: Store) -> Store:
    """A history with the demo athlete in it."""
    add_sample(store)
    return store


@pytest.fixture
def open_page() -> OpenPage:
    """Run one page of the app."""

    def run(name: str, **query: str) -> AppTest:
        page = AppTest.from_string(SCRIPT.format(name=name), default_timeout=120)
        for key, value in query.items():
            page.query_params[key] = value
        return page.run()

    return run


@pytest.fixture(scope="session")
def clip() -> Path:
    """A short sample video."""
    return data_dir("sample_videos") / f"{CLIP}.mp4"


@pytest.fixture(scope="session")
def truth(clip: Path) -> dict[str, Any]:
    """What really happens in the clip."""
    truth: dict[str, Any] = json.loads(clip.with_suffix(".json").read_text(encoding="utf-8"))
    return truth
