"""The way back to running: what must be met first, and when a step is repeated or taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from formcheck.training.catalogue import current_catalogue
from formcheck.training.load import review_runs
from formcheck.training.pain import PainScores
from formcheck.training.return_to_running import EntryAnswers, RunningHistory, follow_steps, judge_running, list_unmet

RULES = current_catalogue()
TODAY = date(2026, 6, 1)
CALM = PainScores(1, 1, 1)
READY = EntryAnswers(walk_pain=2, raises_left=20, raises_right=22, hops_pain_free=True)


def days_ago(*numbers: int) -> tuple[date, ...]:
    return tuple(TODAY - timedelta(days=n) for n in numbers)


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        (READY, ""),
        (EntryAnswers(3, 20, 22, True), "walk for 30 minutes at pain 2 or less"),
        (EntryAnswers(2, 19, 20, True), "do 20 heel raises on each leg"),
        (EntryAnswers(2, 20, 23, True), "reach 90\u00a0% of the stronger leg"),
        (EntryAnswers(2, 20, 22, False), "hop on each leg without pain"),
        (EntryAnswers(2, 20, 22, None), "hop on each leg without pain"),
    ],
)
def test_each_entry_criterion_can_be_the_one_that_is_missing(answers: EntryAnswers, missing: str) -> None:
    unmet = list_unmet(answers, RULES.running)
    assert len(unmet) == (1 if missing else 0)
    assert all(missing in one for one in unmet)


def test_nothing_known_means_all_four_are_open() -> None:
    assert len(list_unmet(EntryAnswers(), RULES.running)) == 4


def test_a_runner_keeps_running_on_an_injury_track() -> None:
    standing = judge_running(RunningHistory(run_days=days_ago(3, 10)), {}, TODAY, RULES, needs_entry=True)
    assert standing.kind == "run"
    assert "pain at 5 or less" in standing.message


def test_a_person_who_reports_running_is_treated_as_a_runner_and_asked_for_the_runs() -> None:
    standing = judge_running(RunningHistory(reports_running=True, reported_on=TODAY), {}, TODAY, RULES, needs_entry=True)
    assert standing.kind == "run"
    assert "Enter your last weeks' runs" in standing.message


@pytest.mark.parametrize("last_run", [29, 57])
def test_after_four_and_after_eight_empty_weeks_a_walk_run_session_is_offered(last_run: int) -> None:
    runs = days_ago(last_run, last_run + 3, last_run + 7)
    standing = judge_running(
        RunningHistory(run_days=runs, reports_running=True, reported_on=runs[-1]), {}, TODAY, RULES, needs_entry=False
    )
    assert standing.kind == "walk-run"
    assert standing.session == "5 times: walk 5\u00a0min, run 1\u00a0min"
    assert "No run in 4 weeks" in standing.message
    assert judge_running(RunningHistory(run_days=days_ago(27)), {}, TODAY, RULES, needs_entry=False).kind == "run"


def test_an_injured_person_who_does_not_run_walks_until_the_criteria_are_met() -> None:
    assert judge_running(RunningHistory(), {}, TODAY, RULES, needs_entry=True).kind == "walk"
    ready = judge_running(RunningHistory(entry=READY), {}, TODAY, RULES, needs_entry=True)
    assert (ready.kind, ready.step) == ("walk-run", 0)


def test_a_step_is_repeated_until_pain_stays_low_the_next_morning() -> None:
    sessions = days_ago(35, 28, 21, 14)
    pain = dict(zip(sessions, (CALM, PainScores(1, 3, 1), PainScores(1, 1, None), CALM), strict=True))
    after = [follow_steps(sessions[:n], pain, TODAY - timedelta(days=28 - 7 * (n - 1)), RULES) for n in range(1, 5)]
    assert after == [1, 1, 1, 2]


def test_a_step_lasts_a_week_however_many_sessions_were_calm() -> None:
    sessions = days_ago(6, 4, 2)
    pain = dict.fromkeys(sessions, CALM)
    assert [follow_steps(sessions, pain, TODAY + timedelta(days=day), RULES) for day in range(3)] == [0, 1, 1]


def test_no_step_goes_up_in_a_lighter_week() -> None:
    sessions = days_ago(14, 12, 10, 7, 5, 3)
    lighter = {TODAY - timedelta(days=back) for back in range(1, 8)}
    pain = dict.fromkeys(sessions, CALM)
    assert follow_steps(sessions, pain, TODAY, RULES) == 2
    assert follow_steps(sessions, pain, TODAY - timedelta(days=1), RULES, lighter.__contains__) == 0
    assert follow_steps(sessions, pain, TODAY, RULES, lighter.__contains__) == 1


def test_a_break_of_more_than_two_weeks_goes_a_step_back() -> None:
    sessions = days_ago(42, 35, 28, 21)
    pain = dict.fromkeys(sessions, CALM)
    assert follow_steps(sessions, pain, TODAY - timedelta(days=7), RULES) == 4
    assert follow_steps(sessions, pain, TODAY, RULES) == 2


def test_after_a_painful_run_the_plan_offers_walks_until_one_stays_calm() -> None:
    painful, calm_exercises, walk = days_ago(5, 4, 2)
    pain = {painful: PainScores(2, 7, 4), calm_exercises: CALM}
    history = RunningHistory(run_days=days_ago(12, 9, 5))
    standing = judge_running(history, pain, TODAY, RULES, needs_entry=False)
    assert standing.kind == "walk"
    assert "May 27" in standing.message
    walked = replace(history, walk_days=(walk,))
    assert judge_running(walked, {**pain, walk: PainScores(1, 3, 1)}, TODAY, RULES, needs_entry=False).kind == "walk"
    assert judge_running(walked, {**pain, walk: CALM}, TODAY, RULES, needs_entry=False).kind == "run"


def test_pain_above_five_goes_a_step_back_but_never_below_the_first() -> None:
    sessions = days_ago(17, 10, 3)
    pain = dict(zip(sessions, (CALM, CALM, PainScores(1, 6, 1)), strict=True))
    assert follow_steps(sessions, pain, TODAY, RULES) == 1
    assert follow_steps(sessions[-1:], pain, TODAY, RULES) == 0


def test_after_the_last_step_the_person_runs() -> None:
    count = len(RULES.running.steps)
    sessions = days_ago(*range(7 * count, 0, -7))
    history = RunningHistory(walk_run_days=sessions, entry=READY)
    assert judge_running(history, dict.fromkeys(sessions, CALM), TODAY, RULES, needs_entry=True).kind == "run"


@pytest.mark.parametrize("empty_weeks", range(9))
def test_where_the_log_gives_no_ceiling_the_plan_offers_no_run(empty_weeks: int) -> None:
    monday = TODAY - timedelta(days=TODAY.weekday())
    last_run = monday - timedelta(weeks=empty_weeks + 1) + timedelta(days=2)
    review = review_runs([(last_run, 5.0)], TODAY)
    standing = judge_running(RunningHistory(run_days=(last_run,)), {}, TODAY, RULES, needs_entry=False)
    assert review.this_week.ceiling is not None or standing.kind == "walk-run"


def test_a_slow_return_keeps_its_steps() -> None:
    sessions = days_ago(52, 38, 24, 10)
    assert (
        judge_running(RunningHistory(walk_run_days=sessions), dict.fromkeys(sessions, CALM), TODAY, RULES, needs_entry=True).step
        == 4
    )


def test_the_steps_run_more_and_walk_less() -> None:
    steps = RULES.running.steps
    running = [step.run_min * step.times for step in steps]
    assert running == sorted(running)
    assert [step.walk_min for step in steps] == sorted((step.walk_min for step in steps), reverse=True)


def test_after_a_setback_hopping_is_asked_again_on_tracks_for_an_injury() -> None:
    """An answer from before the painful session says nothing about the leg after it."""
    sessions, pain = days_ago(9, 6, 3), {TODAY - timedelta(days=3): PainScores(1, 7, 3)}
    history = RunningHistory(walk_run_days=sessions, entry=replace(READY, answered_on=TODAY - timedelta(days=12)))
    standing = judge_running(history, pain, TODAY, RULES, needs_entry=True)
    assert (standing.kind, standing.unmet) == ("walk", ("hop on each leg without pain",))
    assert "Pain was too high after the walk-run session of May 29." in standing.message
    for entry, kind in (
        (replace(READY, answered_on=TODAY - timedelta(days=3)), "walk"),
        (replace(READY, answered_on=TODAY - timedelta(days=1), hops_pain_free=False), "walk"),
        (replace(READY, answered_on=TODAY - timedelta(days=1)), "walk-run"),
    ):
        assert judge_running(replace(history, entry=entry), pain, TODAY, RULES, needs_entry=True).kind == kind
    assert judge_running(history, pain, TODAY, RULES, needs_entry=False).kind == "walk-run"
