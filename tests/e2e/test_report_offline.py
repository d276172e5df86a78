"""The HTML report in a real browser with the network off: whole, and asking nobody for anything."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from formcheck.analysis.pipeline import Analysis
from formcheck.render.documents import write_documents
from tests.helpers.harness import is_wider_than_window

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_the_report_is_whole_with_the_network_off(browser: Browser, sample_analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_documents(sample_analysis, html=path)
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(path.as_uri())
    page.wait_for_load_state("load")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.evaluate("() => [...document.images].map(i => i.complete && i.naturalWidth > 0)") == [True] * 3
    boxes = [drawing.bounding_box() for drawing in page.locator("svg").all()]
    assert len(boxes) >= 2  # the set among the others, and the curve over time
    assert all(box is not None and box["width"] > 300 and box["height"] > 60 for box in boxes)
    assert {urlsplit(url).scheme for url in asked} <= {"file", "data"}
    assert [url for url in asked if url.startswith("file:")] == [path.as_uri()]
    assert problems == []
    context.close()


def test_the_scale_can_be_read_on_a_phone(browser: Browser, sample_analysis: Analysis, tmp_path: Path) -> None:
    """Its letters shrink with the drawing: 9 px is the least that a page should have."""
    path = tmp_path / "report.html"
    write_documents(sample_analysis, html=path)
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(path.as_uri())
    shown = page.locator(".chart.scale svg").evaluate(
        "svg => Math.min(...[...svg.querySelectorAll('text')].filter(t => t.textContent).map("
        "t => parseFloat(t.getAttribute('font-size')) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))"
    )
    assert shown >= 9.0
    assert not is_wider_than_window(page)
    page.close()


@pytest.mark.parametrize(("width", "rows"), [(1120, [3, 3]), (720, [3, 3]), (390, [2, 2, 2])])
def test_the_cards_stand_in_even_rows(
    browser: Browser, sample_analysis: Analysis, tmp_path: Path, width: int, rows: list[int]
) -> None:
    path = tmp_path / "report.html"
    write_documents(sample_analysis, html=path)
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(path.as_uri())
    tops = page.locator(".cards li").evaluate_all("cards => cards.map(card => card.getBoundingClientRect().top)")
    assert list(Counter(tops).values()) == rows
    assert not is_wider_than_window(page)
    page.close()
