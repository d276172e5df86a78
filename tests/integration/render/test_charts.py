"""The charts of a report: no peak is lost, every rep is named, and the theme is worn."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from typing import Any

import numpy as np
import pytest

from formcheck.analysis.pipeline import Analysis
from formcheck.export.csv import with_series
from formcheck.render.chart_style import to_png, to_svg
from formcheck.render.charts import MAX_POINTS, choose_chart, describe_chart, reps_chart, series_of, signal_chart, thin_out
from formcheck.render.colors import DARK, LIGHT
from tests.helpers.factories import half_kneeling_report
from tests.helpers.reports import make_rep, make_report, nobody_exercised


def texts_of(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("text")]


def test_thinning_keeps_every_peak_trough_and_end() -> None:
    time = np.arange(100_000) / 30
    values = np.sin(time)
    values[[777, 5_555]] = 9.0, -9.0
    values[40_000:41_000] = np.nan
    kept = thin_out(values)
    assert len(kept) <= MAX_POINTS
    assert {0, 777, 5_555, len(time) - 1} <= set(kept.tolist())
    assert np.isnan(values[kept]).any()  # a gap stays a gap
    assert np.all(np.diff(kept) > 0)


def test_the_chart_names_every_rep_with_its_value(sample_analysis: Analysis) -> None:
    texts = texts_of(to_svg(signal_chart(sample_analysis)))
    for rep in sample_analysis.report.reps:
        assert f"Rep {rep.number}" in texts
        assert f"{rep.measures['valid_peak_deg']:.1f}°" in texts


def test_a_report_with_series_gives_the_same_chart_as_its_analysis(sample_analysis: Analysis) -> None:
    assert texts_of(to_svg(signal_chart(with_series(sample_analysis)))) == texts_of(to_svg(signal_chart(sample_analysis)))


def test_heel_raises_are_drawn_in_centimeters(heel_raise_analysis: Analysis) -> None:
    assert "Heel height (cm)" in texts_of(to_svg(signal_chart(heel_raise_analysis)))
    assert "Height (cm)" in texts_of(to_svg(reps_chart(heel_raise_analysis)))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_charts_wear_the_theme(sample_analysis: Analysis, theme: Any) -> None:
    svg = to_svg(signal_chart(sample_analysis, theme=theme))
    assert theme.good in svg
    assert theme.fault_tint in svg


def test_charts_of_reports_with_little_in_them_are_drawn() -> None:
    time = {"time_s": np.arange(30) / 30.0}
    for report in (nobody_exercised(), make_report([]), make_report([make_rep(1, None)])):
        assert to_png(signal_chart(report, time)).startswith(b"\x89PNG")
        assert to_png(reps_chart(report)).startswith(b"\x89PNG")
    assert series_of(nobody_exercised()) == {}


def test_what_was_measured_at_no_moment_is_not_drawn() -> None:
    unread = make_report([make_rep(number, None) for number in (1, 2, 3)])
    assert choose_chart(unread, {"time_s": [0.0, 1.0, 2.0], "tibial_inclination_deg": [None, None, None]}) is None
    assert choose_chart(unread, {"time_s": [0.0, 1.0, 2.0], "tibial_inclination_deg": [None, 3.0, None]}) is not None


def test_the_chart_has_a_text_description() -> None:
    text = describe_chart(make_report([make_rep(1, 35.2), make_rep(2, 38.4, ["rushed"])]))
    assert "rep 1 35.2°, rep 2 38.4°" in text
    assert "Rep 2 is marked as faulty." in text


def test_labels_of_ten_reps_are_left_out_where_they_would_cover_each_other() -> None:
    report = half_kneeling_report([30.0 + number for number in range(10)])
    time_s = np.arange(0.0, 40.0, 0.05)
    signals = {"time_s": time_s, "tibial_inclination_deg": 15.0 - 15.0 * np.cos(2.0 * np.pi * time_s / 4.0)}
    hidden = {width: to_svg(signal_chart(report, signals, width=width)).count('opacity="0"') for width in (320, 620)}
    assert hidden[620] == 0
    assert hidden[320] > 0
