"""No name that a person or a file gave is markup: Chromium asks nobody for it, and makes no link, picture or heading of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from formcheck.history.store.store import open_store
from formcheck.pose.bundles import data_dir
from formcheck.report.schema import QualityWarning, SetReport
from tests.helpers.clips import cut_clip
from tests.helpers.factories import half_kneeling_report, heel_raise_report
from tests.helpers.harness import PATIENCE_MS, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = (
    "",
    "analyze",
    "film",
    "trends",
    "compare",
    "compare?a=1&b=2",
    "plan",
    "history",
    "drills",
    "set?id=1",
    "set?id=2",
    "set?id=3",
)
# What else Streamlit's Markdown knows besides pictures, links and HTML.
MORE = "\n\n# big :material/home: :smile: :red[x] $y$ `z` www.formcheck.example a@formcheck.example"


class Listener:
    """A server on this computer that counts who asks it for anything."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def name(self, place: str) -> str:
        """A name that a careless page would load something for."""
        url = f"{self.address}/{place}"
        return f"![x]({url}/a.png)<img src={url}/b.png>[l]({url}/c) {url}/d{MORE}"

    def close(self) -> None:
        self._server.shutdown()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    opened = Listener()
    yield opened
    opened.close()


def spoil(report: SetReport, listener: Listener, place: str) -> SetReport:
    """The report with such a name wherever a file may have one."""
    update = {
        "video": report.video.model_copy(update={"file": listener.name(f"{place}-video")}),
        "software": report.software.model_copy(
            update={"formcheck": listener.name(f"{place}-version"), "model": listener.name(f"{place}-model")}
        ),
        "athlete": report.athlete.model_copy(update={"name": listener.name(f"{place}-athlete")}),
        "quality": report.quality.model_copy(
            update={"warnings": [QualityWarning(code="low-frame-rate", message=listener.name(f"{place}-quality"))]}
        ),
    }
    return report.model_copy(update=update)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Path:
    folder = tmp_path_factory.mktemp("home")
    with open_store(f"sqlite:///{folder / 'history.sqlite3'}") as store:
        names = [listener.name("first")[:200], listener.name("second")[:200]]
        for number, name in enumerate(names):
            for report in (half_kneeling_report(), heel_raise_report()):
                store.save_report(spoil(report, listener, f"set{number}"), store.find_athlete(name) or store.add_athlete(name))
    return folder


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(PATIENCE_MS)
    yield opened
    opened.close()


def assert_nothing_came_of_it(page: Page, listener: Listener) -> None:
    settle(page)
    made = page.evaluate(
        """address => [...document.querySelectorAll('[src], [href]')].map(e => e.src || e.href)
             .filter(u => String(u).includes(address) || String(u).includes('formcheck.example'))""",
        listener.address,
    )
    assert made == []
    assert page.get_by_role("heading", name="big").count() == 0
    assert listener.asked == []


@pytest.mark.parametrize("path", PAGES)
def test_a_name_never_becomes_a_link_or_an_image(page: Page, app_url: str, listener: Listener, path: str) -> None:
    page.goto(f"{app_url}/{path}")
    assert_nothing_came_of_it(page, listener)


def test_the_history_page_names_its_people_in_each_tab_and_confirms_changes(page: Page, app_url: str, listener: Listener) -> None:
    page.goto(f"{app_url}/history")
    settle(page)
    for tab in ("Athletes", "Data"):
        page.get_by_role("tab", name=tab).click()
        assert_nothing_came_of_it(page, listener)
    page.get_by_role("tab", name="Athletes").click()
    page.get_by_label("Add an athlete").fill(listener.name("third")[:200])
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("was added").wait_for()
    assert_nothing_came_of_it(page, listener)


@pytest.mark.parametrize("readable", [False, True])
def test_the_name_of_an_upload_is_shown_and_nothing_more(
    page: Page, app_url: str, listener: Listener, tmp_path: Path, readable: bool
) -> None:
    clip = data_dir("sample_videos") / "hr_double_female_side.mp4"
    content = cut_clip(clip, tmp_path / "set.mp4", 0.0, 1.0).read_bytes() if readable else b"this is no video"
    page.goto(f"{app_url}/analyze")
    settle(page)
    name = listener.name("u").splitlines()[0].replace("/", "∕")[:150] + ".mp4"
    page.locator("input[type=file]").first.set_input_files(files=[{"name": name, "mimeType": "video/mp4", "buffer": content}])
    button = page.get_by_role("button", name="Analyze", exact=True)
    button.and_(page.locator(":enabled")).wait_for()
    assert_nothing_came_of_it(page, listener)
    button.click()
    page.get_by_test_id("stAlert").or_(page.get_by_role("heading", name="No set found")).first.wait_for()
    assert_nothing_came_of_it(page, listener)
