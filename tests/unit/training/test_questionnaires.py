"""Questionnaires are scored, and their changes judged, by the published rules."""

from __future__ import annotations

import pytest

from formcheck.support.errors import UsageError
from formcheck.training.catalogue import current_catalogue
from formcheck.training.questionnaires import compare_scores, least_answers, score

FORMS = current_catalogue().questionnaires


@pytest.mark.parametrize(("name", "least"), [("faam-adl", 19), ("faam-sport", 7), ("visa-a", 8), ("cait", 9)])
def test_a_tenth_may_be_missing_where_the_published_rule_allows_it(name: str, least: int) -> None:
    assert least_answers(FORMS[name]) == least


@pytest.mark.parametrize(
    ("name", "points", "answered", "expected"),
    [("faam-adl", 84, 21, 100.0), ("faam-adl", 57, 19, 75.0), ("faam-adl", 0, 21, 0.0), ("faam-sport", 21, 7, 75.0),
     ("visa-a", 64, None, 64.0), ("cait", 24, None, 24.0)],
)  # fmt: skip
def test_scores_follow_the_published_rule(name: str, points: int, answered: int | None, expected: float) -> None:
    assert score(FORMS[name], points, answered) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "points", "answered"), [("faam-adl", 50, 18), ("faam-sport", 29, 7), ("faam-sport", -1, 8), ("visa-a", 101, None),
                                     ("visa-a", 50, 7), ("cait", 31, None), ("faam-adl", 10, 22)],
)  # fmt: skip
def test_too_few_answers_and_impossible_points_are_refused(name: str, points: int, answered: int | None) -> None:
    with pytest.raises(UsageError):
        score(FORMS[name], points, answered)


def test_a_change_is_judged_by_the_forms_own_limits() -> None:
    adl, sport = FORMS["faam-adl"], FORMS["faam-sport"]
    small = compare_scores(adl, 80.0, 86.0)
    assert (small.more_than_error, small.large_enough) == (True, False)
    assert compare_scores(adl, 80.0, 85.0).more_than_error is False
    sporty = compare_scores(sport, 60.0, 70.0)
    assert (sporty.more_than_error, sporty.large_enough) == (False, True)
    unknown = compare_scores(FORMS["cait"], 20.0, 25.0)
    assert (unknown.more_than_error, unknown.large_enough) == (None, None)
