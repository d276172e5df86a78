"""The programme in the store: it survives export and import, and is deleted with the person."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from formcheck import training
from formcheck.exercises import EXERCISES
from formcheck.history.exchange.json_file import export_json, import_json
from formcheck.history.store.diary_tables import AnswerRecord, DrillSettingRecord, PainRecord, QuestionnaireRecord, ResultRecord
from formcheck.history.store.store import Store, open_store
from formcheck.history.trends.measures import MEASURES, measure_of_set
from formcheck.history.trends.programme_view import list_results
from formcheck.history.trends.trend import view_trend
from formcheck.live.own_record import find_own_record
from formcheck.support.errors import FormcheckError, InputError, UsageError
from formcheck.training.calendar_tests import Result
from formcheck.training.ladder import Standing
from formcheck.training.pain import PainScores
from formcheck.training.programme import drill_work
from tests.helpers.exported import read_export
from tests.helpers.factories import balance_report, half_kneeling_report, heel_raise_report, knee_to_wall_report

DAY = date(2026, 3, 2)
NO_FLAGS = dict.fromkeys((flag.code for flag in training.current_catalogue().red_flags), False)
TABLES = (PainRecord, AnswerRecord, DrillSettingRecord, ResultRecord, QuestionnaireRecord)


def fill(store: Store) -> int:
    """A person with something of everything in their diary."""
    ada = store.add_athlete("Ada").id
    store.plans.start(ada, DAY, "achilles")
    store.diary.note_pain(ada, DAY, "before", 1)
    store.diary.note_pain(ada, DAY, "after", 3)
    store.diary.note_pain(ada, DAY, "morning", 0)
    store.diary.answer_red_flags(ada, DAY, NO_FLAGS)
    store.diary.answer_track(ada, DAY, {"place": "achilles", "runs": "no"})
    store.diary.answer_running(ada, DAY, {"walk-pain": "1", "hops-pain-free": "yes"})
    store.diary.set_level(ada, DAY, "heel-raise", "loaded")
    store.diary.set_level(ada, DAY, "heel-raise", "step-drop", side="left")
    store.diary.set_kg(ada, DAY, "heel-raise", 7.5)
    store.diary.add_result(ada, Result("heel-raise-endurance", "left", DAY, 22.0, "height fell"))
    store.diary.add_questionnaire(ada, DAY, "faam-adl", 70, 20)
    store.note_session(ada, DAY, "the left calf was stiff")
    return ada


def counts(store: Store) -> list[int]:
    with store.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def test_entered_values_are_read_back(sqlite_store: Store) -> None:
    ada = fill(sqlite_store)
    diary = sqlite_store.diary
    assert diary.pain(ada) == {DAY: PainScores(1, 3, 0)}
    assert diary.chosen_levels(ada) == {"heel-raise": {DAY: "loaded"}}
    assert diary.leg_levels(ada) == {("heel-raise", "left"): {DAY: "step-drop"}}
    assert diary.kg(ada) == {"heel-raise": {DAY: 7.5}}
    assert diary.results(ada) == [Result("heel-raise-endurance", "left", DAY, 22.0, "height fell")]
    (form,) = diary.questionnaires(ada)
    assert form.score == pytest.approx(100 * 70 / 80)
    enrolment = sqlite_store.plans.enrolment(ada)
    assert enrolment is not None
    assert enrolment.track == "achilles"


def test_the_programme_survives_export_and_import(sqlite_store: Store, tmp_path: object) -> None:
    fill(sqlite_store)
    text = export_json(sqlite_store)
    with open_store(f"sqlite:///{tmp_path}/other.sqlite3") as other:
        import_json(other, text)
        assert read_export(other) == read_export(sqlite_store)
        import_json(other, text)
        assert counts(other) == counts(sqlite_store)
        ada = other.resolve_athlete("Ada").id
        assert other.session_notes(ada) == {DAY: "the left calf was stiff"}


def test_the_diary_is_deleted_with_its_own_person_only(sqlite_store: Store) -> None:
    ada = fill(sqlite_store)
    grace = sqlite_store.add_athlete("Grace").id
    sqlite_store.diary.note_pain(grace, DAY, "after", 2)
    sqlite_store.delete_athlete(ada)
    assert counts(sqlite_store) == [1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pain", [{"day": "2026-03-02", "moment": "after", "score": -1}]),
        ("pain", [{"day": "2026-03-02", "moment": "after", "score": 11}]),
        ("pain", [{"day": "2026-03-02", "moment": "noon", "score": 1}]),
        ("answers", [{"topic": "red-flags", "question": "A B", "answer": "no", "day": "2026-03-02"}]),
        ("drill_settings", [{"day": "2026-03-02", "drill": "heel-raise", "kg": 1e9}]),
        ("test_results", [{"day": "2026-03-02", "test": "range", "side": "left", "value": 1e300}]),
        ("questionnaires", [{"day": "2026-03-02", "questionnaire": "cait", "points": -1, "answered": 9}]),
    ],
)  # fmt: skip
def test_an_imported_diary_with_impossible_entries_is_refused(sqlite_store: Store, name: str, value: object) -> None:
    fill(sqlite_store)
    document = json.loads(export_json(sqlite_store))
    document["athletes"][0][name] = value
    with pytest.raises(InputError):
        import_json(sqlite_store, json.dumps(document))


def test_an_export_of_before_the_programme_is_read(sqlite_store: Store) -> None:
    fill(sqlite_store)
    document = json.loads(export_json(sqlite_store))
    (athlete,) = document["athletes"]
    for name in ("pain", "answers", "drill_settings", "test_results", "questionnaires"):
        del athlete[name]
    del athlete["enrolments"][0]["track"]
    athlete["name"] = "Grace"
    import_json(sqlite_store, json.dumps(document))
    grace = sqlite_store.plans.enrolment(sqlite_store.resolve_athlete("Grace").id)
    assert grace is not None
    assert grace.track == "prevention"


def test_a_score_can_be_changed_and_taken_back(sqlite_store: Store) -> None:
    ada = fill(sqlite_store)
    sqlite_store.diary.note_pain(ada, DAY, "after", 6)
    assert sqlite_store.diary.pain(ada)[DAY].after == 6
    sqlite_store.diary.note_pain(ada, DAY, "after", None)
    assert sqlite_store.diary.pain(ada)[DAY].after is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda diary, ada: diary.note_pain(ada, DAY, "after", 11),
        lambda diary, ada: diary.note_pain(ada, DAY, "noon", 1),
        lambda diary, ada: diary.answer_red_flags(ada, DAY, {"ottawa": False}),
        lambda diary, ada: diary.answer_track(ada, DAY, {"place": "elbow"}),
        lambda diary, ada: diary.answer_running(ada, DAY, {"walk-pain": "99"}),
        lambda diary, ada: diary.set_level(ada, DAY, "heel-raise", "top"),
        lambda diary, ada: diary.set_level(ada, DAY, "heel-raise", "one-leg", side="middle"),
        lambda diary, ada: diary.set_kg(ada, DAY, "heel-raise", -1.0),
        lambda diary, ada: diary.add_result(ada, Result("range", "both", DAY, 30.0)),
        lambda diary, ada: diary.add_result(ada, Result("knee-to-wall", "left", DAY, float("nan"))),
        lambda diary, ada: diary.add_result(ada, Result("knee-to-wall", "left", DAY, 85.0)),  # millimeters
        lambda diary, ada: diary.add_result(ada, Result("range", "left", DAY, 400.0)),  # a decimal point was left out
        lambda diary, ada: diary.add_result(ada, Result("heel-raise-endurance", "left", DAY, -1.0)),
        lambda diary, ada: diary.add_result(ada, Result("heel-raise-endurance", "left", DAY, 20.5)),
        lambda diary, ada: diary.add_result(ada, Result("heel-raise-endurance", "left", DAY, 20.0, "the sky fell")),
        lambda diary, ada: diary.add_questionnaire(ada, DAY, "faam-adl", 90, 21),
    ],
)
def test_an_impossible_diary_entry_is_refused(sqlite_store: Store, wrong: object) -> None:
    ada = fill(sqlite_store)
    before = counts(sqlite_store)
    with pytest.raises(FormcheckError):
        wrong(sqlite_store.diary, ada)  # type: ignore[operator]
    assert counts(sqlite_store) == before


def test_a_red_flag_stops_the_plan_until_a_round_without_one(sqlite_store: Store) -> None:
    ada = sqlite_store.add_athlete("Ada").id
    sqlite_store.plans.start(ada, DAY)
    sqlite_store.diary.answer_red_flags(ada, DAY + timedelta(days=2), {**NO_FLAGS, "bone-stress": True})
    assert sqlite_store.plans.work_on(ada, DAY).items
    stopped = sqlite_store.plans.work_on(ada, DAY + timedelta(days=2))
    assert not stopped.items
    assert "within three days" in stopped.message
    sqlite_store.diary.answer_red_flags(ada, DAY + timedelta(days=4), NO_FLAGS)
    assert sqlite_store.plans.work_on(ada, DAY + timedelta(days=4)).items


def test_ticks_and_pain_move_the_person_up_and_a_tick_stands_for_the_days_sets(sqlite_store: Store) -> None:
    ada = sqlite_store.add_athlete("Ada").id
    plans, diary = sqlite_store.plans, sqlite_store.diary
    plans.start(ada, DAY)
    for number in (0, 2):
        day = DAY + timedelta(days=number)
        plans.tick(ada, day, "heel-raise")
        for moment in ("before", "after", "morning"):
            diary.note_pain(ada, day, moment, 1)
    today = DAY + timedelta(days=4)
    work = plans.work_on(ada, today)
    raises = [item for item in work.items if item.work.name == "heel-raise"]
    assert [(item.work.title, item.side) for item in raises] == [
        ("Heel raise on one leg", "left"),
        ("Heel raise on one leg", "right"),
    ]
    plans.tick(ada, today, "heel-raise", "left")
    plans.tick(ada, today, "heel-raise", "right")
    assert all(item.done for item in plans.work_on(ada, today).items if item.work.name == "heel-raise")
    with pytest.raises(UsageError, match="no track"):
        plans.start(ada, DAY, "elbow")


def test_a_clinicians_level_and_the_entry_criteria_are_used(sqlite_store: Store) -> None:
    ada = fill(sqlite_store)
    progress = sqlite_store.plans.progress(ada, DAY)
    assert [progress.standing_on("heel-raise", DAY, leg).level for leg in ("left", "right")] == [2, 3]
    ladder = progress.ladders["heel-raise"]
    assert ladder.drill.levels[ladder.on(DAY).level].id == "step-drop"
    assert progress.running.kind == "walk"
    assert progress.running.unmet == (
        "do 20 heel raises on each leg", "reach 90\u00a0% of the stronger leg's heel raises with the weaker leg",
    )  # fmt: skip
    sqlite_store.diary.add_result(ada, Result("heel-raise-endurance", "right", DAY, 23.0))
    assert sqlite_store.plans.progress(ada, DAY).running.kind == "walk-run"


def test_two_bad_days_ask_for_a_professional(sqlite_store: Store) -> None:
    ada = fill(sqlite_store)
    for number in (2, 4):
        sqlite_store.diary.note_pain(ada, DAY + timedelta(days=number), "after", 7)
    assert sqlite_store.plans.describe_need(ada, DAY + timedelta(days=4))
    assert not sqlite_store.plans.describe_need(ada, DAY + timedelta(days=3))


def test_filmed_tests_stand_beside_those_entered_by_hand_with_their_end_reason(sqlite_store: Store) -> None:
    ada = fill(sqlite_store)
    filmed = heel_raise_report([9.0] * 21, side="right", recorded_at="2026-03-03T18:45:00+01:00")
    raised = filmed.model_copy(update={"test": "single-leg-heel-raise", "end_reason": "the heel did not lift"})
    sqlite_store.save_report(raised, "Ada")
    sqlite_store.save_report(heel_raise_report(side="both"), "Ada")
    sqlite_store.save_report(half_kneeling_report(side="left"), "Ada")
    found = {(result.kind, result.side): result for result in list_results(sqlite_store, ada)}
    assert set(found) == {("heel-raise-endurance", "left"), ("heel-raise-endurance", "right"), ("range", "left")}
    right = found["heel-raise-endurance", "right"]
    assert (right.value, right.end_reason, right.filmed) == (21.0, "the heel did not lift", True)
    answers = sqlite_store.plans.entry_answers(ada)
    assert (answers.raises_left, answers.raises_right) == (22.0, 21.0)


def test_a_filmed_knee_to_wall_fills_the_calendar_and_leaves_it_with_its_set(sqlite_store: Store) -> None:
    ada = fill(sqlite_store)
    saved = sqlite_store.save_report(knee_to_wall_report(side="right"), "Ada")
    (found,) = [result for result in list_results(sqlite_store, ada) if result.kind == "knee-to-wall"]
    assert found == Result("knee-to-wall", "right", date(2026, 3, 3), 4.5, filmed=True, error=2.0)
    sqlite_store.delete_sets([saved.id])
    assert not [result for result in list_results(sqlite_store, ada) if result.kind == "knee-to-wall"]
    sqlite_store.undo_delete(saved.id)
    assert found in list_results(sqlite_store, ada)


def test_balance_has_a_trend_for_each_condition(sqlite_store: Store) -> None:
    ada = sqlite_store.add_athlete("Ada").id
    for number, (seconds, condition) in enumerate([((20.0, 25.0), "eyes-open"), ((6.0,), "eyes-closed"), ((30.0,), "eyes-open")]):
        moment = f"2026-03-0{number + 3}T19:00:00+01:00"
        sqlite_store.save_report(balance_report(seconds, condition=condition, recorded_at=moment, file=f"{number}.mp4"), "Ada")
    values = {
        key: view_trend(sqlite_store, ada, MEASURES[f"balance-{key}"], "left").values.tolist()
        for key in ("eyes-open", "eyes-closed", "cushion")
    }
    assert values == {"eyes-open": [25.0, 30.0], "eyes-closed": [6.0], "cushion": []}
    assert [row.condition for row in sqlite_store.list_sets(ada)] == ["eyes-open", "eyes-closed", "eyes-open"]
    assert MEASURES["balance-eyes-closed"].value_of(sqlite_store.list_sets(ada)[0]) is None
    shown = [measure_of_set(row) for row in sqlite_store.list_sets(ada)]
    assert [measure and measure.value_of(row, "best") for measure, row in zip(shown, sqlite_store.list_sets(ada), strict=True)] == [
        25.0,
        6.0,
        30.0,
    ]
    records = [
        find_own_record(sqlite_store, ada, "single-leg-balance", "left", in_cm=True, condition=how)
        for how in ("eyes-open", "eyes-closed", None)
    ]
    assert records == [30.0, 6.0, None]


@pytest.mark.parametrize(
    ("kind", "measure"), [("range", "dorsiflexion"), ("knee-to-wall", "knee-to-wall-cm"), ("heel-raise-endurance", "reps")]
)
def test_a_test_and_the_trend_of_its_measure_have_one_error(kind: str, measure: str) -> None:
    assert training.current_catalogue().tests.kinds[kind].error == MEASURES[measure].mdc


def test_exercises_that_the_programme_calls_filmed_are_counted_by_a_webcam() -> None:
    rules = training.current_catalogue()
    filmed = [drill_work(name, Standing(number)) for name, drill in rules.drills.items() for number in range(len(drill.levels))]
    for work in filmed:
        if work.filmed:
            exercise = EXERCISES[work.exercise or ""]
            assert exercise.filmed_live
            assert work.condition is None or work.condition in exercise.conditions
