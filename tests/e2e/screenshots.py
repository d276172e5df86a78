"""Pictures of every page in every state, on a laptop and a phone, light and dark: ``python tests/e2e/screenshots.py FOLDER``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import PATIENCE_MS, is_wider_than_window, open_browser, serve_app, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZES = {"laptop": (1280, 720), "phone": (390, 844)}
THEMES = ("light", "dark")
EMPTY_PAGES = {"welcome": "", "analyze": "analyze", "trends-empty": "trends", "plan-empty": "plan", "history-empty": "history"}
FULL_PAGES = {
    "today": "",
    "film": "film",
    "trends": "trends",
    "plan": "plan",
    "history": "history",
    "filming": "filming",
    "set": "set?id=1",
    "set-raise": "set?id=7",
}


def shoot(page: Page, folder: Path, name: str) -> None:
    """Take one picture of the whole page, and say if it scrolls sideways."""
    settle(page)
    page.wait_for_timeout(600)
    # Streamlit scrolls inside the page: as tall a window as the content takes shows all of it.
    height = int(page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight"))
    width = page.viewport_size["width"] if page.viewport_size else 0
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": min(6000, max(height, before["height"] if before else 0))})
    page.wait_for_timeout(500)
    page.screenshot(path=str(folder / f"{name}.png"))
    wide = is_wider_than_window(page)
    if before:
        page.set_viewport_size(before)
    print(f"{name}{'  SCROLLS SIDEWAYS' if wide else ''}", flush=True)


def shoot_pages(url: str, folder: Path, pages: dict[str, str], sizes: dict[str, tuple[int, int]], themes: tuple[str, ...]) -> None:
    with open_browser() as browser:
        for size, (width, height) in sizes.items():
            for theme in themes:
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
                for name, path in pages.items():
                    page.goto(f"{url}/{path}")
                    shoot(page, folder, f"{name}-{size}-{theme}")
                page.close()


def shoot_analysis(url: str, folder: Path, sizes: dict[str, tuple[int, int]], themes: tuple[str, ...]) -> None:
    """The progress, and the report of a sample; the sizes and themes share the one analysis."""
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme="light")
        page.goto(f"{url}/analyze")
        settle(page)
        page.get_by_role("button", name="Try this sample").click()
        page.get_by_role("button", name="Cancel").wait_for()
        page.wait_for_timeout(4000)
        page.screenshot(path=str(folder / "progress-laptop-light.png"))
        page.get_by_role("button", name="Analyze another video").wait_for(timeout=PATIENCE_MS)
        settle(page)
        for theme in themes:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.wait_for_timeout(500)
            page.keyboard.press("r")  # runs the page anew: its charts take on the other theme
            for size, (width, height) in sizes.items():
                page.set_viewport_size({"width": width, "height": height})
                shoot(page, folder, f"report-{size}-{theme}")
        page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=["empty", "full", "analysis"], action="append")
    parser.add_argument("--sizes", nargs="+", choices=list(SIZES), default=list(SIZES))
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=list(THEMES))
    parser.add_argument("--pages", nargs="+", help="names of pages; all by default")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sizes = {name: SIZES[name] for name in asked.sizes}
    wanted = asked.only or ["empty", "full", "analysis"]

    def chosen(pages: dict[str, str]) -> dict[str, str]:
        return {name: path for name, path in pages.items() if not asked.pages or name in asked.pages}

    with tempfile.TemporaryDirectory(prefix="formcheck-") as home:
        with serve_app(Path(home), asked.folder / "server.log") as url:
            if "empty" in wanted:
                shoot_pages(url, asked.folder, chosen(EMPTY_PAGES), sizes, tuple(asked.themes))
            if "analysis" in wanted:
                shoot_analysis(url, asked.folder, sizes, tuple(asked.themes))
        if "full" in wanted:
            from formcheck.history.sample import add_sample
            from formcheck.history.store import open_store

            with open_store(f"sqlite:///{home}/history.sqlite3") as store:
                add_sample(store)
            with serve_app(Path(home), asked.folder / "server.log") as url:
                shoot_pages(url, asked.folder, chosen(FULL_PAGES), sizes, tuple(asked.themes))


if __name__ == "__main__":
    main()
