"""The report as a web page: complete in one file, readable by a screen reader, safe from text of strangers."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from formcheck.analysis.correction import remove_rep
from formcheck.analysis.pipeline import Analysis
from formcheck.export.facts import best_rep
from formcheck.render.charts import series_of
from formcheck.render.documents import write_documents
from formcheck.render.frames import rep_pictures
from formcheck.render.page import render_html
from formcheck.render.summary import headline_cards
from formcheck.report.schema import Quality
from formcheck.support.errors import OutputError
from tests.helpers.factories import heel_raise_report
from tests.helpers.reports import make_rep, make_report, nobody_exercised


class Page(HTMLParser):
    """A page's elements, their attributes and the text in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def html(sample_analysis: Analysis) -> str:
    return render_html(sample_analysis.report, series_of(sample_analysis), rep_pictures(sample_analysis))


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_the_page_asks_for_nothing_outside_itself(html: str, page: Page) -> None:
    assert "http:" not in html
    assert "https:" not in html
    assert not page.all("script")
    assert not page.all("link")
    assert not page.all("iframe")
    assert "@import" not in html
    assert not re.search(r"url\((?!['\"]?#)", html)
    sources = [attrs[name] for _, attrs in page.elements for name in ("src", "href", "xlink:href") if attrs.get(name)]
    assert all(source.startswith(("data:", "#")) for source in sources if source)


def test_the_table_has_a_row_for_every_rep_and_headers_with_a_scope(html: str, page: Page, sample_analysis: Analysis) -> None:
    body = html[html.index("<tbody>") : html.index("</tbody>")]
    assert body.count("<tr") == len(sample_analysis.report.reps) == 4
    assert page.all("th")
    assert all(th.get("scope") in ("row", "col") for th in page.all("th"))


def test_the_best_and_every_faulty_rep_has_a_picture_with_words_for_it(page: Page, sample_analysis: Analysis) -> None:
    images = page.all("img")
    best = best_rep(sample_analysis.report)
    assert len(images) == sum(rep is best or bool(rep.faults) for rep in sample_analysis.report.reps)
    assert all(image["alt"] and "at its peak" in image["alt"] for image in images)
    for image in images:
        data = base64.b64decode(str(image["src"]).removeprefix("data:image/jpeg;base64,"))
        assert data[:2] == b"\xff\xd8"


def test_the_page_has_landmarks_one_title_and_a_language(page: Page) -> None:
    assert [len(page.all(tag)) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert page.all("html")[0]["lang"] == "en"
    ids = [attrs["id"] for _, attrs in page.elements if attrs.get("id")]
    assert all(attrs["aria-labelledby"] in ids for _, attrs in page.elements if attrs.get("aria-labelledby"))
    svg = page.all("svg")[0]
    assert svg["aria-hidden"] == "true"


def test_the_page_has_the_required_sentences(page: Page, sample_analysis: Analysis) -> None:
    for sentence in (
        "not medical advice",
        "Heel lifted",
        "From the side",
        "mediapipe",
        "PMID 25704110",
        "what to do next",
        "about two of three measurements are this close",
        "Where this set stands",
    ):
        assert sentence in page.text
    assert sample_analysis.report.software.model_sha256[:16] in page.text


def test_the_charts_follow_light_and_dark(html: str) -> None:
    scale, curve = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert "var(--accent)" in scale
    assert "var(--good)" in curve
    assert not re.search(r'"#[0-9a-f]{6}"', scale + curve)


def test_text_from_outside_cannot_become_markup() -> None:
    report = make_report([make_rep(1, 35)])
    video = report.video.model_copy(update={"file": "<script>alert(1)</script>.mp4"})
    page = Page(render_html(report.model_copy(update={"video": video}), {}, {}))
    assert not page.all("script")
    assert "<script>alert(1)</script>.mp4" in page.text


def test_a_set_without_reps_gets_a_page_with_the_reason() -> None:
    page = Page(render_html(nobody_exercised(), {}, {}))
    assert "No repetition was seen." in page.text
    assert not page.all("table")
    assert not page.all("svg")


def test_corrections_by_hand_are_listed() -> None:
    page = Page(render_html(remove_rep(make_report([make_rep(1, 35), make_rep(2, 20), make_rep(3, 36)]), 2), {}, {}))
    assert "was removed. formcheck had counted 3 reps." in page.text


def test_headline_numbers_carry_their_expected_error() -> None:
    quality = Quality(pose_coverage=1, usable=True, expected_error={"valid_peak_deg": 1.6})
    cards = headline_cards(make_report([make_rep(1, 35), make_rep(2, 38)], quality=quality))
    by_label = {card.label: card for card in cards}
    assert (by_label["Range, heel down"].value, by_label["Range, heel down"].note) == ("36.5°", "±\u00a01.6° · mean of all reps")
    assert (by_label["Best rep"].value, by_label["Best rep"].note) == ("38.0°", "rep 2")


@pytest.mark.parametrize(("error_cm", "note"), [(1.1, "lower than the first, within error"), (0.2, "lower than the first")])
def test_a_fade_within_error_is_called_so_where_the_number_stands(error_cm: float, note: str) -> None:
    """From 9.0 to 8.0 cm: the sentence beside it says that the height was kept, within error."""
    report = heel_raise_report((9.0, 8.5, 8.0))
    quality = report.quality.model_copy(update={"expected_error": {"height_cm": error_cm}})
    (card,) = (c for c in headline_cards(report.model_copy(update={"quality": quality})) if c.label == "The last raises were")
    assert (card.value, card.note) == ("11\u00a0%", note)


def test_raises_that_stay_as_high_are_not_called_nothing_higher() -> None:
    report = heel_raise_report((9.0, 8.5, 9.0))
    report = report.model_copy(update={"summary": report.summary.model_copy(update={"height_fade_pct": 0.3})})
    (card,) = (c for c in headline_cards(report) if c.label == "The last raises were")
    assert (card.value, card.note) == ("as high", "as the first")


def test_the_best_rep_is_one_without_a_fault_if_there_is_one() -> None:
    (card,) = (c for c in headline_cards(make_report([make_rep(1, 35), make_rep(2, 38, ["heel-lifted"])])) if c.label == "Best rep")
    assert (card.value, card.note) == ("35.0°", "rep 1")
    faulty = [make_rep(1, 35, ["rushed"]), make_rep(2, 38, ["heel-lifted"])]
    (card,) = (c for c in headline_cards(make_report(faulty)) if c.label == "Best rep")
    assert (card.value, card.note) == ("38.0°", "rep 2, with a fault")


def test_a_page_that_cannot_be_written_is_an_output_error(sample_analysis: Analysis, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_documents(sample_analysis, html=tmp_path / "file" / "report.html")


def test_the_dashed_line_of_heel_raises_carries_its_name(heel_raise_analysis: Analysis) -> None:
    html = render_html(heel_raise_analysis.report, series_of(heel_raise_analysis), {})
    assert "80\u00a0% of your highest rep" in re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)[-1]
    assert "The last raises were" in Page(html).text
