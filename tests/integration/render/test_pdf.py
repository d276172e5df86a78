from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from formcheck.analysis.correction import remove_rep
from formcheck.analysis.pipeline import Analysis
from formcheck.export.facts import best_rep, exercise_of, format_error, format_value, headline_of, set_value, shown_measures
from formcheck.export.other_sets import OtherSets, Reference
from formcheck.render import parts
from formcheck.render.charts import series_of
from formcheck.render.documents import write_documents
from formcheck.render.page import render_html
from formcheck.render.pdf import render_pdf
from formcheck.render.sheet import SMALL, Sheet
from formcheck.report.schema import Athlete, Quality, QualityWarning, Unmeasured
from formcheck.support.errors import OutputError
from tests.helpers.reports import make_rep, make_report, nobody_exercised

SINCE = "Since last time: March 3 35.2°, this set 37.0°: 1.8° more, within measurement error (4.7°), so not a change."
OTHERS = OtherSets(last=Reference(35.2, "March 3", verdict="within error", threshold=4.7), since_last=SINCE)


def read_pages(pdf: bytes) -> list[str]:
    """The text of every page, its line breaks as spaces."""
    return [" ".join(page.extract_text().replace("\xa0", " ").split()) for page in PdfReader(BytesIO(pdf)).pages]


def count_pages(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


def test_a_set_is_a_few_pages_with_its_pictures_in_it(sample_analysis: Analysis, tmp_path: Path) -> None:
    write_documents(sample_analysis, pdf=tmp_path / "set.pdf")
    pdf = (tmp_path / "set.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert count_pages(pdf) <= 3
    best = best_rep(sample_analysis.report)
    shown = [rep for rep in sample_analysis.report.reps if rep is best or rep.faults]
    assert pdf.count(b"/Filter /DCTDecode") == len(shown)  # JPEG: the best and the faulty reps
    assert b"http" not in pdf.lower().replace(b"http://www.w3.org", b"").replace(b"http://ns.adobe.com", b"").replace(
        b"http://purl.org", b""
    )


def test_the_first_page_is_the_summary_and_the_rest_its_grounds(sample_analysis: Analysis) -> None:
    report = sample_analysis.report.model_copy(
        update={"recorded_at": "2026-03-17T18:30:00+01:00", "athlete": Athlete(name="Łucja", height_cm=156)}
    )
    first, *rest = read_pages(render_pdf(report, series_of(sample_analysis), {}, OTHERS))
    headline = headline_of(report)
    assert headline is not None
    best, error = format_value(headline, report.summary.best), format_error(headline, report)
    for sentence in (
        "Half-kneeling ankle mobilization, right leg",
        "Łucja, 156 cm",
        "March 17, 2026, 18:30",
        f"with {best}",
        f"{format_value(headline, set_value(report))} {error}".replace("\xa0", " "),
        f"{report.summary.clean_reps} clean, {len(report.reps) - report.summary.clean_reps} with a fault",
        "Mean hold",
        "Largest heel rise",
        "Heel lifted on reps 2 and 4.",
        SINCE,
        "Where this set stands",
        "more than 4.7° between two days",
    ):
        assert sentence in first
    grounds = " ".join([first, *rest])
    assert "± is the likely error" in grounds
    assert all(measure.definition[:40] in grounds for measure in shown_measures(report))
    assert "not medical advice" in grounds


def test_a_correction_by_hand_is_on_the_first_page() -> None:
    corrected = remove_rep(make_report([make_rep(1, 35), make_rep(2, 20), make_rep(3, 36)]), 2)
    first = read_pages(render_pdf(corrected, {}, {}))[0]
    assert "Corrected by hand" in first
    assert "was removed." in first


def test_a_long_set_goes_on_over_the_pages() -> None:
    report = make_report([make_rep(k, 30 + k % 9, ["rushed"] if k % 3 else []) for k in range(1, 120)])
    time_s = np.arange(0, 500, 0.1)
    pdf = render_pdf(report, {"time_s": time_s, "tibial_inclination_deg": 30 * np.abs(np.sin(time_s))}, {})
    assert count_pages(pdf) > 3


@pytest.mark.parametrize("report", [nobody_exercised(), make_report([]), make_report([make_rep(1, None)])])
def test_a_report_with_little_in_it_is_still_a_document(report: object) -> None:
    assert 1 <= count_pages(render_pdf(report, {}, {})) <= 2


def test_names_in_any_script_do_not_stop_it() -> None:
    for name in ("Łukasz Żółć", "Ελένη", "Юлия", "美咲"):
        report = make_report([make_rep(1, 35)], athlete=Athlete(name=name))
        assert render_pdf(report, {}, {}).startswith(b"%PDF-")


def test_a_document_that_cannot_be_written_is_an_output_error(sample_analysis: Analysis, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_documents(sample_analysis, pdf=tmp_path / "file" / "set.pdf")


def test_a_report_without_reps_says_nothing_of_the_accuracy_of_its_numbers_or_of_a_set() -> None:
    report = nobody_exercised()
    for text in (" ".join(read_pages(render_pdf(report, {}, {}))), render_html(report, {}, {})):
        assert "How accurate they are" not in text
        assert "No ± is stated" not in text
        assert "Not medical advice" in text
        assert "of the video" in text
        assert "of the set" not in text


def test_a_set_that_could_not_be_measured_is_one_page() -> None:
    """Its numbers are missing for one reason, which is given once; nothing of it goes over to a second page."""
    names = [measure.name for measure in exercise_of(make_report([])).measures]
    gaps = [Unmeasured(measure=name, reason="the shin's angle cannot be read in this view") for name in names]
    reps = [make_rep(number, None, hold_s=None).model_copy(update={"unmeasured": gaps}) for number in (1, 2, 3)]
    warning = QualityWarning(code="far-leg", message="The working leg was the one away from the camera. Film from its own side.")
    pages = read_pages(render_pdf(make_report(reps, quality=Quality(pose_coverage=1.0, usable=False, warnings=[warning])), {}, {}))
    assert len(pages) == 1
    assert pages[0].count("cannot be read in this view") == 1


def test_what_stands_in_a_card_stays_in_it() -> None:
    """A note too long for its card is set in smaller letters."""
    sheet = Sheet("A set")
    sheet.ink("ink_soft", SMALL)
    note = "higher than the first, within error"
    assert sheet.get_string_width(note) > 35.0
    sheet.cell_that_fits(35.0, 4.0, note)
    assert sheet.get_string_width(note) <= 35.0 + 1e-6


@pytest.mark.parametrize("lines", range(2, 40, 3))
def test_no_report_ends_in_a_page_of_a_few_lines_that_a_tighter_one_saves(lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its length: the small print stands on one page, under its heading."""
    said = [(f"Said {number}", "A line of how the set was filmed.") for number in range(lines)]
    monkeypatch.setattr(parts, "list_recording", lambda _: said)
    pages = read_pages(render_pdf(make_report([make_rep(number, 35.0 + number) for number in range(1, 9)]), {}, {}))
    assert pages[-1].count("How accurate they are") == 1
    assert "not medical advice" in pages[-1]
