"""Two sets side by side: with what was kept of them, and without."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from formcheck.history.store.store import Store
from tests.helpers.factories import half_kneeling_report
from tests.integration.app.conftest import OpenPage
from tests.integration.app.test_pages import words


def test_without_two_sets_the_page_gives_advice(open_page: OpenPage) -> None:
    page = open_page("compare")
    assert not page.exception
    assert "You need two saved sets" in words(page)


@pytest.mark.usefixtures("sample_store")
def test_the_sample_offers_left_and_right_and_first_and_latest(open_page: OpenPage) -> None:
    page = open_page("compare")
    assert not page.exception
    choices = page.selectbox[-1]
    assert choices.label == "What to compare"
    assert choices.options[0] == "Ankle mobilization: left and right, the latest"
    assert "Some left–right difference is normal." in words(page)
    assert page.get("vega_lite_chart")
    choices.set_value("Ankle mobilization: first and latest, left leg").run()
    assert not page.exception
    assert "more than measurement error" in words(page)
    assert "Neither set kept its pictures or its video" in words(page)


def test_sets_of_an_older_formcheck_have_no_curves_and_a_note(open_page: OpenPage, store: Store) -> None:
    one = store.save_report(half_kneeling_report(), "Ada").id
    two = store.save_report(half_kneeling_report((40.0, 41.0), side="right"), "Ada").id
    page = open_page("compare", a=str(one), b=str(two))
    assert not page.exception
    assert "No curves were kept" in words(page)
    assert [metric.value for metric in page.metric] == ["32.0°", "40.5°", "+8.5°"]


@pytest.mark.usefixtures("sample_store")
@pytest.mark.parametrize("asked", [("1", "1"), ("x", "2"), ("999999", "1"), ("-1", "9" * 40)])
def test_an_address_without_a_valid_pair_shows_another_pair_or_a_message(open_page: OpenPage, asked: tuple[str, str]) -> None:
    page = open_page("compare", a=asked[0], b=asked[1])
    assert not page.exception
    assert not page.error


def test_two_single_sets_within_error_lead_to_the_trend(open_page: OpenPage, store: Store) -> None:
    """The trend over all sets can call a change what two of its sets are too uncertain for."""

    def save(range_deg: float, day: int, side: str = "left") -> str:
        moment = datetime(2026, 3, day, 18, tzinfo=UTC)
        return str(store.save_report(half_kneeling_report([range_deg] * 3, side=side), "Ada", recorded_at=moment).id)

    first, second, other_leg = save(33.0, 2), save(36.0, 20), save(36.0, 24, "right")
    assert "two single sets" in words(open_page("compare", a=first, b=second))
    assert "two single sets" not in words(open_page("compare", a=second, b=other_leg))
