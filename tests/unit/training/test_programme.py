"""The 12-week plan: its days, pauses and lighter weeks, and what counts as done."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck import training
from formcheck.support.errors import UsageError
from tests.helpers.training import SavedSet

START = date(2026, 3, 2)
DAY = timedelta(days=1)


def test_a_plan_runs_for_eighty_four_days() -> None:
    enrolment = training.start(START)
    assert training.plan_day(enrolment, START - DAY) is None
    assert training.plan_day(enrolment, START) == 0
    assert training.plan_day(enrolment, START + 83 * DAY) == 83
    assert training.plan_day(enrolment, START + 84 * DAY) is None
    assert training.last_day(enrolment) == START + 83 * DAY
    states = [training.state_on(enrolment, START + n * DAY) for n in (-1, 0, 83, 84)]
    assert states == ["ahead", "running", "running", "finished"]
    assert training.state_on(None, START) == "not started"


def test_a_pause_holds_the_work_until_it_is_resumed() -> None:
    paused = training.pause(training.start(START), START + 10 * DAY)
    assert training.state_on(paused, START + 50 * DAY) == "paused"
    assert training.last_day(paused) is None
    resumed = training.resume(paused, START + 17 * DAY)
    assert training.plan_day(resumed, START + 9 * DAY) == 9
    assert training.plan_day(resumed, START + 16 * DAY) is None
    assert training.plan_day(resumed, START + 17 * DAY) == 10
    assert training.last_day(resumed) == START + 90 * DAY
    assert training.resume(paused, START + 10 * DAY) == training.start(START)


def test_a_shift_moves_what_is_to_come() -> None:
    moved = training.shift(training.start(START), 3, START + 10 * DAY)
    assert training.plan_day(moved, START + 9 * DAY) == 9
    assert training.plan_day(moved, START + 12 * DAY) is None
    assert training.plan_day(moved, START + 13 * DAY) == 10
    again = training.shift(moved, 2, START + 10 * DAY)
    assert training.plan_day(again, START + 15 * DAY) == 10
    assert training.shift(training.start(START), -5, START) == training.start(START - 5 * DAY)
    assert training.shift(training.start(START), 7, START - 30 * DAY) == training.start(START + 7 * DAY)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: training.pause(training.start(START), START - DAY),
        lambda: training.pause(training.start(START), START + 84 * DAY),
        lambda: training.pause(training.pause(training.start(START), START), START + DAY),
        lambda: training.resume(training.start(START), START),
        lambda: training.shift(training.start(START), -1, START + DAY),
        lambda: training.shift(training.pause(training.start(START), START + DAY), 2, START + 2 * DAY),
        lambda: training.shift(training.start(START), 1, START + 84 * DAY),
    ],
)
def test_arguments_that_make_no_sense_are_refused(wrong: object) -> None:
    with pytest.raises(UsageError):
        wrong()  # type: ignore[operator]


@given(
    st.lists(
        st.tuples(st.sampled_from(["pause", "resume", "shift"]), st.integers(-3, 130), st.integers(-10, 20)),
        max_size=12,
    )
)
def test_no_day_of_the_plan_is_lost_or_done_twice(steps: list[tuple[str, int, int]]) -> None:
    enrolment = training.start(START)
    for what, day, days in steps:
        on = START + day * DAY
        before = enrolment
        try:
            if what == "pause":
                enrolment = training.pause(enrolment, on)
            elif what == "resume":
                enrolment = training.resume(enrolment, on)
            else:
                enrolment = training.shift(enrolment, days, on)
        except UsageError:
            assert enrolment == before
    if training.last_day(enrolment) is None:
        open_pause = next(pause for pause in enrolment.pauses if pause.resumed_on is None)
        enrolment = training.resume(enrolment, open_pause.first_day + DAY)
    last = training.last_day(enrolment)
    assert last is not None
    first = enrolment.started_on
    found = [training.plan_day(enrolment, first + n * DAY) for n in range(-2, (last - first).days + 3)]
    assert [index for index in found if index is not None] == list(range(84))
    ordered = sorted(enrolment.pauses, key=lambda pause: pause.first_day)
    assert list(enrolment.pauses) == ordered
    for one, other in pairwise(ordered):
        assert one.resumed_on is not None
        assert one.resumed_on <= other.first_day


def test_saved_sets_tick_the_days_work_by_leg() -> None:
    sets = [SavedSet(START, "half-kneeling", "left", minute=n) for n in range(3)]
    sets += [SavedSet(START, "half-kneeling", "right"), SavedSet(START, "heel-raise", "both", 15)]
    sets += [SavedSet(START, "half-kneeling", "right", 0, minute=9), SavedSet(START + DAY, "heel-raise", "both", 15, minute=1)]
    today = training.day_plan(training.start(START), START, training.count_done_sets(sets))
    ticked = {(item.work.name, item.side): (item.sets_done, item.done) for item in today.items}
    assert ticked == {
        ("half-kneeling", "left"): (3, True),
        ("half-kneeling", "right"): (1, False),
        ("heel-raise", "both"): (1, False),
        ("short-foot", "both"): (0, False),
    }
    assert not today.done
    assert "To do today: ankle mobilization, one-second hold, heel raise with a ball, short foot, sitting." in today.message


@pytest.mark.parametrize(("reps", "counts"), [(15, True), (12, True), (11, False)])
def test_a_set_counts_as_done_at_eighty_per_cent_of_its_repetitions(reps: int, counts: bool) -> None:
    done = training.count_done_sets([SavedSet(START, "heel-raise", "both", reps)])
    assert (done[START, "heel-raise", "both"] == 1) is counts


def test_a_measured_short_foot_ticks_the_short_foot() -> None:
    done = training.count_done_sets([SavedSet(START, "short-foot", "left", 10)])
    today = training.day_plan(training.start(START), START, done)
    assert [item.sets_done for item in today.items if item.work.name == "short-foot"] == [1]


def test_one_recording_analyzed_twice_is_one_set_done() -> None:
    done = training.count_done_sets([SavedSet(START, "heel-raise", "both", 15), SavedSet(START, "heel-raise", "both", 15)])
    assert done[START, "heel-raise", "both"] == 1
    assert training.count_done_sets([SavedSet(START, None, None)]) == {}


def test_a_run_in_the_log_ticks_the_run() -> None:
    enrolment = training.start(START)
    run_day = START + DAY
    assert not training.day_plan(enrolment, run_day).done
    assert training.day_plan(enrolment, run_day, run_days=[run_day]).done


def test_a_recovery_day_asks_for_nothing() -> None:
    day = training.day_plan(training.start(START), START + 6 * DAY)
    assert day.message == "Week 1 of 12. Today is a recovery day."
    assert day.done


def test_every_fourth_week_is_lighter_and_asks_for_no_fewer_repetitions_a_set() -> None:
    enrolment = training.start(START)
    weeks = {week: training.day_plan(enrolment, START + 7 * (week - 1) * DAY) for week in range(1, 13)}
    assert [week for week, day in weeks.items() if day.deload] == [4, 8, 12]
    assert {item.work.sets for item in weeks[4].items} == {2}
    assert {item.work.sets for item in weeks[5].items} == {3}
    assert [item.work.reps for item in weeks[4].items] == [item.work.reps for item in weeks[3].items]


@pytest.mark.parametrize("track", list(training.current_catalogue().tracks))
def test_the_plan_never_asks_for_more_sets_than_in_its_first_weeks_at_the_same_levels(track: str) -> None:
    enrolment = training.start(START, track)
    days = training.calendar(enrolment, START, START + 83 * DAY)
    sets = [sum(item.work.sets for day in days[7 * w : 7 * w + 7] for item in day.items if item.work.is_drill) for w in range(12)]
    assert max(sets) <= 1.1 * sets[0]


def test_a_red_flag_takes_the_work_off_from_its_day_on() -> None:
    rules = training.current_catalogue()
    progress = training.Progress(stopped_by=rules.red_flags[:1], stopped_on=START + DAY)
    before, after = (training.day_plan(training.start(START), START + n * DAY, progress=progress) for n in (0, 2))
    assert before.items
    assert not after.items
    assert rules.red_flags[0].where in after.message


@pytest.mark.parametrize("state", ["not started", "ahead", "paused", "finished"])
def test_every_state_of_a_live_set_shows_what_to_do(state: str) -> None:
    enrolment = {
        "not started": None,
        "ahead": training.start(START + 7 * DAY),
        "paused": training.pause(training.start(START - DAY), START),
        "finished": training.start(START - 100 * DAY),
    }[state]
    day = training.day_plan(enrolment, START)
    assert (day.state, day.items) == (state, ())
    assert day.message.endswith(".")


def test_adherence_is_done_against_prescribed() -> None:
    enrolment = training.start(START)
    # Week 1 asks for three days of each of the guide's exercises and one of balance: 18 (two legs) + 9 + 9 + 6.
    done = {(START, "half-kneeling", "left"): 3, (START + DAY, "heel-raise", "both"): 20}
    first, second = training.adherence(enrolment, START + 7 * DAY, done)
    assert (first.prescribed, first.done) == (42, 3 + 9)
    assert first.by_work["heel-raise"] == (9, 9)
    assert (second.week, second.prescribed, second.done) == (2, 12, 0)
    assert training.adherence(enrolment, START - DAY, done) == []
    assert len(training.adherence(enrolment, START + 500 * DAY, done)) == 12


def test_the_pain_warnings_ask_to_stop_and_name_a_professional() -> None:
    text = " ".join(training.WARNINGS)
    assert "Stop if it hurts sharply" in text
    assert "physiotherapist" in text
