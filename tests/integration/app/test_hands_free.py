"""One tap begins today's sets, also when the run of the page that acts on it is broken off."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.runtime.scriptrunner import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from formcheck.app.film import page as film_page
from formcheck.history.store.store import Store
from formcheck.training import current_catalogue
from tests.integration.app.conftest import OpenPage
from tests.integration.app.test_pages import button, words


@pytest.fixture
def planned(store: Store) -> Store:
    """A person with today's sets to film, who may train."""
    anna = store.add_athlete("Anna", height_cm=165.0)
    store.plans.start(anna.id, date.today())
    store.diary.answer_red_flags(anna.id, date.today(), {flag.code: False for flag in current_catalogue().red_flags})
    return store


@pytest.fixture(autouse=True)
def without_box(monkeypatch: pytest.MonkeyPatch) -> None:
    """The camera's box needs a browser."""
    monkeypatch.setattr(film_page, "_show_camera", lambda filming, started: False)


@pytest.mark.usefixtures("planned")
def test_the_tap_is_kept_until_the_session_has_begun(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The camera's box reports itself in the very moment: Streamlit breaks off the run and begins the page anew."""
    page = open_page("film")
    assert not page.exception
    forget, broken_off = film_page.forget_set, []

    def break_off_once() -> None:
        if not broken_off:
            broken_off.append(True)
            raise RerunException(RerunData())
        forget()

    monkeypatch.setattr(film_page, "forget_set", break_off_once)
    hands_free = next(one for one in page.button if "hands free" in one.label)
    hands_free.click().run()
    assert broken_off
    assert not page.exception
    assert button(page, "End the session")


@pytest.mark.usefixtures("planned")
def test_after_the_session_nothing_begins_by_itself(open_page: OpenPage) -> None:
    page = open_page("film")
    next(one for one in page.button if "hands free" in one.label).click().run()
    button(page, "End the session").click().run()
    button(page, "Film another set").click().run()
    assert not page.exception
    assert any("hands free" in one.label for one in page.button)


def test_a_set_ticked_by_hand_is_done_for_the_camera_too(open_page: OpenPage, planned: Store) -> None:
    """The button offered the sets that were left, and the line below it one that was done."""
    assert "Next today is set 1 of 3, left leg, 10 reps." in words(open_page("film"))
    planned.plans.tick(planned.list_athletes()[0].id, date.today(), "half-kneeling", "left", 1)
    assert "Next today is set 1 of 3, right leg, 10 reps." in words(open_page("film"))
