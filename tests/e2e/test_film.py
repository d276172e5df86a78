"""The page *Film a set* in a real Chromium, whose camera is a sample clip."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import pytest

from formcheck.export.facts import best_value
from formcheck.history.store.store import Store, open_store
from formcheck.live.coach import MIN_POSES_PER_S
from formcheck.live.difference import ROUNDING
from formcheck.training import current_catalogue
from tests.helpers.harness import CHROMIUM_ARGS, PATIENCE_MS, find_chromium, record_strangers, serve_app, settle
from tests.helpers.live_clips import truth, write_fake_camera

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed")]

# Three repetitions after kneeling down, and one that is done before the countdown has ended.
CLIP, START_S = "dfx_leadin_right", 4.0
REPS = len(truth(CLIP)["reps"])
EARLY_CLIP = "df_right_female_heellift"
# The clips last half a minute: what has not been counted by then is not counted at all.
FILM_S = 90.0
# "Best clean rep so far (live estimate)", as the page shows it: the number and its expected error.
BEST = re.compile(r"live estimate\)\s+(\d+) ± (\d+)")
# Of the plan between two sets, seconds.
REST_S = 60.0
# A session begins within a second or two; on a busy machine it may take some more.
BEGIN_MS = 30_000
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """The data folder of a person whose plan begins today."""
    folder = tmp_path_factory.mktemp("home")
    with history(folder) as store:
        store.plans.start(store.add_athlete("Anna", height_cm=165.0).id, date.today())
    return folder


def history(home: Path) -> Store:
    return open_store(f"sqlite:///{home / 'history.sqlite3'}")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with serve_app(home, home / "server.log") as found:
        yield found


def fake_camera(folder: Path, clip: str, start_s: float, then_s: float) -> tuple[str, ...]:
    """What makes Chromium play the clip as its camera; ``then_s`` keeps the person where they are, so that nothing more counts."""
    video = write_fake_camera(clip, folder / f"{clip}.y4m", start_s, then_s)
    return *FAKE_CAMERA, f"--use-file-for-fake-video-capture={video}"


@contextmanager
def open_page(*arguments: str):
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=find_chromium(), args=[*CHROMIUM_ARGS, *arguments])
        try:
            page = browser.new_page(viewport={"width": 1000, "height": 720})
            page.set_default_timeout(PATIENCE_MS)
            yield page
        finally:
            browser.close()


def prepare(page, address: str, reps: int) -> None:
    page.goto(f"{address}/film")
    settle(page)
    page.get_by_text("Right", exact=True).click()
    settle(page)
    for label, value in (("Reps", str(reps)), ("Your height, cm", "165")):
        field = page.get_by_label(label)
        field.fill(value)
        field.press("Enter")
        settle(page)


def start_camera(page):
    box = page.frame_locator('iframe[title*="webrtc"]')
    box.get_by_role("button", name="Start the camera").click()
    return box


def begin_session(page) -> None:
    """Tap *hands free*. A page that is drawn anew in that very moment is tapped once more, as a person would."""
    for _ in range(2):
        page.get_by_role("button", name="hands free").click()
        with suppress(playwright.TimeoutError):
            page.get_by_role("button", name="End the session").wait_for(timeout=BEGIN_MS)
            return
    pytest.fail("two taps did not begin the session")


def film_until(page, words: str) -> list[tuple[int, int]]:
    """Wait for words on the page while the camera runs; return the best numbers shown meanwhile, each with its error.

    A camera does not wait: on a machine that finds fewer poses than the page itself calls enough, the test is skipped.
    """
    rates: list[int] = []
    bests: list[tuple[int, int]] = []
    end = time.monotonic() + FILM_S
    while time.monotonic() < end:
        text = page.get_by_test_id("stMain").inner_text()
        if words in text:
            return bests
        if (shown := BEST.search(text)) and (best := (int(shown[1]), int(shown[2]))) not in bests[-1:]:
            bests.append(best)
        if found := re.search(r"(\d+) frames per second", text):
            rates.append(int(found[1]))
        page.wait_for_timeout(300)
    usual = sorted(rates)[len(rates) // 4] if rates else 0
    if rates and usual < MIN_POSES_PER_S:
        pytest.skip(f"no time here for filming beside the browser: {usual} frames per second in the slowest quarter of the time")
    pytest.fail(f"no “{words}” after {FILM_S:.0f} s at {usual} frames per second or more")


@pytest.mark.real_time
def test_a_filmed_set_is_counted_reported_and_saved(address: str, home: Path, tmp_path: Path) -> None:
    """Its live numbers never fall, and are the report's within their error, or the report says that they are not."""
    with open_page(*fake_camera(tmp_path, CLIP, START_S, 20.0)) as page:
        strangers = record_strangers(page)
        prepare(page, address, REPS)
        start_camera(page)
        film_until(page, f"1 of {REPS}")
        bests = film_until(page, f"Counted: {REPS}.")
        page.get_by_role("button", name="Save to history").wait_for()
        settle(page)
        assert page.get_by_test_id("stMetricValue").first.inner_text() == str(REPS)
        assert page.get_by_text("right leg", exact=False).count()
        page.get_by_role("button", name="Save to history").click()
        page.get_by_text("toward today's plan", exact=False).first.wait_for()
        page.get_by_text("Set 1 of 3, left leg: 10 reps").wait_for()
        page.get_by_role("button", name="Next set").click()
        page.get_by_text("Working leg", exact=True).wait_for()
        assert strangers == []
    with history(home) as store:
        report = store.get_report(store.list_sets()[0].id)
    numbers = [best for best, _ in bests]
    assert numbers == sorted(numbers)
    assert report.summary.rep_count == REPS
    if bests:
        best, error = bests[-1]
        agrees = abs(best_value(report) - best) <= error + ROUNDING
        assert agrees or "live-differs" in [warning.code for warning in report.quality.warnings]


@pytest.mark.real_time
def test_a_session_without_hands_rests_goes_on_by_itself_and_is_summed_up(tmp_path: Path) -> None:
    """The left leg's sets are done, so that the session is of the right leg, which the camera sees."""
    with history(tmp_path) as store:
        anna = store.add_athlete("Anna", height_cm=165.0)
        store.plans.start(anna.id, date.today())
        store.plans.tick(anna.id, date.today(), "half-kneeling", "left")
        store.diary.answer_red_flags(anna.id, date.today(), {flag.code: False for flag in current_catalogue().red_flags})
    with (
        serve_app(tmp_path, tmp_path / "server.log") as address,
        open_page(*fake_camera(tmp_path, CLIP, START_S, 20.0)) as page,
    ):
        page.goto(f"{address}/film")
        settle(page)
        begin_session(page)  # nobody presses the button of the camera's box
        film_until(page, "1 of 10")
        page.get_by_role("button", name="End this set").click()
        page.get_by_text("Rest: 0:", exact=False).first.wait_for()
        page.get_by_text("rep, saved", exact=False).or_(page.get_by_text("reps, saved", exact=False)).first.wait_for()
        page.get_by_text("Rest: 0:", exact=False).first.wait_for(state="detached", timeout=1000 * (REST_S + 30))
        page.get_by_text("Set 2 of", exact=False).first.wait_for()
        page.locator(".fc-panel").get_by_role("list").or_(page.locator(".fc-count")).first.wait_for()
        page.get_by_role("button", name="End the session").click()
        page.get_by_role("heading", name="Session done").wait_for()
        page.get_by_text("You did 1 set with", exact=False).wait_for()
    with history(tmp_path) as store:
        assert [row.side for row in store.list_sets()] == ["right"]


@pytest.mark.real_time
def test_a_set_that_is_cut_off_keeps_its_repetitions(address: str, tmp_path: Path) -> None:
    """First the page is left in mid-set, then the tab is closed in mid-set; each time the repetitions are offered afterwards."""
    camera = fake_camera(tmp_path, EARLY_CLIP, 0.0, 5.0)
    with open_page(*camera) as page:
        prepare(page, address, 20)
        start_camera(page)
        film_until(page, "1 of 20")
        page.get_by_role("link", name="Trends").first.click()
        settle(page)
        page.get_by_role("link", name="Film a set").first.click()
        page.get_by_text("The reps so far are kept.").wait_for()
        page.get_by_role("button", name="Make the report").wait_for()
        page.get_by_role("button", name="Film it again").click()
        page.get_by_text("Working leg", exact=True).wait_for()
        prepare(page, address, 20)
        start_camera(page)
        film_until(page, "1 of 20")
    with open_page() as page:
        for _ in range(12):
            page.goto(f"{address}/film")
            settle(page)
            if page.get_by_role("button", name="Make the report").count():
                break
            page.wait_for_timeout(3000)
        assert page.get_by_role("button", name="Make the report").count()
        page.get_by_role("button", name="Film it again").click()
        page.get_by_text("Working leg", exact=True).wait_for()


def test_a_blocked_camera_says_what_to_do(address: str) -> None:
    with open_page("--use-fake-device-for-media-stream", "--deny-permission-prompts") as page:
        page.goto(f"{address}/film")
        settle(page)
        start_camera(page)
        page.get_by_text("The camera is blocked for this page", exact=False).wait_for()


def test_a_missing_camera_is_explained_with_advice(address: str) -> None:
    with open_page("--use-fake-ui-for-media-stream") as page:
        page.goto(f"{address}/film")
        settle(page)
        start_camera(page)
        page.get_by_text("No camera was found", exact=False).wait_for()
