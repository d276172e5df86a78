"""The summary in the terminal, on any console, with the words of the page and the PDF."""

from __future__ import annotations

import io
import sys

import pytest

from formcheck.export.other_sets import OtherSets, Reference
from formcheck.render.parts import list_sections
from formcheck.render.text import print_summary
from formcheck.report.schema import Quality
from tests.helpers.reports import make_rep, make_report, nobody_exercised


def test_the_summary_has_a_line_for_every_rep_and_the_written_files(capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(make_report([make_rep(1, 35.2), make_rep(2, 38.4, ["rushed"])]), ["out/set.json"])
    text = capsys.readouterr().out
    assert "35.2" in text
    assert "38.4" in text
    assert "! Rushed" in text
    assert "out/set.json" in text
    assert "\x1b" not in text  # no colors where no terminal reads them


def test_names_with_brackets_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(nobody_exercised(), ["[red]set.json"])
    assert "[red]set.json" in capsys.readouterr().out


def test_a_console_without_the_letters_still_gets_its_report(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    print_summary(make_report([make_rep(1, 35.2)]))
    sys.stdout.flush()
    assert b"35.2" in raw.getvalue()


def test_the_terminal_has_the_text_of_page_and_pdf(capsys: pytest.CaptureFixture[str]) -> None:
    quality = Quality(pose_coverage=1, usable=True, expected_error={"valid_peak_deg": 1.8})
    others = OtherSets(last=Reference(30.5, "March 3", verdict="more", threshold=4.7))
    report = make_report([make_rep(1, 38.4), make_rep(2, 38.2), make_rep(3, 38.6)], quality=quality)
    print_summary(report, compared=others)
    text = " ".join(capsys.readouterr().out.replace("\xa0", " ").split())
    assert "about two of three measurements are this close to the true value" in text
    assert "Last set, March 3 30.5°" in text
    assert "Up 7.9° since March 3, more than measurement error (4.7°)." in text
    for section in list_sections(report, others):
        assert section.title in text
        assert all(" ".join(sentence.replace("\xa0", " ").split()) in text for sentence in section.sentences)
