"""Every page, empty and with twelve weeks of data, as Streamlit runs it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from formcheck import training
from formcheck.exercises import EXERCISES
from formcheck.history.store.store import Store
from formcheck.history.trends.measures import MEASURES
from tests.helpers.factories import half_kneeling_report
from tests.helpers.visitor import read_markdown
from tests.integration.app.conftest import OpenPage

PAGES = ("today", "analyze", "trends", "plan", "history", "drills", "filming")


def words(page: AppTest) -> str:
    """Everything that can be read on a page."""
    shown: list[str] = []
    for kind in ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success", "html"):
        shown += [str(element.value if hasattr(element, "value") else element.body) for element in page.get(kind)]
    return read_markdown("\n".join(shown))


def button(page: AppTest, label: str) -> Any:
    return next(element for element in page.button if element.label == label)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_on_an_empty_history(open_page: OpenPage, name: str) -> None:
    page = open_page(name)
    assert not page.exception
    assert not page.error


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("sample_store")
def test_a_page_opens_on_twelve_weeks(open_page: OpenPage, name: str) -> None:
    page = open_page(name)
    assert not page.exception
    assert not page.error
    if name not in ("filming", "analyze", "drills"):
        assert "made-up sample data" in words(page)


def test_the_first_visit_explains_the_app_and_the_next_step(open_page: OpenPage) -> None:
    page = open_page("today")
    assert "your videos never leave this computer" in words(page)
    assert all(exercise.title in words(page) for exercise in EXERCISES.values())
    assert all(word in words(page) for word in ("phone", "webcam", "what a good number is"))
    assert {"Analyze your first video", "Film with this webcam", "See a sample report", "Look around with sample data"} <= {
        b.label for b in page.button
    }


def test_sample_data_come_with_one_click_and_go_with_one(open_page: OpenPage, store: Store) -> None:
    button(open_page("today"), "Look around with sample data").click().run()
    assert [athlete.sample for athlete in store.list_athletes()] == [True]
    button(open_page("history"), "Remove the sample athlete").click().run()
    assert store.list_athletes() == []


@pytest.mark.usefixtures("sample_store")
def test_inches_are_shown_once_they_are_chosen(open_page: OpenPage) -> None:
    page = open_page("history")
    assert " in)" not in words(open_page("today"))
    next(box for box in page.checkbox if box.label == "Show inches beside centimeters").check().run()
    assert not page.exception
    assert re.search(r"\d\.\d\s*cm\s\(\d\.\d\sin\)", words(open_page("today")))
    page.checkbox(key="inches").uncheck().run()
    assert " in)" not in words(open_page("today")).replace("\u00a0", " ")


@pytest.mark.usefixtures("sample_store")
def test_the_trends_page_calls_a_change_only_beyond_error(open_page: OpenPage) -> None:
    text = words(open_page("trends"))
    assert "more than measurement error (4.7°)" in text
    assert "Your right ankle is rising" in text
    assert "Some left–right difference is normal." in text


@pytest.mark.usefixtures("sample_store")
def test_every_measure_of_the_trends_has_its_charts(open_page: OpenPage) -> None:
    page = open_page("trends")
    titles = list(page.selectbox[0].options)
    assert len(titles) == sum(measure.exercise in ("half-kneeling", "heel-raise") for measure in MEASURES.values())
    for place in range(len(titles)):
        page.selectbox[0].select_index(place).run()
        assert not page.exception
        assert page.get("vega_lite_chart")


def test_the_plan_can_be_started_paused_and_gone_on_with(open_page: OpenPage, store: Store) -> None:
    page = open_page("plan")
    button(page, "Start the 12 weeks").click().run()
    athlete = store.list_athletes()[0]
    assert store.plans.enrolment(athlete.id) is not None
    assert "seven questions" in words(page)
    button(page, "Pause from today").click().run()
    assert store.plans.work_on(athlete.id, date.today()).state == "paused"
    button(page, "Resume today").click().run()
    assert store.plans.work_on(athlete.id, date.today()).state == "running"


def test_a_tick_by_hand_counts_and_can_be_taken_back(open_page: OpenPage, store: Store) -> None:
    athlete = store.add_athlete("Anna")
    store.plans.start(athlete.id, date.today())
    flags = training.current_catalogue().red_flags
    store.diary.answer_red_flags(athlete.id, date.today(), dict.fromkeys((flag.code for flag in flags), False))
    page = open_page("today")
    page.checkbox[0].check().run()
    done = [item.done for item in store.plans.work_on(athlete.id, date.today()).items]
    assert done == [True] + [False] * (len(done) - 1)
    page.checkbox[0].uncheck().run()
    assert not any(item.done for item in store.plans.work_on(athlete.id, date.today()).items)


def test_a_run_by_hand_shows_next_weeks_ceiling(open_page: OpenPage, store: Store) -> None:
    athlete = store.add_athlete("Anna")
    page = open_page("plan")
    distance = next(field for field in page.number_input if field.label == "Distance, km")
    distance.set_value(10.0)
    button(page, "Add the run").click().run()
    assert [run.km for run in store.running.list_runs(athlete.id)] == [10.0]
    assert "11.0\u00a0km" in words(page)


def test_a_gpx_of_a_stranger_is_refused_in_words(open_page: OpenPage, store: Store) -> None:
    store.add_athlete("Anna")
    page = open_page("plan")
    page.file_uploader[0].upload("run.gpx", b"<gpx><broken", "application/gpx+xml").run()
    button(page, "Import").click().run()
    assert "not a readable GPX file" in words(page)
    assert not page.exception


@pytest.mark.usefixtures("sample_store")
def test_a_saved_set_opens_by_its_number(open_page: OpenPage) -> None:
    page = open_page("set", id="1")
    assert not page.exception
    assert next(metric.value for metric in page.metric if metric.label == "Reps") == "10"


@pytest.mark.usefixtures("sample_store")
@pytest.mark.parametrize("asked", ["", "0", "999999", "-1", "1; DROP TABLE sets", "../../etc/passwd", "9" * 400])
def test_a_missing_set_is_reported_in_words(open_page: OpenPage, asked: str) -> None:
    page = open_page("set", id=asked)
    assert not page.exception
    assert "History page" in page.error[0].value


def test_an_athletes_numbers_are_kept(open_page: OpenPage, store: Store) -> None:
    store.add_athlete("Anna")
    page = open_page("history")
    next(field for field in page.number_input if field.label == "Height, cm").set_value(168.0)
    button(page, "Save").click().run()
    assert store.list_athletes()[0].height_cm == 168.0


def test_everything_about_an_athlete_goes_only_after_their_name_was_typed(open_page: OpenPage, store: Store) -> None:
    store.add_athlete("Anna")
    page = open_page("history")
    assert button(page, "Delete everything").disabled
    next(field for field in page.text_input if field.label.startswith("Type")).set_value("Anna").run()
    button(page, "Delete everything").click().run()
    assert store.list_athletes() == []


def test_a_backup_is_one_button(open_page: OpenPage, store: Store, home: Path) -> None:
    store.add_athlete("Anna")
    button(open_page("history"), "Back up now").click().run()
    assert len(list((home / "backups").glob("*.sqlite3"))) == 1


def test_an_import_that_is_not_an_export_is_refused_with_a_message(open_page: OpenPage) -> None:
    page = open_page("history")
    page.file_uploader[0].upload("history.json", b'{"schema": "other"}', "application/json").run()
    button(page, "Import").click().run()
    assert not page.exception
    assert "is not a formcheck history export" in page.error[0].value


def test_without_a_login_the_app_refuses_to_serve_other_computers(open_page: OpenPage) -> None:
    config.set_option("server.address", "0.0.0.0")
    page = open_page("history")
    assert "it has no login" in page.error[0].value
    assert not page.button


def test_other_computers_are_served_without_a_login_if_the_owner_confirms_it(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.set_option("server.address", "0.0.0.0")
    monkeypatch.setenv("FORMCHECK_I_KNOW_THERE_IS_NO_LOGIN", "yes")
    assert not open_page("history").error


def test_every_deleted_set_can_be_reached_and_restored(open_page: OpenPage, store: Store) -> None:
    """45 sets deleted together and one after them: the last one first, the others on three pages."""
    ids = [store.save_report(half_kneeling_report(file=f"{n}.mp4", peaks_deg=(30.0 + n / 10, 41.0)), "Ada").id for n in range(46)]
    store.delete_sets(ids[:45])
    store.delete_sets(ids[45:])
    page = open_page("history")
    reached: list[str] = []
    for number in range(3):
        page.selectbox[0].set_value(number).run()
        reached += [b.key for b in page.button if b.key and b.key.startswith("undo-")]
    assert reached[0] == f"undo-{ids[45]}"
    assert sorted(reached) == sorted(f"undo-{number}" for number in ids)
    page.button(reached[-1]).click().run()
    assert store.list_sets()[0].id == int(reached[-1].removeprefix("undo-"))
    page.selectbox[0].set_value(0).run()
    page.button(f"undo-{ids[45]}").click().run()
    button(page, "Restore the 44 sets deleted last").click().run()
    assert not page.exception
    assert len(store.list_sets()) == 46


def test_a_deleted_set_is_restored_on_its_own_page(open_page: OpenPage, store: Store) -> None:
    number = store.save_report(half_kneeling_report(), "Ada").id
    store.delete_sets([number])
    page = open_page("set", id=str(number))
    assert "This set is deleted." in [warning.value for warning in page.warning]
    button(page, "Restore").click().run()
    assert not page.exception
    assert not page.warning
    assert store.get_set(number).deleted_at is None


def test_a_rep_that_the_recording_cut_off_says_so_in_the_table(open_page: OpenPage, store: Store) -> None:
    report = half_kneeling_report()
    *whole, last = report.reps
    assert "Cut off by the end" not in words(open_page("set", id=str(store.save_report(report, "Ada").id)))
    cut = report.model_copy(update={"reps": [*whole, last.model_copy(update={"cut_off": True})]})
    assert words(open_page("set", id=str(store.save_report(cut, "Ada").id))).count("Cut off by the end of the recording") == 1
