"""A person with a video of a set, in a real browser: upload it, read the report, play the video, keep the set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from formcheck.history.store.store import open_store
from formcheck.pose.bundles import data_dir
from tests.helpers.harness import PATIENCE_MS, is_wider_than_window, record_strangers, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CLIP = data_dir("sample_videos") / "dfx_leadin_right.mp4"


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    truth: dict[str, Any] = json.loads(CLIP.with_suffix(".json").read_text(encoding="utf-8"))
    return truth


@pytest.fixture(scope="module")
def strangers() -> list[str]:
    """Every request to another host."""
    return []


@pytest.fixture(scope="module")
def report_page(browser: Browser, app_url: str, strangers: list[str]) -> Page:
    """The page with the report of an uploaded clip; on the way there it was left and come back to."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    watched = record_strangers(page)
    page.goto(f"{app_url}/analyze")
    settle(page)
    height = page.get_by_role("spinbutton", name="Your height, cm")
    height.fill("165")
    height.press("Enter")
    settle(page)
    page.locator("input[type=file]").first.set_input_files(str(CLIP))
    button = page.get_by_role("button", name="Analyze", exact=True)
    button.and_(page.locator(":enabled")).wait_for(timeout=60_000)
    button.click()
    page.get_by_role("progressbar").first.wait_for(timeout=60_000)

    # A second tab and a look at another page leave the analysis alone.
    other = browser.new_page()
    watched_too = record_strangers(other)
    other.goto(f"{app_url}/analyze")
    settle(other)
    other.locator("input[type=file]").first.wait_for(state="attached")
    other.close()
    page.get_by_role("link", name="How to film").first.click()
    page.get_by_role("heading", name="How to film").wait_for()
    page.get_by_role("link", name="Analyze a video").first.click()

    page.get_by_role("heading", name="Your report").wait_for(timeout=PATIENCE_MS)
    settle(page)
    strangers += watched
    strangers += watched_too
    page.on("close", lambda _: strangers.extend(watched))
    return page


def test_the_report_counts_what_happened(report_page: Page, truth: dict[str, Any]) -> None:
    reps = report_page.get_by_test_id("stMetric").filter(has_text="Reps").first
    assert reps.get_by_test_id("stMetricValue").inner_text().strip() == str(len(truth["reps"]))
    assert report_page.get_by_role("heading", name="Half-kneeling ankle mobilization, right leg").is_visible()
    rows = report_page.get_by_role("table").first.locator("tbody tr")
    assert rows.count() == len(truth["reps"])


def test_the_annotated_video_plays_in_this_browser(report_page: Page, truth: dict[str, Any]) -> None:
    video = report_page.locator("video")
    video.scroll_into_view_if_needed()
    report_page.wait_for_function("() => document.querySelector('video').readyState >= 2", timeout=60_000)
    duration = float(video.evaluate("v => v.duration"))
    assert duration == pytest.approx(truth["meta"]["duration_s"], abs=0.3)
    assert video.evaluate("v => v.videoWidth") > 0
    video.evaluate("v => { v.muted = true; return v.play(); }")
    report_page.wait_for_function("() => document.querySelector('video').currentTime > 0.3", timeout=60_000)
    assert video.evaluate("v => v.error") is None


def test_choosing_a_rep_takes_the_video_there(report_page: Page, truth: dict[str, Any]) -> None:
    last = len(truth["reps"])
    # a rep with a fault has a mark beside its number
    report_page.locator(".st-key-chosen_rep").get_by_role("radio").filter(has_text=str(last)).first.click()
    settle(report_page)
    start_s = truth["reps"][-1]["t_start"]
    report_page.wait_for_function(
        # the page is run again, and for a moment it has no video
        "start => { const v = document.querySelector('video'); return v !== null && v.currentTime > start - 2.5; }",
        arg=start_s,
        timeout=60_000,
    )
    assert f"Rep {last} at" in report_page.get_by_test_id("stMain").inner_text()


def test_the_report_can_be_downloaded(report_page: Page, tmp_path: Path) -> None:
    with report_page.expect_download() as waiting:
        report_page.get_by_role("button", name="Report (HTML)").click()
    target = tmp_path / "report.html"
    waiting.value.save_as(target)
    assert target.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html")


def test_the_report_fits_a_phone(report_page: Page) -> None:
    report_page.set_viewport_size({"width": 390, "height": 844})
    settle(report_page)
    assert not is_wider_than_window(report_page)
    report_page.set_viewport_size({"width": 1280, "height": 720})
    settle(report_page)


def test_the_set_is_kept_when_asked(report_page: Page, home: Path, truth: dict[str, Any]) -> None:
    report_page.get_by_role("button", name="Save to history").click()
    report_page.get_by_text("Saved to your history").wait_for(timeout=60_000)
    with open_store(f"sqlite:///{home / 'history.sqlite3'}") as store:
        (row,) = store.list_sets()
    assert (row.rep_count, row.side) == (len(truth["reps"]), "right")


def test_no_recording_is_left_once_the_report_is_closed(report_page: Page, home: Path) -> None:
    report_page.get_by_role("button", name="Analyze another video").click()
    report_page.get_by_role("button", name="Analyze", exact=True).wait_for()
    assert list((home / "workspace").glob("*/*/*")) == []


def test_nothing_went_to_another_host(report_page: Page, strangers: list[str]) -> None:
    report_page.close()
    assert strangers == []
