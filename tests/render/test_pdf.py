from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from formcheck.analysis import Analysis
from formcheck.errors import OutputError
from formcheck.render.pdf import render_pdf, write_pdf
from formcheck.report import Athlete
from tests.render.reports import make_rep, make_report, nobody_exercised


def count_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_a_set_is_two_pages_with_its_pictures_in_it(sample_analysis: Analysis, tmp_path: Path) -> None:
    write_pdf(sample_analysis, tmp_path / "set.pdf")
    pdf = (tmp_path / "set.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert count_pages(pdf) == 2
    assert pdf.count(b"/Filter /DCTDecode") == 3  # JPEG: the best and two faulty reps
    assert b"http" not in pdf.lower().replace(b"http://www.w3.org", b"").replace(b"http://ns.adobe.com", b"").replace(
        b"http://purl.org", b""
    )


def test_a_long_set_goes_on_over_the_pages() -> None:
    report = make_report([make_rep(k, 30 + k % 9, ["rushed"] if k % 3 else []) for k in range(1, 120)])
    time_s = np.arange(0, 500, 0.1)
    pdf = render_pdf(report, {"time_s": time_s, "tibial_inclination_deg": 30 * np.abs(np.sin(time_s))}, {})
    assert count_pages(pdf) > 3


@pytest.mark.parametrize("report", [nobody_exercised(), make_report([]), make_report([make_rep(1, None)])])
def test_a_report_with_little_in_it_is_still_a_document(report: object) -> None:
    assert count_pages(render_pdf(report, {}, {})) == 1


def test_names_in_any_script_do_not_stop_it() -> None:
    for name in ("Łukasz Żółć", "Ελένη", "Юлия", "美咲"):
        report = make_report([make_rep(1, 35)], athlete=Athlete(name=name))
        assert render_pdf(report, {}, {}).startswith(b"%PDF-")


def test_a_document_that_cannot_be_written_is_an_output_error(sample_analysis: Analysis, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_pdf(sample_analysis, tmp_path / "file" / "set.pdf")
