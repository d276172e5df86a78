"""Pictures of every page in every state, in three sizes, light and dark: ``python tests/e2e/screenshots.py FOLDER``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from formcheck.pose.bundles import data_dir
from tests.helpers.clips import cut_clip
from tests.helpers.harness import PATIENCE_MS, is_wider_than_window, open_browser, serve_app, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = {"laptop": (1280, 720), "phone": (390, 844), "wide": (1440, 900)}
THEMES = ("light", "dark")
PARTS = ("empty", "full", "changed", "asked", "stopped", "analysis")
# The pages of each part, by the name of their picture; a second word is the tab that is opened.
EMPTY_PAGES = {
    "compare-empty": "compare",
    "welcome": "",
    "sample": "sample",
    "analyze": "analyze",
    "film": "film",
    "trends-empty": "trends",
    "plan-empty": "plan",
    "history-empty": "history",
    "filming": "filming",
    "drills": "drills",
    "drills-soleus": "drills?drill=soleus-raise",
    "drills-short-foot": "drills?drill=short-foot",
    "set-missing": "set?id=99",
}
FULL_PAGES = {
    "compare": "compare",
    "compare-weeks": "compare?a=1&b=244",
    "today": "",
    "trends": "trends",
    "plan": "plan",
    "clinic": "clinic",
    "history": "history",
    "history-athletes": "history Athletes",
    "history-data": "history Data",
    "set": "set?id=1",
    "set-raise": "set?id=7",
}
CHANGED_PAGES = {"today-paused": "", "plan-paused": "plan", "history-bin": "history", "set-deleted": "set?id=1"}
ASKED_PAGES = {"today-red-flags": "", "plan-achilles": "plan"}
STOPPED_PAGES = {"today-stopped": "", "clinic-two": "clinic"}
CLIP = data_dir("sample_videos") / "dfx_leadin_right.mp4"
# The clip's person walks up and kneels down: not a single rep.
LEAD_IN_S = 5.0


@dataclass(frozen=True)
class Camera:
    """Where the pictures go, and in which sizes and themes each is taken."""

    folder: Path
    sizes: dict[str, tuple[int, int]]
    themes: tuple[str, ...]
    pages: tuple[str, ...]

    def wants(self, name: str) -> bool:
        """Whether a picture was asked for."""
        return not self.pages or name in self.pages

    def shoot(self, page: Page, name: str) -> None:
        """Take the page as it is, in every size and theme; say where it scrolls sideways."""
        for theme in self.themes:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for _ in range(2):  # runs the page anew, after the browser has told its theme: the charts take it on
                page.keyboard.press("r")
                settle(page)
            for size, (width, height) in self.sizes.items():
                page.set_viewport_size({"width": width, "height": height})
                settle(page)
                page.wait_for_timeout(500)
                # Streamlit scrolls inside the page: as tall a window as the content takes shows all of it.
                whole = int(page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight"))
                page.set_viewport_size({"width": width, "height": min(6000, max(whole, height))})
                page.wait_for_timeout(400)
                page.screenshot(path=str(self.folder / f"{name}-{size}-{theme}.png"))
                print(f"{name}-{size}-{theme}{'  SCROLLS SIDEWAYS' if is_wider_than_window(page) else ''}", flush=True)

    def glance(self, page: Page, name: str) -> None:
        """Take what is about to pass: on the screen as it is, in every size."""
        for size, (width, height) in self.sizes.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(300)
            page.screenshot(path=str(self.folder / f"{name}-{size}-light.png"))
            print(f"{name}-{size}-light", flush=True)


def shoot_pages(url: str, camera: Camera, pages: dict[str, str]) -> None:
    """Take each page that has an address."""
    with open_browser() as browser:
        page = browser.new_page()
        for name, where in pages.items():
            if not camera.wants(name):
                continue
            address, _, tab = where.partition(" ")
            page.goto(f"{url}/{address}")
            settle(page)
            if tab:
                page.get_by_role("tab", name=tab).click()
            camera.shoot(page, name)


def shoot_analysis(url: str, camera: Camera, scratch: Path) -> None:
    """Take a file that is no video, the progress, the queue, what is cancelled, both kinds of report, and what was saved."""
    broken = scratch / "holiday.mp4"
    broken.write_text("This is no video.", encoding="utf-8")
    without_reps = cut_clip(CLIP, scratch / "walking up.mp4", 0.0, LEAD_IN_S)
    with open_browser() as browser:
        page = browser.new_page()
        start_analysis(page, url, broken)
        page.get_by_role("alert").wait_for(timeout=PATIENCE_MS)
        camera.shoot(page, "analyze-error")
        start_analysis(page, url, CLIP)
        page.get_by_role("button", name="Cancel").wait_for()
        camera.glance(page, "progress")
        shoot_queue(browser, url, camera)
        page.get_by_role("button", name="Analyze another video").wait_for(timeout=PATIENCE_MS)
        camera.shoot(page, "report")
        page.get_by_role("button", name="Save to history").click()
        page.get_by_text("Saved to").wait_for()
        camera.shoot(page, "report-saved")
        page.get_by_role("button", name="Analyze another video").click()
        start_analysis(page, url, without_reps)
        page.get_by_role("button", name="Analyze another video").wait_for(timeout=PATIENCE_MS)
        camera.shoot(page, "report-no-reps")


def shoot_queue(browser: Browser, url: str, camera: Camera) -> None:
    """Take a second visitor's wait, and their form after they cancelled."""
    page = browser.new_context().new_page()
    start_analysis(page, url, CLIP)
    page.get_by_text("before yours").wait_for()
    camera.glance(page, "waiting")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("was canceled").wait_for(timeout=PATIENCE_MS)
    camera.glance(page, "analyze-cancelled")
    page.context.close()


def start_analysis(page: Page, url: str, video: Path) -> None:
    """Upload a video and press the button."""
    page.goto(f"{url}/analyze")
    settle(page)
    page.locator("input[type=file]").first.set_input_files(str(video))
    button = page.get_by_role("button", name="Analyze", exact=True)
    button.and_(page.locator(":enabled")).wait_for(timeout=60_000)
    button.click()


@contextmanager
def app_with(home: Path, log: Path, prepare: Callable[[Path], None] | None = None) -> Iterator[str]:
    """The app, on a data folder that was made ready before."""
    if prepare is not None:
        prepare(home)
    with serve_app(home, log) as url:
        yield url


def fill(home: Path) -> None:
    """Twelve weeks of sets."""
    from formcheck.history.sample import add_sample
    from formcheck.history.store.store import open_store

    with open_store(f"sqlite:///{home}/history.sqlite3") as store:
        add_sample(store)


def change(home: Path) -> None:
    """A deleted set, and a plan that is paused."""
    from formcheck.history.store.store import open_store

    fill(home)
    with open_store(f"sqlite:///{home}/history.sqlite3") as store:
        store.delete_sets([1, 2])
        store.plans.pause(store.list_athletes()[0].id, date.today())


def ask(home: Path) -> None:
    """A plan that begins today, before the red flags are answered."""
    from formcheck.history.store.store import open_store

    with open_store(f"sqlite:///{home}/history.sqlite3") as store:
        store.plans.start(store.add_athlete("Anna").id, date.today(), "achilles")


def stop(home: Path) -> None:
    """Two athletes, one of whom has a red flag and much pain."""
    from formcheck.history.store.store import open_store
    from formcheck.training import current_catalogue

    ask(home)
    answers = {flag.code: flag.code in ("ottawa", "numbness") for flag in current_catalogue().red_flags}
    with open_store(f"sqlite:///{home}/history.sqlite3") as store:
        anna = store.resolve_athlete("Anna").id
        store.diary.note_pain(anna, date.today(), "after", 8)
        store.diary.answer_red_flags(anna, date.today(), answers)
        store.plans.start(store.add_athlete("Ben").id, date.today())


def main() -> None:
    """Take what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--sizes", nargs="+", choices=list(SIZES), default=list(SIZES))
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=list(THEMES))
    parser.add_argument("--pages", nargs="+", default=[], help="names of pictures of pages; all by default")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    camera = Camera(asked.folder, {name: SIZES[name] for name in asked.sizes}, tuple(asked.themes), tuple(asked.pages))
    log = asked.folder / "server.log"
    parts: dict[str, tuple[Callable[[Path], None] | None, Callable[[str, Path], None]]] = {
        "empty": (None, lambda url, _: shoot_pages(url, camera, EMPTY_PAGES)),
        "full": (fill, lambda url, _: shoot_pages(url, camera, FULL_PAGES)),
        "changed": (change, lambda url, _: shoot_pages(url, camera, CHANGED_PAGES)),
        "asked": (ask, lambda url, _: shoot_pages(url, camera, ASKED_PAGES)),
        "stopped": (stop, lambda url, _: shoot_pages(url, camera, STOPPED_PAGES)),
        "analysis": (None, lambda url, home: shoot_analysis(url, camera, home)),
    }
    for part in asked.only or PARTS:
        prepare, shoot = parts[part]
        with tempfile.TemporaryDirectory(prefix="formcheck-") as home, app_with(Path(home), log, prepare) as url:
            shoot(url, Path(home))


if __name__ == "__main__":
    main()
