"""The pages are for everybody: axe-core finds nothing serious, in light and dark, and the main job needs no mouse."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from formcheck.pose.bundles import data_dir
from tests.helpers.harness import PATIENCE_MS, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

PAGES = ("", "analyze", "film", "trends", "compare", "plan", "history", "filming", "drills", "set?id=1", "set", "sample")
MOST_TABS = 60
CLIP = data_dir("sample_videos") / "dfx_leadin_right.mp4"
# A rule that Streamlit's own widgets break and that no page can mend would be named here, with its reason; there is none.
AXE_OPTIONS: dict[str, Any] = {"resultTypes": ["violations"]}
# What changes over from one theme to the other, or is faded for the moment in which the page runs anew, would be measured as bad
# contrast.
STILL = (
    "*, *::before, *::after { transition: none !important; animation: none !important; }"
    "[data-stale=true] { opacity: 1 !important; }"
)


@pytest.fixture(scope="module")
def home(sample_home: Path) -> Path:
    return sample_home


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all: axe-core comes with each address that it opens."""
    opened = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    opened.add_init_script((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    yield opened
    opened.close()


def serious_violations(page: Page) -> list[str]:
    """What axe-core calls serious or critical in the page as it is now, in either theme: rule, place and reason."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.add_style_tag(content=STILL)
        page.wait_for_timeout(700)  # the page runs anew with the other theme
        settle(page)
        for violation in page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)["violations"]:
            if violation["impact"] in ("serious", "critical"):
                found += [f"{theme}: {violation['id']}: {node['target']}: {node['failureSummary']}" for node in violation["nodes"]]
    return found


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement; return (e.getAttribute('aria-label') || e.innerText || '').trim(); }"
        )
        if str(focused).endswith(name):
            return
    raise AssertionError(f"{name} is not reached with {MOST_TABS} Tabs")


def assert_focus_shows(page: Page) -> None:
    style = page.evaluate(
        "() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)]; }"
    )
    assert style[0] != "none"
    assert style[1] >= 2


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(page: Page, app_url: str, path: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{app_url}/{path}")
    settle(page)
    assert page.get_by_role("heading", level=1).count() == 1
    assert serious_violations(page) == []


@pytest.mark.parametrize("path", ["trends", "compare", "plan", "set?id=1"])
def test_the_marks_of_a_chart_are_named_as_a_person_would_say_them(page: Page, app_url: str, path: str) -> None:
    """No name of a column, no number with ten decimals: those are what Vega says where nobody says it better."""
    page.goto(f"{app_url}/{path}")
    settle(page)
    page.wait_for_timeout(1000)
    marks = page.locator(".vega-embed [role=graphics-symbol]:not([aria-hidden=true])")
    said = marks.evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label') || '')")
    assert [words for words in said if re.search(r"\bvalue:|\d\.\d{3}", words)] == []
    if path == "trends":
        assert any(re.fullmatch(r"[A-Z][a-z]+ \d+, \d{4}: \d+\.\d°", words) for words in said)
        assert any(re.fullmatch(r"Week \d+: \d+ of \d+ sets done", words) for words in said)


def test_a_drawing_follows_the_system_from_light_to_dark_while_its_page_is_open(page: Page, app_url: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{app_url}/filming")
    settle(page)
    light = page.get_by_test_id("stImage").locator("img").first.get_attribute("src")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("light => document.querySelector('[data-testid=stImage] img').src !== light", arg=light, timeout=60_000)


def test_the_first_visit_leads_to_a_finished_report_without_a_mouse(page: Page, app_url: str) -> None:
    page.goto(app_url)
    settle(page)
    tab_to(page, "Remove the sample data")
    assert_focus_shows(page)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Check your ankle and calf exercises on video").wait_for()
    settle(page)
    assert serious_violations(page) == []
    tab_to(page, "See a sample report")
    assert_focus_shows(page)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Half-kneeling ankle mobilization, right leg").wait_for()
    page.locator("video").wait_for()
    page.wait_for_function("() => document.querySelector('video').readyState >= 1", timeout=60_000)


def test_an_analysis_is_started_and_cancelled_without_a_mouse(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/analyze")
    settle(page)
    tab_to(page, "Try this sample")
    assert_focus_shows(page)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Cancel").wait_for()
    tab_to(page, "Cancel")
    page.keyboard.press("Enter")
    page.get_by_text("The analysis was canceled").wait_for(timeout=PATIENCE_MS)


def test_a_video_is_uploaded_analyzed_and_saved_without_a_mouse(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/analyze")
    settle(page)
    with page.expect_file_chooser() as chooser:
        tab_to(page, "Upload")
        assert_focus_shows(page)
        page.keyboard.press("Enter")
    chooser.value.set_files(str(CLIP))
    page.get_by_role("button", name="Analyze", exact=True).and_(page.locator(":enabled")).wait_for()
    tab_to(page, "Analyze")
    assert_focus_shows(page)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your report").wait_for(timeout=PATIENCE_MS)
    settle(page)
    assert serious_violations(page) == []
    tab_to(page, "Save to history")
    assert_focus_shows(page)
    page.keyboard.press("Enter")
    page.get_by_text("Saved to").wait_for()
