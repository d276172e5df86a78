"""Correcting a report on its page, as a person does it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from formcheck.analysis.archive import write_analysis
from formcheck.analysis.pipeline import Analysis
from formcheck.app.analyze.corrected import Change, correct_result, go_back
from formcheck.app.analyze.results import Result, write_outputs
from formcheck.app.history.saved import Kept, _read_kept
from formcheck.export.facts import format_time
from formcheck.export.other_sets import OtherSets
from formcheck.history.store.store import Store
from formcheck.support.files import write_text
from tests.helpers.factories import half_kneeling_report
from tests.integration.app.conftest import OpenPage
from tests.integration.app.test_pages import button, words


@pytest.fixture
def result(sample_analysis: Analysis, tmp_path: Path) -> Result:
    """A finished analysis as a page has it, without its video drawn."""
    folder = tmp_path / "result"
    folder.mkdir()
    shutil.copy(sample_analysis.info.path, folder / "upload")
    analysis = replace(sample_analysis, info=replace(sample_analysis.info, path=folder / "upload"))
    result = Result(folder)
    write_text(folder / "recording.sha256", "1" * 64)
    (folder / "annotated.mp4").write_bytes(b"drawn")
    write_analysis(analysis, result.analysis_file(0))
    write_outputs(analysis, folder)
    return Result(folder)


def rep_selector(page: Any) -> Any:
    return next(box for box in page.selectbox if str(box.key).startswith("correct-rep"))


def rep_jumper(page: Any) -> Any:
    return next(group for group in page.get("button_group") if str(group.key).startswith("rep-"))


def choose_rep(page: Any, number: int) -> None:
    rep_selector(page).select_index(number - 1).run()


def ignore(share: float, stage: str) -> None:
    """Let nobody know how far it is."""


def correct(result: Result, name: str, *arguments: Any) -> Result:
    correct_result(result.folder, Change(name, arguments), ignore)
    return Result(result.folder)


def test_corrections_change_everything_shown_and_go_back_to_the_same(result: Result) -> None:
    counted = result.json
    first = correct(result, "without_rep", 2)
    rep = first.report.reps[0]
    second = correct(result, "with_borders", 1, rep.start_s + 0.2, rep.end_s)
    assert (second.report.summary.rep_count, second.steps, second.video_is_current) == (3, 2, False)
    assert "Corrected by hand" in second.page()
    assert set(second.pictures) <= {1, 2, 3}
    go_back(result.folder, 1, ignore)
    assert Result(result.folder).report == first.report
    go_back(result.folder, 0, ignore)
    back = Result(result.folder)
    assert (back.json, back.steps, back.video_is_current) == (counted, 0, True)
    assert "Corrected by hand" not in back.page()


def test_on_its_page_a_rep_is_removed_borders_are_moved_and_all_is_saved_once(
    open_page: OpenPage, store: Store, result: Result
) -> None:
    page = open_page("analyze")
    page.session_state["result"] = result
    page.run()
    button(page, "Save to history").click().run()
    assert not page.exception
    # nobody is seen in what was saved, unless they said so
    row = store.list_sets()[0]
    assert (store.get_pictures(row.id), row.recording_path) == ({}, None)
    assert store.get_curves(row.id) is not None
    assert "data:image/jpeg" not in Path(row.html_path or "").read_text(encoding="utf-8")
    first, second = result.report.reps[:2]
    assert button(page, "Remove the rep").disabled
    rep_jumper(page).set_value(1).run()
    choose_rep(page, 1)
    button(page, f"Remove the rep at {format_time(first.start_s)}").click().run()
    assert not page.exception
    assert f"The rep at {format_time(first.start_s)} was removed." in words(page)
    # What was rep 2 is rep 1 now: nothing is chosen until the person chooses again.
    assert rep_selector(page).value is None
    assert rep_jumper(page).value is None
    assert format_time(second.start_s) in rep_selector(page).options[0]
    assert button(page, "Remove the rep").disabled
    assert next(metric.value for metric in page.metric if metric.label == "Reps") == "3"
    assert "Since last time" not in words(page)  # the only set in the history is this one, as it was
    next(box for box in page.checkbox if box.key == "keep-pictures").check()
    button(page, "Save to history").click().run()
    assert "It counts once" in words(page)
    assert store.get_pictures(row.id)
    assert "data:image/jpeg" in Path(row.html_path or "").read_text(encoding="utf-8")
    assert [(row.rep_count, row.corrected) for row in store.list_sets()] == [(3, True)]

    next(group for group in page.get("button_group") if str(group.key).startswith("correct_kind")).set_value("borders").run()
    choose_rep(page, 1)
    slider = page.slider[0]
    slider.set_value((slider.value[0], slider.value[1] - 0.2)).run()
    button(page, "Measure between start and end").click().run()
    assert not page.exception
    assert "was measured again from" in words(page)
    button(page, "Back to what formcheck counted").click().run()
    assert "Corrected by hand" not in words(page)
    button(page, "Save to history").click().run()
    assert [(row.rep_count, row.corrected) for row in store.list_sets()] == [(4, False)]


def test_a_filmed_set_is_still_compared_with_the_others_once_it_is_saved(open_page: OpenPage, store: Store, result: Result) -> None:
    value, version = result.report.summary.headline, result.report.software.measures_version
    assert value is not None
    store.save_report(half_kneeling_report([value - 1.0] * 3, side="right", measures_version=version), "Ada")
    store.save_report(result.report, "Ada", recording_sha256=result.recording_sha256)
    page = open_page("film")
    page.session_state["film_result"], page.session_state["film_saved"] = result, "Saved."
    page.run()
    assert not page.exception
    assert "Since last time: March 3" in words(page)


def test_a_missed_rep_is_offered_where_it_was_and_can_be_added_as_it_is_offered(open_page: OpenPage, result: Result) -> None:
    missed = result.report.reps[1]
    page = open_page("analyze")
    page.session_state["result"] = correct(result, "without_rep", 2)
    page.run()
    next(group for group in page.get("button_group") if str(group.key).startswith("correct_kind")).set_value("add").run()
    gaps = next(box for box in page.selectbox if box.label == "Where was it missed?")
    gaps.select_index(next(place for place, name in enumerate(gaps.options) if "between" in name.lower())).run()
    start, end = page.slider[0].value
    assert start < missed.peak_s < end
    button(page, "Add a rep here").click().run()
    assert not page.exception
    assert not page.error
    assert next(metric.value for metric in page.metric if metric.label == "Reps") == str(len(result.report.reps))


@pytest.mark.usefixtures("sample_store")
def test_a_saved_set_loses_a_rep_and_gets_it_back(open_page: OpenPage, store: Store) -> None:
    before = store.get_report(1)
    page = open_page("set", id="1")
    choose_rep(page, 1)
    button(page, f"Remove the rep at {format_time(before.reps[0].start_s)}").click().run()
    assert not page.exception
    assert "corrected by hand" in words(page)
    assert rep_selector(page).value is None
    assert (store.get_set(1).rep_count, store.get_set(1).corrected) == (9, True)
    button(page, "Undo the last correction").click().run()
    assert store.get_report(1) == before
    assert not store.get_set(1).corrected


def test_a_saved_sets_page_shows_all_that_was_kept(open_page: OpenPage, store: Store, result: Result) -> None:
    page = open_page("analyze")
    page.session_state["result"] = result
    page.run()
    for key in ("keep-pictures", "keep-video"):
        next(box for box in page.checkbox if box.key == key).check()
    button(page, "Save to history").click().run()
    assert page.success  # said in place of the form
    number = store.list_sets()[0].id
    saved = open_page("set", id=str(number))
    assert not saved.exception
    assert "Every rep over time" in words(saved)
    assert saved.get("video")
    assert set(store.get_pictures(number)) == set(result.pictures)
    assert {b.proto.label for b in saved.get("download_button")} == {
        "Report (PDF)", "Report (HTML)", "Report (JSON)", "Video (MP4)",
    }  # fmt: skip
    report = store.get_report(number)
    kept = Kept(report, *_read_kept(store, store.get_set(number), report))
    assert kept.pdf(OtherSets()).startswith(b"%PDF")
    assert "data:image/jpeg" in kept.page(OtherSets())


def test_a_report_that_was_saved_is_not_compared_with_itself(open_page: OpenPage, result: Result) -> None:
    page = open_page("analyze")
    page.session_state["result"] = result
    page.run()
    button(page, "Save to history").click().run()
    compare = open_page("compare")
    compare.session_state["result"] = result
    compare.run()
    assert not compare.exception
    assert "You need two saved sets" in words(compare)
