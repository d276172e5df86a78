"""The pain rules as a table: what was entered, and what a physiotherapist would do."""

from __future__ import annotations

import pytest

from formcheck.support.errors import UsageError
from formcheck.training.catalogue import current_catalogue
from formcheck.training.pain import PainAction, PainScores, count_step_backs, describe_action, judge_pain
from formcheck.training.red_flags import describe_stop, raised_flags

RULES = current_catalogue()

# before, after, next morning; what the session allows
TABLE: list[tuple[PainScores, PainAction]] = [
    (PainScores(0, 0, 0), "progress"),
    (PainScores(2, 2, 2), "progress"),
    (PainScores(None, 1, 1), "progress"),
    (PainScores(0, 0, 2), "progress"),
    (PainScores(1, 3, 1), "repeat"),
    (PainScores(2, 5, 2), "repeat"),
    (PainScores(4, 4, 3), "repeat"),
    (PainScores(3, 2, 3), "repeat"),
    (PainScores(1, 2, 3), "step-back"),
    (PainScores(2, 4, 4), "step-back"),
    (PainScores(1, 6, 1), "step-back"),
    (PainScores(7, None, None), "step-back"),
    (PainScores(1, 1, None), "ask"),
    (PainScores(0, 1, 6), "step-back"),
    (PainScores(2, 2, 4), "step-back"),
    (PainScores(1, None, None), "ask"),
]


@pytest.mark.parametrize(("scores", "action"), TABLE)
def test_entered_pain_leads_to_a_physiotherapists_decision(scores: PainScores, action: PainAction) -> None:
    assert judge_pain(scores, RULES.pain) == action
    assert describe_action(action, scores, RULES.pain).endswith(".")


def test_the_table_has_every_action() -> None:
    assert {action for _, action in TABLE} == {"step-back", "repeat", "progress", "ask"}


def test_each_red_flag_names_the_place_the_urgency_the_reason_and_the_source() -> None:
    assert {flag.code for flag in RULES.red_flags} == {
        "breathless", "hot-swollen-calf", "achilles-rupture", "ottawa", "bone-stress", "numbness", "locks-or-gives-way",
    }  # fmt: skip
    for flag in RULES.red_flags:
        (sentence,) = describe_stop([flag])
        assert flag.where in sentence
        assert flag.when in sentence
        assert RULES.cite(flag.source)


def test_of_two_red_flags_the_more_urgent_comes_first() -> None:
    raised = raised_flags({"locks-or-gives-way": True, "breathless": True, "ottawa": False}, RULES)
    assert [flag.code for flag in raised] == ["breathless", "locks-or-gives-way"]
    assert "emergency number" in describe_stop(raised)[0]


def test_a_red_flag_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="no red flag called cough"):
        raised_flags({"cough": True}, RULES)


def test_a_session_without_a_score_neither_breaks_nor_makes_a_row_of_step_backs() -> None:
    assert count_step_backs(["step-back", "ask", "step-back"]) == 2
    assert count_step_backs(["step-back", "progress", "ask"]) == 0
    assert count_step_backs([]) == 0


def test_more_pain_never_leads_to_more_load() -> None:
    order = {"progress": 0, "ask": 0, "repeat": 1, "step-back": 2}
    for before in range(11):
        for morning in range(11):
            found = [order[judge_pain(PainScores(before, after, morning), RULES.pain)] for after in range(11)]
            assert found == sorted(found)
