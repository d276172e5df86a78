"""Twelve weeks on each track, lived by made-up people who do what the plan asks: what comes of the rules together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from formcheck.training.catalogue import current_catalogue
from formcheck.training.explain import explain_day, explain_next
from formcheck.training.load import find_spikes, monday_of, review_runs
from formcheck.training.pain import PainScores
from formcheck.training.return_to_running import EntryAnswers
from formcheck.training.sessions import describe_need
from tests.helpers.simulated_weeks import CALM, MONDAY, Diary, Person, live

RULES = current_catalogue()
TRACKS = sorted(RULES.tracks)
INJURED = sorted(name for name, track in RULES.tracks.items() if track.return_criteria)
LAST_DAY = MONDAY + timedelta(days=83)
# Three runs of 5 km a week for four weeks before the plan.
RUNS = {7 * week + day: 5.0 for week in range(4) for day in (2, 4, 6)}


def works_on(day: object, *names: str) -> bool:
    return any(item.work.name in names for item in day.items)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def calm() -> dict[str, Diary]:
    """Twelve weeks without pain on every track, by somebody who does not run at first."""
    return {track: live(Person(track)) for track in TRACKS}


@pytest.mark.parametrize("track", TRACKS)
def test_every_level_of_every_exercise_is_reached_one_after_the_other(calm: dict[str, Diary], track: str) -> None:
    for name in {work for day in RULES.tracks[track].days for work in day if work in RULES.drills}:
        levels = calm[track].levels(name)
        assert sorted(set(levels)) == list(range(len(RULES.drills[name].levels)))
        assert levels == sorted(levels)


@pytest.mark.parametrize("track", TRACKS)
def test_weeks_four_eight_and_twelve_are_lighter_and_move_nobody(calm: dict[str, Diary], track: str) -> None:
    diary = calm[track]
    for week in (4, 8, 12):
        due = [item.work for day in diary.days if day.week == week for item in day.items if item.work.is_drill]
        assert sum(work.sets for work in due) <= 2 / 3 * sum(RULES.drills[work.name].levels[work.level].total_sets for work in due)
        lighter = [i for i, day in enumerate(diary.days) if day.week == week]
        for name in RULES.drills:
            assert len({diary.progress[i].standing_on(name, diary.days[i].day).level for i in lighter}) == 1
        assert len({diary.running[i].step for i in lighter if diary.running[i].kind == "walk-run"}) <= 1


@pytest.mark.parametrize("track", TRACKS)
def test_a_person_who_begins_to_run_again_never_breaks_the_plans_own_load_rules(calm: dict[str, Diary], track: str) -> None:
    """The steps' distances, walked at 5.5 and run at 9 km/h, are judged as any runner's are: without knowing of the steps."""
    diary = calm[track]
    assert diary.kinds(1) == ["walk-run"] * 3
    assert diary.kinds(12) == ["run"] * 3
    assert review_runs(diary.km.items(), LAST_DAY).broken_weeks == ()
    assert find_spikes(diary.km.items()) == []


@pytest.mark.parametrize("track", TRACKS)
def test_a_runner_who_follows_the_ceiling_never_breaks_the_load_rules(track: str) -> None:
    diary = live(Person(track, runs_before=RUNS), exercises=False)
    assert {kind for week in range(1, 13) for kind in diary.kinds(week)} == {"run"}
    assert review_runs(diary.km.items(), LAST_DAY).broken_weeks == ()
    assert find_spikes(diary.km.items()) == []


def test_a_return_that_begins_in_mid_week_is_not_called_too_much() -> None:
    """The first calendar week holds one session and the next three: the steps set the load, not the ceiling."""
    km = {MONDAY + timedelta(days=day): 3.0 for day in (5, 8, 10, 12)}
    assert review_runs(km.items(), MONDAY + timedelta(days=13)).this_week.broke_rule
    review = review_runs(km.items(), MONDAY + timedelta(days=13), km)
    assert not review.needs_care
    assert "walk-run steps set the load" in review.message
    assert [week.monday for week in review.weeks] == [MONDAY, monday_of(MONDAY + timedelta(days=8))]


@pytest.mark.parametrize("track", INJURED)
def test_on_a_track_for_an_injury_walks_come_first_until_the_four_criteria_are_met(track: str) -> None:
    diary = live(Person(track, ready_on=20), days=28, exercises=False)
    assert [diary.kinds(week) for week in (1, 2, 3)] == [["walk"] * 3] * 3
    assert diary.kinds(4)[0] == "walk-run"
    never = live(Person(track, entry=EntryAnswers(1, 25, 25, False)), days=28, exercises=False)
    assert {kind for week in range(1, 5) for kind in never.kinds(week)} == {"walk"}


@pytest.mark.parametrize("track", TRACKS)
def test_pain_above_five_steps_every_exercise_of_that_day_back_that_loads_what_hurts(track: str) -> None:
    worked = [name for name in RULES.tracks[track].days[0] if name in RULES.drills]
    diary = live(Person(track, pain=lambda day: PainScores(1, 6, 1) if (day.week, day.day_of_week) == (3, 1) else CALM), days=21)
    before, after = diary.progress[14], diary.progress[15]
    for name in worked:
        level = before.standing_on(name, MONDAY + timedelta(days=14)).level
        back = 0 if name in RULES.tracks[track].spares else 1
        assert after.standing_on(name, MONDAY + timedelta(days=15)).level == max(0, level - back)


def test_pain_after_runs_stops_the_runs_and_is_not_hidden_by_calm_exercises() -> None:
    diary = live(
        Person("achilles", runs_before=RUNS, pain=lambda day: PainScores(2, 7, 4) if works_on(day, "run") else CALM), days=14
    )
    assert diary.kinds(1) == ["run", "walk", "run"]
    runs = [day for day in diary.km if day >= MONDAY]
    assert describe_need(diary.pain, runs[0], RULES, runs) == ""
    assert "two sessions in a row" in describe_need(diary.pain, runs[1], RULES, runs)


def test_pain_that_never_comes_down_to_two_is_to_be_examined_after_four_weeks() -> None:
    diary = live(Person("achilles", pain=lambda _: PainScores(2, 4, 2)), days=35)
    assert set(diary.levels("heel-raise")) == {0}
    assert describe_need(diary.pain, MONDAY + timedelta(days=27), RULES) == ""
    assert "four weeks" in describe_need(diary.pain, MONDAY + timedelta(days=28), RULES)
    one_calm_day = {**diary.pain, MONDAY + timedelta(days=21): CALM}
    assert describe_need(one_calm_day, MONDAY + timedelta(days=28), RULES) == ""
    assert describe_need(diary.pain, MONDAY + timedelta(days=50), RULES) == ""


def test_the_sentence_of_a_repeated_level_gives_the_pain_as_its_reason() -> None:
    diary = live(Person("achilles", pain=lambda _: PainScores(2, 4, 2)), days=3)
    assert "at the same level: pain was above 2" in explain_day(diary.days[2], diary.progress[2])


def test_the_sentence_of_the_top_level_counts_nothing_toward_a_next_one() -> None:
    diary = live(Person("prevention"), days=71)
    said = [explain_day(day, progress) for day, progress in zip(diary.days, diary.progress, strict=True)]
    assert said[70] == "Heel drop off a step, with weight today: it keeps what you have built."
    assert "top level" in explain_next(diary.days[70], diary.progress[70])


@pytest.mark.parametrize(("empty", "level"), [(14, 1), (15, 0), (40, 0)])
def test_more_than_two_weeks_without_a_session_cost_one_level(empty: int, level: int) -> None:
    diary = live(Person("prevention", does=lambda day: (day.day - MONDAY).days <= 14), days=14 + empty + 1)
    assert diary.progress[-1].standing_on("heel-raise", diary.days[-1].day).level == level
    if level == 0:
        assert (
            diary.progress[-1].standing_on("heel-raise", diary.days[-1].day).describe_reason()
            == "14 days without a session moved you back"
        )
