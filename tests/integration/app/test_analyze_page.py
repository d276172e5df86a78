"""The main job on its page: a video in, its report out, kept in the history when asked."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from formcheck.app.analyze.results import Request
from formcheck.app.analyze.starting import queue_analysis
from formcheck.app.shared import visits
from formcheck.app.shared.uploads import shown_name, store_upload
from formcheck.app.shared.worker_process import Helpers
from formcheck.history.store.store import Store
from formcheck.report.schema import Athlete
from tests.helpers.clips import cut_clip, write_photo, write_sound
from tests.helpers.visitor import read_markdown
from tests.integration.app.conftest import OpenPage
from tests.integration.app.test_pages import button, words

PATIENCE_S = 300


def run_to_the_end(page: AppTest) -> AppTest:
    """Run the page again until its analysis is over."""
    for _ in range(PATIENCE_S * 2):
        if "job_id" not in page.session_state:
            return page
        time.sleep(0.5)
        page.run()
    raise AssertionError("the analysis did not end")


def recordings_in(home: Path) -> list[Path]:
    return list((home / "workspace").glob("*/*/upload"))


def test_an_upload_becomes_a_report_and_a_saved_set(
    open_page: OpenPage, store: Store, home: Path, clip: Path, truth: dict[str, Any]
) -> None:
    page = open_page("analyze")
    page.number_input[0].set_value(165.0)
    page.file_uploader[0].upload("../../my <b>set</b>.mp4", clip.read_bytes(), "video/mp4").run()
    button(page, "Analyze").click().run()
    assert page.session_state["job_id"]
    run_to_the_end(page)
    assert not page.exception
    assert not page.error

    reps = next(metric.value for metric in page.metric if metric.label == "Reps")
    assert reps == str(len(truth["reps"]))
    assert page.header[0].value == "Half-kneeling ankle mobilization, right leg"
    # it stays for corrections by hand as long as its report is open
    assert len(recordings_in(home)) == 1
    assert not list(home.parent.glob("**/my*"))

    next(field for field in page.text_input if field.label == "Whose set is it?").set_value("Anna")
    button(page, "Save to history").click().run()
    assert "Saved to Anna's history" in words(page)
    assert "Since last time" not in words(page)  # a set is not compared with itself
    anna = store.list_athletes()[0]
    (row,) = store.list_sets(anna.id)
    assert (anna.name, anna.height_cm) == ("Anna", 165.0)
    assert (row.rep_count, row.side) == (len(truth["reps"]), "right")
    assert row.html_path is not None
    assert Path(row.html_path).is_file()

    button(page, "Analyze another video").click().run()
    assert page.file_uploader
    assert list((home / "workspace").glob("*/*/report.json")) == recordings_in(home) == []


@pytest.mark.parametrize(
    ("content", "said_so"),
    [
        ("text", "“notes.mp4” is not a video that formcheck can read"),
        ("sound", "“notes.mp4” has no video in it"),
        ("photo", "“notes.mp4” is a photo, not a video"),
    ],
)
def test_a_file_that_is_not_a_video_is_refused_with_a_message(
    open_page: OpenPage, home: Path, tmp_path: Path, content: str, said_so: str
) -> None:
    data = b"a text that calls itself a video"
    if content != "text":
        data = (write_sound if content == "sound" else write_photo)(tmp_path / "other.mp4").read_bytes()
    page = open_page("analyze")
    page.file_uploader[0].upload("notes.mp4", data, "video/mp4").run()
    button(page, "Analyze").click().run()
    run_to_the_end(page)
    assert not page.exception
    message = read_markdown(page.error[0].value)
    assert message.startswith(said_so)
    assert "invalid data" not in message.lower()
    assert str(home) not in message
    assert recordings_in(home) == []


def test_a_video_of_one_second_gets_what_to_do_and_no_empty_report(
    open_page: OpenPage, home: Path, clip: Path, tmp_path: Path
) -> None:
    page = open_page("analyze")
    second = cut_clip(clip, tmp_path / "second.mp4", 5.0, 1.0).read_bytes()
    page.file_uploader[0].upload("second.mp4", second, "video/mp4").run()
    button(page, "Analyze").click().run()
    run_to_the_end(page)
    assert not page.exception
    assert "No set found in this video" in words(page)
    assert "second.mp4 · 1 second" in words(page)
    assert "This video is only 1 second long, and a set takes at least 5 seconds." in words(page)
    assert "Film from the side" not in words(page)
    assert not page.get("download_button")
    button(page, "Analyze another video").click().run()
    assert page.file_uploader


def test_a_cancelled_analysis_leaves_the_form_and_no_recording(open_page: OpenPage, home: Path, clip: Path) -> None:
    page = open_page("analyze")
    page.file_uploader[0].upload("set.mp4", clip.read_bytes(), "video/mp4").run()
    button(page, "Analyze").click().run()
    button(page, "Cancel").click().run()
    run_to_the_end(page)
    assert page.file_uploader
    assert not page.error
    assert recordings_in(home) == []


class LateHelpers(Helpers):
    """Write the last file of a report when its visitor has just gone."""

    def __init__(self, visit: visits.Visit) -> None:
        super().__init__()
        self.visit = visit
        self.written = threading.Event()

    def run(self, task: Any, *arguments: Any, progress: Any) -> None:
        folder = arguments[1]
        self.visit.close()
        folder.mkdir()
        (folder / "report.json").write_text("{}")
        self.written.set()


def test_a_report_that_is_finished_as_its_visitor_goes_is_removed(home: Path, clip: Path) -> None:
    visit = visits.Visit()
    visit.helpers = helpers = LateHelpers(visit)
    queue_analysis(visit, lambda folder: Request(clip, "set.mp4", Athlete()))
    assert helpers.written.wait(PATIENCE_S)
    deadline = time.monotonic() + PATIENCE_S
    while list((home / "workspace").glob("*/*/")):
        assert time.monotonic() < deadline, "it stays"
        time.sleep(0.01)


def test_two_visitors_never_see_each_others_work(home: Path, clip: Path) -> None:
    anna, ben = visits.Visit(), visits.Visit()

    def request(folder: Path) -> Request:
        with clip.open("rb") as video:
            return Request(store_upload(video, folder, "x"), shown_name("../../x"), Athlete())

    job = queue_analysis(anna, request)
    assert anna.queue.status(job, anna.token) is not None
    assert ben.queue.status(job, ben.token) is None
    ben.queue.cancel(job, ben.token)
    status = anna.queue.status(job, anna.token)
    assert status is not None
    assert status.state in ("waiting", "running")
    anna.close()
    assert anna.queue.status(job, anna.token) is None
    assert anna.folders == []
