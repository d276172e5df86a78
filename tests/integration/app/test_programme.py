"""The programme on the pages: red flags first, then one sentence, pain by one tap, tests, and the clinician's view."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from formcheck import training
from formcheck.app.plan.clinic import list_facts, list_test_rows, make_athlete_pdf
from formcheck.app.plan.handouts import make_calendar, make_week_pdf
from formcheck.app.plan.timer import Hold, finish
from formcheck.history.store.store import Store
from formcheck.history.trends.programme_view import view_everybody
from formcheck.training.calendar_tests import Result
from tests.integration.app.conftest import OpenPage
from tests.integration.app.test_pages import button, words

TODAY = date.today()
NO_FLAGS = dict.fromkeys((flag.code for flag in training.current_catalogue().red_flags), False)


def start(store: Store, name: str = "Anna", track: str = "prevention", cleared: bool = True, days_ago: int = 0) -> int:
    athlete = store.add_athlete(name).id
    store.plans.start(athlete, TODAY - timedelta(days=days_ago), track)
    if cleared:
        store.diary.answer_red_flags(athlete, TODAY, NO_FLAGS)
    return athlete


def pills(page: AppTest, label: str) -> Any:
    return next(element for element in page.get("button_group") if element.label.startswith(label))


def test_the_red_flags_come_before_any_work(open_page: OpenPage, store: Store) -> None:
    athlete = start(store, cleared=False)
    page = open_page("today")
    assert len(page.radio) == 7
    assert not page.checkbox
    button(page, "Save the answers").click().run()
    assert "7 of 7 questions have no answer yet" in words(page)
    for radio in page.radio:
        radio.set_value("no")
    button(page, "Save the answers").click().run()
    assert not store.diary.must_ask_red_flags(athlete, TODAY)
    assert page.checkbox


def test_a_red_flag_stops_the_plan_and_names_the_place(open_page: OpenPage, store: Store) -> None:
    start(store, cleared=False)
    page = open_page("plan")
    for radio in page.radio:
        radio.set_value("yes" if radio.key == "flag-hot-swollen-calf" else "no")
    button(page, "Save the answers").click().run()
    assert "The plan is stopped" in words(page)
    assert "emergency department" in words(page)
    assert "NICE guideline" in words(page)
    assert "What to do next" not in words(open_page("today"))  # no advice beside where to go


def test_one_tap_saves_a_pain_score_and_a_high_one_asks_the_red_flags_again(open_page: OpenPage, store: Store) -> None:
    athlete = start(store)
    page = open_page("today")
    pills(page, "Pain after").set_value(2).run()
    assert store.diary.pain(athlete)[TODAY].after == 2
    assert "Enter your pain the next morning" in words(page)
    pills(page, "Pain after").set_value(7).run()
    assert store.diary.pain(athlete)[TODAY].after == 7
    assert len(page.radio) == 7
    for radio in page.radio:
        radio.set_value("no")
    button(page, "Save the answers").click().run()
    assert page.checkbox
    assert "go back one level" in words(page)


def test_the_morning_after_is_asked_for_the_last_session(open_page: OpenPage, store: Store) -> None:
    athlete = store.add_athlete("Anna").id
    store.plans.start(athlete, TODAY - timedelta(days=1))
    store.diary.answer_red_flags(athlete, TODAY - timedelta(days=1), NO_FLAGS)
    store.plans.tick(athlete, TODAY - timedelta(days=1), "heel-raise")
    page = open_page("today")
    pills(page, "Pain on the morning after").set_value(1).run()
    assert store.diary.pain(athlete)[TODAY - timedelta(days=1)].morning == 1


@pytest.mark.usefixtures("sample_store")
def test_the_home_page_explains_the_work_the_reason_and_the_next_step(open_page: OpenPage) -> None:
    text = words(open_page("today"))
    assert "Heel raise on one leg today: two clean sessions at pain 1 moved you up." in text
    assert "move you up to heel drop off a step" in text


def test_five_answers_suggest_the_track_that_is_started(open_page: OpenPage, store: Store) -> None:
    page = open_page("plan")
    pills(page, "Where does it bother you").set_value("achilles").run()
    button(page, "Start the 12 weeks").click().run()
    athlete = store.list_athletes()[0]
    enrolment = store.plans.enrolment(athlete.id)
    assert enrolment is not None
    assert enrolment.track == "achilles"
    answers = store.diary.answers(athlete.id, "track")
    assert answers is not None
    assert answers.answers == {"place": "achilles"}


def test_a_test_is_entered_with_how_it_ended_and_shown(open_page: OpenPage, store: Store) -> None:
    athlete = start(store)
    page = open_page("plan")
    assert "Due this week: Single-leg heel-raise test (left leg and right leg)" in words(page)
    next(field for field in page.number_input if field.label == "Result, reps").set_value(22.0)
    button(page, "Save the test").click().run()
    (result,) = store.diary.results(athlete)
    assert (result.value, result.side, result.end_reason) == (22.0, "left", "could not lift the heel")
    assert ">22<" in words(page)


def test_a_questionnaire_is_scored_and_too_few_answers_are_refused(open_page: OpenPage, store: Store) -> None:
    athlete = start(store)
    page = open_page("plan")
    next(field for field in page.number_input if field.label.startswith("Points")).set_value(70)
    next(field for field in page.number_input if field.label == "Items answered").set_value(18)
    button(page, "Save the score").click().run()
    assert "needs at least 19 of its 21 items" in words(page)
    assert store.diary.questionnaires(athlete) == []


def test_a_note_is_kept_with_the_session(open_page: OpenPage, store: Store) -> None:
    athlete = start(store)
    page = open_page("today")
    page.text_area[0].set_value("the left calf was stiff").run()
    assert store.session_notes(athlete) == {TODAY: "the left calf was stiff"}


def test_a_page_that_was_open_before_does_not_overwrite_what_was_entered_elsewhere(open_page: OpenPage, store: Store) -> None:
    athlete = start(store)
    store.diary.note_pain(athlete, TODAY, "after", 2)
    page = open_page("today")
    store.diary.note_pain(athlete, TODAY, "after", 4)
    store.diary.note_pain(athlete, TODAY, "before", 1)
    store.note_session(athlete, TODAY, "written on the phone")
    page.run()
    assert store.diary.pain(athlete)[TODAY] == training.PainScores(before=1, after=4)
    assert store.session_notes(athlete) == {TODAY: "written on the phone"}


def test_the_clinic_page_lists_athletes_in_pain_first(open_page: OpenPage, store: Store) -> None:
    start(store, "Anna")
    zoe = start(store, "Zoe", "achilles")
    store.diary.note_pain(zoe, TODAY, "after", 8)
    page = open_page("clinic")
    assert not page.exception
    assert words(page).index("Zoe") < words(page).index("Anna")
    assert "Pain reached 8" in words(page)


def test_each_athlete_has_a_page_to_print(store: Store) -> None:
    athlete = start(store, "Anna", "achilles")
    (item,) = view_everybody(store, TODAY)
    data = make_athlete_pdf(item, TODAY, list_facts(store, item, TODAY), list_test_rows(store, athlete))
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).replace("\n", " ")
    assert "Anna" in text
    assert "Achilles tendon, week 1 of 12" in text
    assert "Knee to wall, left" in text


def test_the_week_and_the_calendar_can_be_taken_along(store: Store) -> None:
    athlete = store.get_athlete(start(store))
    enrolment = store.plans.enrolment(athlete.id)
    assert enrolment is not None
    assert make_week_pdf(store, athlete, TODAY).startswith(b"%PDF")
    text = make_calendar(store, athlete, enrolment, TODAY).decode()
    assert "formcheck test: week 4" in text.replace("\r\n ", "")


def test_a_held_balance_is_ticked_and_a_touch_of_the_foot_is_not(open_page: OpenPage, store: Store) -> None:
    athlete = store.add_athlete("Anna").id
    first = TODAY - timedelta(days=2)  # balance stands on the third day
    store.plans.start(athlete, first)
    store.diary.answer_red_flags(athlete, first, NO_FLAGS)
    page = open_page("today")
    button(page, "Time 30\u00a0s, left leg").click().run()
    assert "Get ready" in words(page)
    button(page, "The foot touched the floor: stop").click().run()
    assert store.plans.ticks(athlete) == {}
    assert finish(store, Hold(athlete, TODAY, "balance", "left", 30, 0.0)) == 1
    assert finish(store, Hold(athlete, TODAY, "balance", "left", 30, 0.0)) == 2
    (done,) = [
        item.sets_done for item in store.plans.work_on(athlete, TODAY).items if (item.work.name, item.side) == ("balance", "left")
    ]
    assert done == 2


def test_while_the_plan_is_stopped_no_test_and_no_film_is_asked_for(open_page: OpenPage, store: Store) -> None:
    athlete = start(store, cleared=False)
    store.diary.answer_red_flags(athlete, TODAY, {**NO_FLAGS, "ottawa": True})
    assert "Due this week" not in words(open_page("plan"))
    assert "Film a set" not in {element.label for element in open_page("today").button}
    (item,) = view_everybody(store, TODAY)
    assert item.due == ()
    assert "to be seen today" in item.attention[0]


def test_a_level_is_set_for_one_leg_and_each_leg_has_its_line(open_page: OpenPage, store: Store) -> None:
    athlete = start(store)
    page = open_page("plan")
    next(box for box in page.selectbox if box.label == "Exercise and level").set_value(("heel-raise", "one-leg"))
    pills(page, "Leg").set_value("right")
    button(page, "Set from today").click().run()
    assert store.diary.leg_levels(athlete) == {("heel-raise", "right"): {TODAY: "one-leg"}}
    shown = words(page)
    assert "Heel raise with a ball, left leg" in shown
    assert "Heel raise on one leg, right leg" in shown


@pytest.mark.parametrize(("drill", "title"), [("single-leg-balance", "Balance on one leg"), ("step-drop", "Heel drop off a step")])
def test_the_new_exercises_have_their_page(open_page: OpenPage, drill: str, title: str) -> None:
    page = open_page("drills", drill=drill)
    assert not page.exception
    assert title in words(page)


def read(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\n", " ")


def test_a_stopped_plan_prints_where_to_go_and_no_work(store: Store) -> None:
    athlete = start(store, "Anna", "shin")
    store.diary.answer_red_flags(athlete, TODAY, NO_FLAGS | {"hot-swollen-calf": True})
    text = read(make_week_pdf(store, store.get_athlete(athlete), TODAY))
    assert "The plan is stopped. Go to an emergency department" in text
    assert "How soon: today" in text
    assert "Soleus raise" not in text
    (item,) = view_everybody(store, TODAY)
    page = read(make_athlete_pdf(item, TODAY, list_facts(store, item, TODAY), list_test_rows(store, athlete)))
    assert "until all red-flag questions are answered with no" in page
    assert "Before you run again" not in page


def test_a_printed_test_says_whether_its_change_is_more_than_measurement_error(store: Store) -> None:
    athlete = start(store, "Anna", "achilles", days_ago=28)
    for back, value in ((28, 18.0), (0, 24.0)):
        store.diary.add_result(athlete, Result("heel-raise-endurance", "left", TODAY - timedelta(days=back), value))
        store.diary.add_result(athlete, Result("knee-to-wall", "left", TODAY - timedelta(days=back), value / 2))
    raises, _, wall, *_ = list_test_rows(store, athlete)[1:]
    assert raises[1:3] + raises[-2:] == ["18", "24", "+6\u00a0reps", "no change beyond measurement error (19\u00a0reps)"]
    assert wall[-2:] == ["+3.0\u00a0cm", "more, beyond measurement error (1.9\u00a0cm)"]
    (item,) = view_everybody(store, TODAY)
    assert "no change beyond measurement error" in read(make_athlete_pdf(item, TODAY, [], list_test_rows(store, athlete)))


def test_letters_that_the_printed_font_lacks_are_boxes_and_not_left_out(store: Store) -> None:
    athlete = store.get_athlete(start(store, "李小龍 Bruce"))
    assert "□□□ Bruce: week from" in read(make_week_pdf(store, athlete, TODAY))


def test_kilometers_of_walk_run_weeks_are_not_judged_by_the_ceiling(store: Store) -> None:
    athlete = start(store)
    monday = TODAY - timedelta(days=TODAY.weekday() + 7)
    for day, km in ((5, 3.0), (8, 3.0), (10, 3.3), (12, 3.3)):
        store.running.add_run(athlete, monday + timedelta(days=day), km)
    sunday = monday + timedelta(days=13)
    assert store.running.review(athlete, sunday).this_week.broke_rule
    for day in (5, 8, 10, 12):
        store.plans.tick(athlete, monday + timedelta(days=day), "walk-run", "both")
    assert not store.running.review(athlete, sunday).needs_care
