"""Every page on a phone: nothing is wider than the screen, and nothing comes from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.helpers.harness import is_wider_than_window, record_strangers, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def home(sample_home: Path) -> Path:
    return sample_home


@pytest.mark.parametrize("path", ["", "analyze", "trends", "plan", "history", "filming", "set?id=1"])
def test_a_page_fits_a_phone_and_loads_nothing_from_elsewhere(browser: Browser, app_url: str, path: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    strangers = record_strangers(page)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{app_url}/{path}")
    settle(page)
    assert page.get_by_role("heading", level=1).count() == 1
    assert not is_wider_than_window(page)
    page.close()
    assert strangers == []
    assert problems == []


def test_a_set_to_compare_is_named_in_full_on_a_phone(browser: Browser, app_url: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"{app_url}/compare?a=1&b=244")
    settle(page)
    for label in ("First set", "Second set"):
        box = page.get_by_role("combobox", name=label)
        assert "Ankle mobilization, left" in box.input_value()
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    page.close()
