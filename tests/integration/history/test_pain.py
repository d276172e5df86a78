"""What a person enters about pain and red flags leads to what a physiotherapist would do: one table, through the store."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from formcheck import training
from formcheck.history.store.store import Store
from formcheck.training.pain import PainScores
from formcheck.training.sessions import list_pain_actions

START = date(2026, 3, 2)
RULES = training.current_catalogue()
NO_FLAGS = dict.fromkeys((flag.code for flag in RULES.red_flags), False)
CALM, SORE, TOO_MUCH, OPEN = PainScores(0, 0, 0), PainScores(2, 4, 2), PainScores(1, 6, 1), PainScores(1, 1, None)

# today's pain before, after and the next morning; red flags answered with yes; pain of the days before; what follows; whether the
# red flags are asked
TABLE: list[tuple[PainScores, tuple[str, ...], tuple[PainScores, ...], str, bool]] = [
    (PainScores(0, 0, 0), (), (), "progress", False),
    (PainScores(2, 2, 2), (), (), "progress", False),
    (PainScores(None, 1, 1), (), (), "progress", False),
    (PainScores(0, 0, 2), (), (), "progress", False),
    (PainScores(1, 3, 1), (), (), "repeat", False),
    (PainScores(2, 5, 2), (), (), "repeat", False),
    (PainScores(4, 4, 3), (), (), "repeat", False),
    (PainScores(3, 2, 3), (), (), "repeat", False),
    (PainScores(1, 2, 3), (), (), "step-back", False),
    (PainScores(2, 4, 4), (), (), "step-back", False),
    (PainScores(1, 6, 1), (), (), "step-back", True),
    (PainScores(7, None, None), (), (), "step-back", True),
    (PainScores(0, 1, 6), (), (CALM,), "step-back", True),
    (PainScores(1, 6, 1), (), (TOO_MUCH,), "see-professional", True),
    (PainScores(2, 2, 4), (), (CALM, TOO_MUCH, OPEN), "see-professional", False),
    (PainScores(1, 6, 1), (), (TOO_MUCH, SORE), "step-back", True),
    (PainScores(1, 1, None), (), (), "ask", False),
    (PainScores(1, None, None), (), (TOO_MUCH,), "ask", False),
    (PainScores(0, 0, 0), ("achilles-rupture",), (), "stop", False),
    (PainScores(0, 8, 8), ("numbness", "ottawa"), (TOO_MUCH,), "stop", False),
    (PainScores(), ("breathless",), (), "stop", False),
]


def enter(store: Store, athlete_id: int, day: date, scores: PainScores) -> None:
    for moment in ("before", "after", "morning"):
        if (score := getattr(scores, moment)) is not None:
            store.diary.note_pain(athlete_id, day, moment, score)


@pytest.mark.parametrize(("today", "flags", "earlier", "action", "ask"), TABLE)
def test_entered_pain_leads_to_a_physiotherapists_decision(
    sqlite_store: Store, today: PainScores, flags: tuple[str, ...], earlier: tuple[PainScores, ...], action: str, ask: bool
) -> None:
    store, ada = sqlite_store, sqlite_store.add_athlete("Ada").id
    store.plans.start(ada, START, "achilles")
    assert store.diary.must_ask_red_flags(ada, START)
    store.diary.answer_red_flags(ada, START, NO_FLAGS)
    for number, scores in enumerate(earlier):
        enter(store, ada, START + timedelta(days=number), scores)
        store.diary.answer_red_flags(ada, START + timedelta(days=number), NO_FLAGS)
    day = START + timedelta(days=len(earlier))
    enter(store, ada, day, today)
    if flags:
        store.diary.answer_red_flags(ada, day, NO_FLAGS | dict.fromkeys(flags, True))
    assert store.diary.must_ask_red_flags(ada, START) == ask

    stopped = store.plans.progress(ada, day).stops_on(day)
    need = store.plans.describe_need(ada, day)
    (plan,) = store.plans.calendar(ada, day, day)
    if stopped:
        found = "stop"
        assert not plan.items
        assert all(flag.where in plan.message and flag.when in plan.message for flag in stopped[:1])
    else:
        found = "see-professional" if need else list_pain_actions(store.diary.pain(ada), day, RULES)[-1][1]
        assert plan.items
    assert found == action


def test_the_table_has_at_least_twenty_rows_and_every_action() -> None:
    assert len(TABLE) >= 20
    assert {row[3] for row in TABLE} == {"stop", "see-professional", "step-back", "repeat", "progress", "ask"}
