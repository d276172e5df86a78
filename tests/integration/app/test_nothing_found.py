"""The page of a video in which nothing counted: what was seen, the frame, and the ways on."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.app.analyze.nothing_found import name_change
from formcheck.app.analyze.results import MISSED_FILE, Result
from formcheck.app.shared import visits
from formcheck.app.shared.jobs import MAX_WAITING
from formcheck.exercises.filming import NOTHING_KNOWN
from formcheck.report.schema import NotCounted, Quality, QualityWarning, SetReport
from tests.helpers.reports import make_rep, make_report
from tests.helpers.visitor import read_markdown
from tests.integration.app.conftest import OpenPage
from tests.integration.app.test_pages import button, words

SAID = "Two knee to wall reps of the left leg were seen, the third ended with the recording; the test asks for three."


def movement(start_s: float, criterion: str = "too-few") -> NotCounted:
    message = "A rep, but only 2 in a row; a set takes at least 3."
    return NotCounted(
        start_s=start_s,
        peak_s=start_s + 1.5,
        end_s=start_s + 3,
        exercise="knee-to-wall",
        criterion=criterion,
        value=2,
        limit=3,
        message=message if criterion == "too-few" else "The recording ended before the movement was done.",
    )


def nothing() -> SetReport:
    warning = QualityWarning(code="no-exercise", message=SAID)
    return make_report(
        [],
        exercise=None,
        side=None,
        not_counted=[movement(2.0), movement(6.0), movement(10.0, "cut-off")],
        quality=Quality(pose_coverage=1.0, usable=False, warnings=[warning]),
    )


@pytest.fixture
def result(tmp_path: Path, clip: Path) -> Result:
    folder = tmp_path / "result"
    folder.mkdir()
    (folder / "report.json").write_text(nothing().model_dump_json(), encoding="utf-8")
    (folder / MISSED_FILE).write_bytes(cv2.imencode(".jpg", np.full((48, 64, 3), 120, np.uint8))[1].tobytes())
    (folder / "upload").write_bytes(clip.read_bytes())
    (folder / "annotated.mp4").write_bytes(clip.read_bytes())
    return Result(folder)


def test_it_says_what_was_seen_what_was_missing_and_shows_the_frame(open_page: OpenPage, result: Result) -> None:
    page = open_page("analyze")
    page.session_state["result"] = result
    page.run()
    assert not page.exception
    said = words(page)
    assert SAID in said
    assert "At 0:03.5 and 0:07.5: a rep, but only 2 in a row; a set takes at least 3." in said
    assert "At 0:11.5: the recording ended before the movement was done." in said
    assert "Film the whole set, all of its reps in a row." in said
    assert result.missed_picture is not None


def test_of_a_video_shorter_than_any_set_only_its_length_is_said(open_page: OpenPage, result: Result) -> None:
    """A second of somebody who kneels was once "nearest to the heel raise", to be analyzed again as that."""
    report = nothing()
    short = {"video": report.video.model_copy(update={"duration_s": 1.0}), "not_counted": [movement(0.0, "cut-off")]}
    (result.folder / "report.json").write_text(report.model_copy(update=short).model_dump_json(), encoding="utf-8")
    page = open_page("analyze")
    page.session_state["result"] = Result(result.folder)
    page.run()
    assert not page.exception
    assert "This video is only 1 second long" in words(page)
    assert "What was seen" not in words(page)
    assert "Analyze another video" in {b.label for b in page.button}


@pytest.mark.parametrize(("message", "asked"), [(NOTHING_KNOWN, True), ("The upper body is out of the picture.", False)])
def test_where_no_exercise_is_near_the_person_can_still_name_one(
    open_page: OpenPage, result: Result, message: str, asked: bool
) -> None:
    """But not of legs alone: whatever they are called, they cannot be measured."""
    warning = QualityWarning(code="no-exercise", message=message)
    quality = Quality(pose_coverage=1.0, usable=False, warnings=[warning])
    report = nothing().model_copy(update={"not_counted": [], "quality": quality})
    (result.folder / "report.json").write_text(report.model_dump_json(), encoding="utf-8")
    page = open_page("analyze")
    page.session_state["result"] = Result(result.folder)
    page.run()
    assert not page.exception
    assert message in words(page)
    assert "nearest" not in words(page)
    assert any(str(group.key).startswith("name-exercise") for group in page.get("button_group")) is asked


def test_one_click_counts_what_was_seen_in_the_same_video(open_page: OpenPage, result: Result) -> None:
    page = open_page("analyze")
    page.session_state["result"] = result
    page.run()
    button(page, "Count the 2 reps that were seen").click().run()
    assert not page.exception
    assert page.session_state["job_id"]
    assert "result" not in page.session_state
    assert not result.folder.exists()
    button(page, "Cancel").click().run()


def test_one_click_names_the_exercise(open_page: OpenPage, result: Result) -> None:
    page = open_page("analyze")
    page.session_state["result"] = result
    page.run()
    next(group for group in page.get("button_group") if str(group.key).startswith("name-exercise")).set_value("heel-raise").run()
    assert not page.exception
    assert page.session_state["job_id"]
    assert not result.folder.exists()
    button(page, "Cancel").click().run()


def test_a_report_of_the_wrong_exercise_is_analyzed_again_as_another(open_page: OpenPage, result: Result) -> None:
    counted = make_report([make_rep(number, 35.0) for number in (1, 2, 3)])
    (result.folder / "report.json").write_text(counted.model_dump_json(), encoding="utf-8")
    page = open_page("analyze")
    page.session_state["result"] = Result(result.folder)
    page.run()
    assert not page.exception
    offered = next(group for group in page.get("button_group") if str(group.key).startswith("name-exercise"))
    assert "Ankle mobilization" not in offered.options
    offered.set_value("heel-raise").run()
    assert not page.exception
    assert page.session_state["job_id"]
    assert not result.folder.exists()
    button(page, "Cancel").click().run()


def test_while_too_many_videos_wait_the_video_stays_for_another_try(open_page: OpenPage, result: Result) -> None:
    page = open_page("analyze")
    page.session_state["result"] = result
    page.run()
    begun, done = threading.Event(), threading.Event()
    queue = visits.job_queue()

    def keep_busy(_: object) -> None:
        begun.set()
        done.wait()

    try:
        queue.submit("a visitor", keep_busy)
        assert begun.wait(60)
        for number in range(MAX_WAITING):
            queue.submit(f"visitor {number}", keep_busy)
        button(page, "Count the 2 reps that were seen").click().run()
        assert "Too many videos are waiting" in words(page)
        assert result.upload.is_file()
    finally:
        for number in range(MAX_WAITING):
            queue.forget(f"visitor {number}")
        done.set()
    button(page, "Count the 2 reps that were seen").click().run()
    assert page.session_state["job_id"]
    button(page, "Cancel").click().run()


def test_the_change_follows_the_reason() -> None:
    cut_off, together = (read_markdown(name_change(movement(0.0, why))) for why in ("cut-off", "feet-together"))
    assert cut_off == "**Or film again with one change:** Let the camera run for a few seconds after the last rep."
    assert together.startswith("**If it was meant as the knee-to-wall test, begin like this:** Shoes off.")
