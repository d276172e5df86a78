"""From what is saved to levels, sentences, tests and the calendar file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from formcheck import training
from formcheck.training.calendar_file import write_calendar
from formcheck.training.calendar_tests import Result, due_dates, find_due, find_due_forms, lay_out
from formcheck.training.ladder import Ladder
from formcheck.training.pain import PainScores
from formcheck.training.return_to_running import RunningStanding
from formcheck.training.sessions import TrainingLog, build_ladders, describe_need, gather_sessions
from tests.helpers.training import SavedSet

RULES = training.current_catalogue()
START = date(2026, 3, 2)
CALM = PainScores(1, 1, 1)


@dataclass(frozen=True)
class Filmed(SavedSet):
    """Fifteen clean heel raises on both legs, unless it says otherwise."""

    exercise: str | None = "heel-raise"
    side: str | None = "both"
    rep_count: int = 15
    clean_reps: int = 15


def on(number: int) -> date:
    return START + timedelta(days=number)


def calf_days(*numbers: int) -> list[Filmed]:
    return [Filmed(on(number), minute=minute) for number in numbers for minute in range(3)]


def ladders_after(sets: list[Filmed], log: TrainingLog, until: date) -> dict[str, Ladder]:
    return build_ladders(training.start(START), sets, log, until, RULES)


def test_two_filmed_days_at_low_pain_raise_the_calfs_level_only() -> None:
    log = TrainingLog(pain={on(0): CALM, on(2): CALM})
    ladders = ladders_after(calf_days(0, 2), log, on(3))
    assert {name: ladder.last.level for name, ladder in ladders.items() if ladder.last.level} == {"heel-raise": 1}


def test_the_same_recording_twice_is_one_set() -> None:
    twice = [Filmed(on(0)), Filmed(on(0))]
    (session,) = gather_sessions("heel-raise", RULES.drills["heel-raise"], twice, TrainingLog())
    assert session.filmed == {"both": (15,)}


def test_ticks_and_films_of_a_day_are_one_session() -> None:
    log = TrainingLog(ticks={(on(0), "heel-raise", "both"): 2}, pain={on(0): CALM, on(2): CALM})
    ladders = ladders_after([Filmed(on(0)), *calf_days(2)], log, on(3))
    assert ladders["heel-raise"].last.level == 1


def test_sessions_before_this_run_through_the_plan_raise_no_level() -> None:
    early = calf_days(-4, -2)
    log = TrainingLog(pain={on(-4): CALM, on(-2): CALM})
    assert ladders_after(early, log, on(1))["heel-raise"].last.level == 0


def test_the_sentence_of_the_day_gives_the_work_the_reason_and_the_next_step() -> None:
    log = TrainingLog(pain={on(0): CALM, on(2): CALM})
    progress = training.Progress(ladders_after(calf_days(0, 2), log, on(4)))
    day = training.day_plan(training.start(START), on(4), progress=progress)
    assert training.explain_day(day, progress) == "Heel raise on one leg today: two clean sessions at pain 1 moved you up."
    assert training.explain_next(day, progress).startswith("Two sessions in a row with all 3×15 each leg")
    assert training.explain_next(day, progress).endswith(
        "move you up to heel drop off a step, not before March 18: a tendon adapts over weeks."
    )


@pytest.mark.parametrize("track", list(RULES.tracks))
def test_every_day_of_every_track_has_a_sentence(track: str) -> None:
    enrolment = training.start(START, track)
    progress = training.Progress(build_ladders(enrolment, [], TrainingLog(), START, RULES))
    for number in range(84):
        sentence = training.explain_day(training.day_plan(enrolment, on(number), progress=progress), progress)
        assert sentence.endswith(".")
        assert sentence[0].isupper()


def test_a_run_day_explains_what_running_means_for_this_person() -> None:
    walking = RunningStanding("walk", unmet=("hop on each leg without pain",), message="Before you run again: hop.")
    progress = training.Progress(running=walking)
    day = training.day_plan(training.start(START, "achilles"), on(3), progress=progress)
    assert [item.work.name for item in day.items] == ["walk"]
    assert training.explain_day(day, progress) == "Walk for 30 minutes today. Before you run again: hop."


def test_two_days_in_a_row_with_too_much_pain_ask_for_a_professional() -> None:
    pain = {on(0): PainScores(1, 6, 1), on(2): PainScores(1, 2, 5)}
    assert describe_need(pain, on(3), RULES)
    assert not describe_need({**pain, on(4): CALM}, on(5), RULES)
    assert not describe_need(pain, on(1), RULES)


def test_tests_are_due_in_weeks_0_4_8_and_12_and_a_pause_moves_them() -> None:
    enrolment = training.start(START)
    assert list(due_dates(enrolment, RULES).values()) == [on(0), on(28), on(56), on(83)]
    paused = training.resume(training.pause(enrolment, on(10)), on(20))
    assert list(due_dates(paused, RULES).values()) == [on(0), on(38), on(66), on(93)]
    assert list(due_dates(training.pause(enrolment, on(10)), RULES).values()) == [on(0), None, None, None]


def test_a_test_is_due_until_each_side_has_a_result() -> None:
    enrolment = training.start(START)
    left = Result("heel-raise-endurance", "left", on(1), 21.0, "height fell")
    due = {test.kind: test.sides for test in find_due([left], enrolment, on(2), RULES)}
    assert due["heel-raise-endurance"] == ("right",)
    assert due["knee-to-wall"] == ("left", "right")
    assert find_due([], enrolment, on(12), RULES) == []


def test_a_questionnaire_is_due_with_the_tests_and_only_on_its_track() -> None:
    enrolment = training.start(START, "achilles")
    assert find_due_forms([], enrolment, on(1), RULES) == ["faam-adl", "faam-sport", "visa-a"]
    assert find_due_forms([("visa-a", on(0))], enrolment, on(28), RULES) == [
        "faam-adl",
        "faam-sport",
        "visa-a",
    ]
    assert find_due_forms([("visa-a", on(27))], enrolment, on(28), RULES) == ["faam-adl", "faam-sport"]
    assert find_due_forms([], enrolment, on(15), RULES) == []


def test_each_test_is_judged_by_its_own_error() -> None:
    results = [
        Result("knee-to-wall", "left", on(0), 7.0),
        Result("knee-to-wall", "left", on(29), 8.5),
        Result("knee-to-wall", "left", on(83), 9.5),
        Result("range", "left", on(0), 30.0, error=4.0),
        Result("range", "left", on(56), 38.0, error=4.0),
        Result("range", "right", on(0), 30.0, error=1.0),
        Result("range", "right", on(56), 38.0, error=1.0),
    ]
    rows = {(row.kind, row.side): row for row in lay_out(results, training.start(START), RULES)}
    wall = rows["knee-to-wall", "left"]
    assert [cell and cell.value for cell in wall.results] == [7.0, 8.5, None, 9.5]
    assert (wall.change, wall.verdict) == (2.5, "more, beyond measurement error")
    assert rows["range", "left"].limit == pytest.approx(1.96 * (2 * 16) ** 0.5)
    assert not rows["range", "left"].is_change
    assert rows["range", "right"].is_change
    assert rows["knee-to-wall", "right"].verdict == "nothing to compare with yet"


def test_a_change_is_judged_by_the_errors_of_its_own_two_results() -> None:
    """A result in between, however uncertain, is no part of the change."""
    results = [
        Result("range", "left", on(0), 30.0, error=1.0),
        Result("range", "left", on(28), 33.0, error=9.0),
        Result("range", "left", on(56), 38.0),
    ]
    row = next(row for row in lay_out(results, training.start(START), RULES) if (row.kind, row.side) == ("range", "left"))
    assert row.change == 8.0
    assert row.limit == RULES.tests.kinds["range"].error
    assert row.is_change


def test_the_calendar_file_follows_the_standard() -> None:
    days = training.calendar(training.start(START), on(0), on(6))
    text = write_calendar(days, [(on(28), "Knee to wall")], datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in text.replace("\r\n", "")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 6 + 1
    assert "DTSTART;VALUE=DATE:20260302" in lines
    whole = text.replace("\r\n ", "")
    assert "Ankle mobilization\\, one-second hold" in whole
    identities = [line for line in whole.split("\r\n") if line.startswith("UID:")]
    assert len(set(identities)) == len(identities)
    assert write_calendar(days, [(on(28), "Knee to wall")], datetime(2026, 3, 1, 12, tzinfo=UTC)) == text


def balance_days(condition: str, seconds: float, *numbers: int) -> list[Filmed]:
    return [
        Filmed(on(number), "single-leg-balance", side, 1, int(seconds >= 29.5), minute, seconds, condition)
        for number in numbers
        for side in ("left", "right")
        for minute in range(3)
    ]


@pytest.mark.parametrize(
    ("condition", "seconds", "level"),
    [("eyes-open", 30.0, 1), ("eyes-open", 29.6, 1), ("eyes-open", 21.0, 0), ("eyes-closed", 30.0, 0)],
)
def test_filmed_balance_counts_for_the_level_that_was_said(condition: str, seconds: float, level: int) -> None:
    log = TrainingLog(pain={on(0): CALM, on(2): CALM})
    assert ladders_after(balance_days(condition, seconds, 0, 2), log, on(3))["balance"].last.level == level


def test_filmed_balance_ticks_its_day() -> None:
    sets = [Filmed(on(2), "single-leg-balance", "left", 2, 0, 0, 25.0, "eyes-open")]
    assert training.count_done_sets(sets) == {(on(2), "balance", "left"): 1}
    assert training.count_done_sets([Filmed(on(2), "single-leg-balance", "left", 2, 0, 0, 20.0, "eyes-open")]) == {}


def test_legs_on_different_levels_have_work_of_their_own() -> None:
    log = TrainingLog(
        chosen_levels={"heel-raise": {on(0): "one-leg"}}, leg_levels={("heel-raise", "left"): {on(0): "two-legs-ball"}}
    )
    progress = training.Progress(ladders_after([], log, on(0)))
    day = training.day_plan(training.start(START), on(0), {(on(0), "heel-raise", "right"): 3}, progress=progress)
    calf = [(item.work.title, item.side, item.sets_done) for item in day.items if item.work.name == "heel-raise"]
    assert calf == [("Heel raise with a ball", "both", 0), ("Heel raise on one leg", "right", 3)]
    assert "Heel raise on one leg 3×15 right leg" in day.lines
    assert "Heel raise with a ball 3×15" in day.lines
    assert "Ankle mobilization, one-second hold 3×10 each leg" in day.lines
    whole = write_calendar([day], []).replace("\r\n ", "")
    assert "Heel raise on one leg 3×15 right leg" in whole
    sentence = training.explain_day(day, progress)
    assert sentence.startswith("Heel raise with a ball (both legs) and heel raise on one leg (right leg) today: ")


def test_a_filmed_knee_to_wall_and_one_by_tape_are_not_compared() -> None:
    filmed = Result("knee-to-wall", "left", on(0), 4.0, filmed=True, error=2.0)
    by_tape = Result("knee-to-wall", "left", on(28), 8.0)
    again = Result("knee-to-wall", "left", on(28), 9.0, filmed=True, error=2.0)
    enrolment = training.start(START)
    mixed = next(row for row in lay_out([filmed, by_tape], enrolment, RULES) if (row.kind, row.side) == ("knee-to-wall", "left"))
    assert mixed.change is None
    assert mixed.verdict == "by camera once and by hand once: not compared"
    alike = next(row for row in lay_out([filmed, again], enrolment, RULES) if (row.kind, row.side) == ("knee-to-wall", "left"))
    assert alike.change == 5.0
    assert alike.limit == pytest.approx(1.96 * 8**0.5)
    assert not alike.is_change
