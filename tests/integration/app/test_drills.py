"""The page Exercises: every exercise of the registry, and its guided set."""

from __future__ import annotations

import pytest

from formcheck.exercises import EXERCISES
from formcheck.history.store.store import Store
from formcheck.report.faults import FAULTS
from tests.integration.app.conftest import OpenPage
from tests.integration.app.test_pages import button, words


@pytest.mark.parametrize("name", list(EXERCISES))
def test_every_exercise_has_its_page(open_page: OpenPage, name: str) -> None:
    page = open_page("drills", drill=name)
    assert not page.exception
    text, exercise = words(page), EXERCISES[name]
    assert exercise.title in text
    assert all(step in text for step in exercise.guide.steps)
    assert all(FAULTS[code].label in text for code in exercise.faults)
    labels = {b.label for b in page.button}
    assert "Start the guided set" in labels
    assert ("Film a set with this device" in labels) == exercise.filmed_live


def test_a_guided_set_is_ticked_in_the_plan(open_page: OpenPage, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from formcheck.app.plan import guided
    from formcheck.app.shared import session

    athlete = store.add_athlete("Ada")
    page = open_page("drills", drill="short-foot")
    button(page, "Start the guided set").click().run()
    assert not page.exception
    assert {"Pause", "Stop"} <= {b.label for b in page.button}
    monkeypatch.setattr(guided.Running, "time_s", lambda self: self.guided.seconds + 1.0)
    page.run()
    assert "The set is ticked in the plan of Ada" in words(page)
    assert store.plans.ticks(athlete.id) == {(session.today(), "short-foot", "both"): 1}
    page.run()
    assert store.plans.ticks(athlete.id) == {(session.today(), "short-foot", "both"): 1}
