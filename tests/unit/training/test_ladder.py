"""Simulated logs and the level that they lead to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from formcheck.support.form import FormCount
from formcheck.training.catalogue import current_catalogue
from formcheck.training.ladder import Ladder, Session, climb, climb_by_leg, describe_next, is_clean, sets_of
from formcheck.training.pain import PainScores

RULES = current_catalogue()
CALF = RULES.drills["heel-raise"]
MONDAY = date(2026, 3, 2)
CALM = PainScores(1, 1, 1)


def two_legs(number: int, pain: PainScores = CALM, reps: int = 15, sets: int = 3, clean: float = 1.0) -> Session:
    """A filmed session on both legs, every other day."""
    day = MONDAY + timedelta(days=2 * number)
    form = {"both": FormCount(reps * sets, round(clean * reps * sets))}
    return Session(day, filmed={"both": (reps,) * sets}, form=form, pain=pain)


def each_leg(number: int, pain: PainScores = CALM, sets: int = 3) -> Session:
    """A session on each leg, ticked by hand."""
    return Session(MONDAY + timedelta(days=2 * number), ticked={"left": sets, "right": sets}, pain=pain)


def level_of(ladder: Ladder) -> str:
    return CALF.levels[ladder.last.level].id


def test_the_calf_climbs_from_two_legs_to_a_loaded_heel_drop() -> None:
    assert [level.id for level in CALF.levels] == ["two-legs-ball", "one-leg", "step-drop", "loaded"]
    drops = [each_leg(number, sets=6) for number in (9, 13, 17, 21, 22)]
    log = [two_legs(0), two_legs(1), each_leg(2), each_leg(8), *drops]
    reached = [level_of(climb(CALF, log[:n], RULES)) for n in range(len(log) + 1)]
    assert reached == ["two-legs-ball"] * 2 + ["one-leg"] * 2 + ["step-drop"] * 5 + ["loaded"]


def test_a_heel_drop_waits_two_weeks_and_weight_four_however_many_sessions_were_clean() -> None:
    """A tendon adapts over weeks (Bohm 2015): clean sessions alone do not bring weight in the third week."""
    assert [level.after_weeks for level in CALF.levels] == [0, 0, 2, 4]
    log = [two_legs(0), two_legs(1), *(each_leg(number, sets=6) for number in range(2, 40))]
    levels = {session.day: climb(CALF, log[: n + 1], RULES).last.level for n, session in enumerate(log)}
    one_leg, drop, weight = (min(day for day, level in levels.items() if level == number) for number in (1, 2, 3))
    assert (drop - one_leg).days == 14
    assert (weight - drop).days == 28
    waiting = climb(CALF, log[:6], RULES)
    assert waiting.last.good == 2
    assert "not before March 18: a tendon adapts over weeks" in describe_next(waiting, RULES)


def test_a_session_counts_for_the_sets_that_were_done_from_half_of_them_on() -> None:
    reached = [level_of(climb(CALF, [two_legs(n, sets=2) for n in range(count)], RULES)) for count in (2, 3)]
    assert reached == ["two-legs-ball", "one-leg"]
    assert climb(CALF, [two_legs(n, sets=1) for n in range(9)], RULES).last.good == 0
    rest = describe_next(climb(CALF, [two_legs(0), two_legs(1, sets=2)], RULES), RULES)
    assert rest.startswith("1.7 of two sessions are done: the rest, with all 3×15")


def test_pain_leaves_the_level_of_an_exercise_that_spares_what_hurts() -> None:
    hurt = replace(each_leg(3, PainScores(1, 7, 1)), spared=True)
    ladder = climb(CALF, [two_legs(0), two_legs(1), each_leg(2), hurt], RULES)
    assert (level_of(ladder), ladder.last.good) == ("one-leg", 0)
    assert ladder.actions[-1][1] == "step-back"


@pytest.mark.parametrize(
    "spoiled",
    [
        two_legs(1, reps=14),
        two_legs(1, sets=2),
        two_legs(1, sets=1),
        two_legs(1, clean=0.75),
        two_legs(1, PainScores(1, 3, 1)),
        two_legs(1, PainScores(1, 1, None)),
        two_legs(1, PainScores()),
    ],
    ids=["too few reps", "a set short", "two sets short", "not clean", "pain 3", "no morning score", "no score"],
)
def test_a_session_that_misses_a_criterion_raises_no_level(spoiled: Session) -> None:
    assert level_of(climb(CALF, [two_legs(0), spoiled], RULES)) == "two-legs-ball"


def test_eighty_per_cent_clean_is_enough() -> None:
    assert level_of(climb(CALF, [two_legs(0, clean=0.8), two_legs(1, clean=0.8)], RULES)) == "one-leg"
    assert is_clean(Session(MONDAY, ticked={"both": 3}), RULES.progression)


def with_unseen(number: int, reps: int, faulty: int, unseen: int) -> Session:
    """A filmed session of which some reps have a fault, and of others the heel was not seen."""
    filmed = two_legs(number, reps=reps, sets=3)
    return replace(filmed, form={"both": FormCount(3 * reps, 3 * (reps - faulty), 3 * unseen)})


def test_a_session_whose_form_was_not_seen_neither_counts_nor_begins_the_count_anew() -> None:
    unseen = with_unseen(1, reps=15, faulty=0, unseen=15)
    ladder = climb(CALF, [two_legs(0), unseen], RULES)
    assert (level_of(ladder), ladder.last.good) == ("two-legs-ball", 1)
    assert describe_next(ladder, RULES).startswith("The session of March 4 did not count: the form of most reps was not seen")
    assert level_of(climb(CALF, [two_legs(0), unseen, two_legs(2)], RULES)) == "one-leg"
    assert not describe_next(climb(CALF, [unseen, two_legs(2)], RULES), RULES).startswith("The session of")


@pytest.mark.parametrize(
    ("faulty", "unseen", "clean"),
    [(0, 7, True), (0, 8, None), (2, 5, True), (2, 6, False), (3, 0, True), (4, 11, False)],
    ids=["half seen", "less than half seen", "8 of 10", "7 of 9", "12 of 15", "11 could not make up for 4 faults"],
)
def test_four_of_five_are_of_the_reps_whose_form_was_seen(faulty: int, unseen: int, clean: bool | None) -> None:
    session = with_unseen(0, reps=15, faulty=faulty, unseen=unseen)
    assert is_clean(session, RULES.progression) is clean


def test_the_two_sessions_must_follow_each_other() -> None:
    sore = PainScores(1, 4, 1)
    assert level_of(climb(CALF, [two_legs(0), two_legs(1, sore), two_legs(2)], RULES)) == "two-legs-ball"
    assert level_of(climb(CALF, [two_legs(0), two_legs(1, sore), two_legs(2), two_legs(3)], RULES)) == "one-leg"


def test_both_legs_must_do_their_sets() -> None:
    up = [two_legs(0), two_legs(1)]
    lame = [Session(MONDAY + timedelta(days=4 + n), ticked={"left": 3, "right": 2}, pain=CALM) for n in range(3)]
    assert level_of(climb(CALF, [*up, *lame], RULES)) == "one-leg"


def test_pain_above_five_or_a_worse_morning_goes_one_level_back() -> None:
    up = [two_legs(0), two_legs(1)]
    for pain in (PainScores(1, 6, 1), PainScores(1, 2, 4)):
        ladder = climb(CALF, [*up, each_leg(2, pain)], RULES)
        assert level_of(ladder) == "two-legs-ball"
        assert "moved you back" in ladder.last.describe_reason()


def test_at_the_lowest_level_a_step_back_means_half_the_sets_until_a_calm_session() -> None:
    hurt = climb(CALF, [two_legs(0, PainScores(2, 7, 2))], RULES)
    assert (hurt.last.level, hurt.last.eased) == (0, True)
    assert sets_of(CALF.levels[0], RULES, eased=hurt.last.eased) == 2
    calm = climb(CALF, [two_legs(0, PainScores(2, 7, 2)), two_legs(1, sets=2)], RULES)
    assert not calm.last.eased
    assert level_of(calm) == "two-legs-ball"


def test_a_filmed_heel_raise_does_not_count_as_a_heel_drop_off_a_step() -> None:
    by_hand = {MONDAY: "step-drop"}
    filmed = [Session(MONDAY + timedelta(days=n), filmed={"left": (15,) * 6, "right": (15,) * 6}, pain=CALM) for n in (1, 3)]
    assert level_of(climb(CALF, filmed, RULES, chosen=by_hand)) == "step-drop"


def test_in_a_lighter_week_no_level_goes_up_but_pain_still_moves_it_down() -> None:
    log = [two_legs(0), two_legs(1)]
    assert level_of(climb(CALF, log, RULES, is_deload=lambda _: True)) == "two-legs-ball"
    sore = climb(CALF, [*log, each_leg(2, PainScores(1, 8, 1))], RULES, is_deload=lambda day: day > MONDAY + timedelta(days=3))
    assert level_of(sore) == "two-legs-ball"


def test_a_level_set_by_hand_holds_from_its_day_and_begins_a_new_count() -> None:
    ladder = climb(CALF, [two_legs(0)], RULES, chosen={MONDAY + timedelta(days=1): "one-leg"})
    assert ladder.on(MONDAY).level == 0
    assert ladder.on(MONDAY + timedelta(days=1)).level == 1
    assert level_of(climb(CALF, [two_legs(0), each_leg(1)], RULES, chosen={MONDAY + timedelta(days=1): "one-leg"})) == "one-leg"


def test_a_session_counts_from_the_next_day_on() -> None:
    ladder = climb(CALF, [two_legs(0), two_legs(1)], RULES)
    moved = MONDAY + timedelta(days=2)
    days = (moved, moved + timedelta(days=1))
    assert [CALF.levels[ladder.on(day).level].id for day in days] == ["two-legs-ball", "one-leg"]


def test_the_next_step_is_named_with_its_criteria() -> None:
    first = describe_next(climb(CALF, [], RULES), RULES)
    assert first == (
        "Two sessions in a row with all 3×15, at least 80\u00a0% of filmed reps clean, and pain 2 or less move you up to "
        "heel raise on one leg."
    )
    assert describe_next(climb(CALF, [two_legs(0)], RULES), RULES).startswith("One more session with all 3×15")
    top = climb(CALF, [], RULES, chosen={MONDAY: "loaded"})
    assert "top level" in describe_next(top, RULES)


@pytest.mark.parametrize("name", list(RULES.drills))
def test_every_ladder_can_be_climbed_to_its_top(name: str) -> None:
    drill = RULES.drills[name]
    log = []
    for number, level in enumerate(level for level in drill.levels for _ in range(5)):
        sides = ("left", "right") if level.per_leg else ("both",)
        log.append(Session(MONDAY + timedelta(weeks=number), ticked=dict.fromkeys(sides, level.total_sets), pain=CALM))
    ladder = climb(drill, log, RULES)
    assert ladder.last.level == len(drill.levels) - 1


def lame(number: int) -> Session:
    """The left leg does its sets, the right one stops after the first."""
    return Session(MONDAY + timedelta(days=2 * number), ticked={"left": 3, "right": 1}, pain=CALM)


def test_a_leg_that_does_its_sets_moves_up_alone_and_the_person_stands_where_the_lower_leg_is() -> None:
    ladder = climb_by_leg(CALF, [two_legs(0), two_legs(1), lame(2), lame(8)], RULES)
    assert [CALF.levels[ladder.leg(side).last.level].id for side in ("left", "right")] == ["step-drop", "one-leg"]
    assert ladder.lower_leg() == "right"
    assert level_of(ladder) == "one-leg"
    assert "on the right leg" in describe_next(ladder, RULES)
    assert describe_next(ladder, RULES).endswith(
        "move the right leg up to heel drop off a step, not before March 18: a tendon adapts over weeks."
    )


def test_legs_that_do_the_same_have_one_ladder() -> None:
    ladder = climb_by_leg(CALF, [two_legs(0), two_legs(1), each_leg(2), each_leg(8)], RULES)
    assert not ladder.legs
    assert ladder.lower_leg() is None
    assert level_of(ladder) == "step-drop"


def test_a_level_set_by_hand_for_one_leg_leaves_the_other_where_it_is() -> None:
    by_hand = {"both": {MONDAY: "one-leg"}, "left": {MONDAY + timedelta(days=1): "two-legs-ball"}}
    ladder = climb_by_leg(CALF, [], RULES, chosen=by_hand)
    assert [ladder.leg(side).on(MONDAY + timedelta(days=1)).level for side in ("left", "right")] == [0, 1]
    assert ladder.lower_leg(MONDAY) is None


def test_too_much_pain_moves_both_legs_back() -> None:
    """Pain is entered for the person: which leg it was is not known."""
    log = [two_legs(0), two_legs(1), lame(2), lame(8), each_leg(9, PainScores(1, 7, 1))]
    ladder = climb_by_leg(CALF, log, RULES)
    assert [ladder.leg(side).last.level for side in ("left", "right")] == [1, 0]


def test_a_set_on_both_legs_is_a_set_of_the_lower_leg_only() -> None:
    """What the higher leg does alone is no set of the two-leg raise that the lower leg still needs."""
    by_hand = {"left": {MONDAY: "one-leg"}}
    alone = Session(MONDAY + timedelta(days=1), ticked={"left": 3}, pain=CALM)
    again = Session(MONDAY + timedelta(days=14), ticked={"left": 3}, pain=CALM)
    ladder = climb_by_leg(CALF, [alone, again], RULES, chosen=by_hand)
    assert [ladder.leg(side).last.level for side in ("left", "right")] == [2, 0]


def test_one_leg_with_faults_stays_and_the_clean_one_moves_up() -> None:
    def filmed(number: int) -> Session:
        reps = {"left": (15,) * 3, "right": (15,) * 3}
        by_side = {"left": FormCount(45, 45), "right": FormCount(45, 20)}
        return Session(MONDAY + timedelta(days=number), filmed=reps, pain=CALM, form=by_side)

    ladder = climb_by_leg(CALF, [filmed(1), filmed(14)], RULES, chosen={"both": {MONDAY: "one-leg"}})
    assert [ladder.leg(side).last.level for side in ("left", "right")] == [2, 1]
