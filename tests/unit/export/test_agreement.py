"""A user's own instruments against a report."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from formcheck.exercises import EXERCISES
from formcheck.export.agreement import MEASURES, Reading, compare_readings, describe_agreement, read_readings
from formcheck.report.schema import SetReport
from formcheck.support.errors import InputError, UsageError
from tests.helpers.reports import make_rep, make_report

OFF = np.array([0.4, -0.2, 0.9, 0.1, 0.5, -0.4, 0.3, 0.8, 0.0, 0.2])


@pytest.fixture
def report() -> SetReport:
    reps = [make_rep(k + 1, None, height_cm=8.0 + 0.1 * k) for k in range(len(OFF))]
    return make_report(reps, exercise="heel-raise", side="both")


def read(report: SetReport, count: int = len(OFF)) -> list[Reading]:
    """A ruler that reads less than the report by `OFF`."""
    pairs = zip(report.reps[:count], OFF, strict=False)
    return [Reading(rep.number, math.nan, (getattr(rep, "height_cm", None) or math.nan) - off) for rep, off in pairs]


def test_bias_and_limits_of_agreement_are_bland_and_altmans(report: SetReport) -> None:
    (found,) = compare_readings(report, read(report))
    assert (found.measure, found.unit, found.count, found.few) == ("height_cm", "cm", 10, False)
    assert found.bias == pytest.approx(OFF.mean())
    assert (found.low, found.high) == pytest.approx((OFF.mean() - 1.96 * OFF.std(ddof=1), OFF.mean() + 1.96 * OFF.std(ddof=1)))
    assert found.bias_error == pytest.approx(OFF.std(ddof=1) / math.sqrt(10))
    assert "too few" not in describe_agreement(found)
    assert "10 repetitions" in describe_agreement(found)


@pytest.mark.parametrize("count", [1, 2, 9])
def test_fewer_than_ten_repetitions_are_called_too_few(report: SetReport, count: int) -> None:
    (found,) = compare_readings(report, read(report, count))
    assert found.few
    text = describe_agreement(found)
    assert f"{count} is too few" in text
    assert "nan" not in text


def test_a_repetition_that_either_did_not_measure_is_left_out(report: SetReport) -> None:
    unknown = [Reading(99, 3.0, 3.0), Reading(1, math.nan, math.nan), *read(report)[1:]]
    assert compare_readings(report, unknown)[0].count == 9


def test_without_a_common_repetition_there_is_nothing_to_compare(report: SetReport) -> None:
    with pytest.raises(UsageError, match="No repetition"):
        compare_readings(report, [Reading(99, 3.0, 3.0)])


@pytest.mark.parametrize(
    "table",
    [
        '\ufeffRepetition,Degrees,Centimeters\n1,24.5,8.1\n2,,"8,6"\n3,26,\n',
        # as a spreadsheet writes it where the comma is the decimal sign
        "Repetition;Degrees;Centimeters\n1;24,5;8,1\n2;;8,6\n3;26;\n",
    ],
)
def test_a_table_is_read_with_gaps_and_decimal_commas(tmp_path: Path, table: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(table, encoding="utf-8")
    one, two, three = read_readings(path)
    assert (one.repetition, one.degrees, one.centimeters) == (1, 24.5, 8.1)
    assert math.isnan(two.degrees)
    assert two.centimeters == 8.6
    assert math.isnan(three.centimeters)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "columns"),
        ("rep,degrees\n1,2\n", "columns"),
        ("repetition,degrees\n1,two\n", "line 2"),
        ("repetition,degrees\n1,inf\n", "not a number"),
        ("repetition,degrees\n0,2\n", "whole number"),
        ("repetition,degrees\n1.5,2\n", "whole number"),
        ("repetition,degrees\n1,2\n1,3\n", "twice"),
        ("repetition,degrees\n1,\n", "nothing"),
    ],
)
def test_a_table_of_another_kind_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_readings(path)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check the path"):
        read_readings(tmp_path / "none.csv")


def test_what_a_user_compares_are_measures_that_the_exercise_has() -> None:
    for exercise, measures in MEASURES.items():
        assert set(measures.values()) <= {measure.name for measure in EXERCISES[exercise].measures}


def test_a_soleus_raise_is_compared_as_itself_and_by_the_reports_words(report: SetReport) -> None:
    bent = SetReport.model_validate(report.model_dump(mode="json") | {"variant": "soleus-raise"})
    [found] = compare_readings(bent, [Reading(1, math.nan, 7.0), Reading(2, math.nan, 7.1)])
    assert (found.measure, found.label, found.unit) == ("height_cm", "Height", "cm")
    assert describe_agreement(found).startswith("Height, 2 repetitions")
