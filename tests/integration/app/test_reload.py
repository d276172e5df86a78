"""A page that is loaded again goes on with its analysis and its unsaved report; another browser sees nothing of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from formcheck.pose.bundles import data_dir
from tests.helpers.clips import cut_clip
from tests.helpers.harness import serve_app
from tests.helpers.visitor import Visitor, read_words, visit

MINE, ANOTHERS = {"formcheck_browser": "mine"}, {"formcheck_browser": "another's"}
PATIENCE_S = 300.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with serve_app(home, home / "server.log") as address:
        yield address


def wait_for(visitor: Visitor, words: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while words not in read_words(visitor.page):
        assert time.monotonic() < deadline, read_words(visitor.page)
        time.sleep(0.5)
        visitor.poll()


def test_a_running_analysis_and_its_report_survive_a_reload(server: str, tmp_path: Path) -> None:
    clip = cut_clip(data_dir("sample_videos") / "dfx_leadin_right.mp4", tmp_path / "set.mp4", 4.0, 14.0)
    with visit(server, MINE) as before:
        before.open("analyze")
        before.upload("set.mp4", clip.read_bytes())
        before.click("Analyze")
        with visit(server, MINE) as second_tab, visit(server, ANOTHERS) as stranger:
            for visitor in (second_tab, stranger):
                visitor.open("analyze")
                assert visitor.page.get("file_uploader")
    with visit(server, ANOTHERS) as stranger:
        stranger.open("trends")
        assert "being analyzed" not in read_words(stranger.page)
        stranger.open("analyze")
        assert stranger.page.get("file_uploader")
    with visit(server, MINE) as again:
        again.open("trends")
        wait_for(again, "Your report is ready")
        again.open("analyze")
        wait_for(again, "Your report")
        assert "set.mp4" in read_words(again.page)
    with visit(server, MINE) as once_more:
        once_more.open("analyze")
        wait_for(once_more, "Your report")
        once_more.click("Save to history", **{"Whose set is it?": "Anna"})
        assert "Saved to Anna's history" in read_words(once_more.page)
