"""The door: what an imported set may hold."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from pydantic import ValidationError

from formcheck.export.curves import Curves
from formcheck.history.exchange.limits import MAX_REPS, check_set, find_picture_problem
from formcheck.report.schema import SetReport
from formcheck.support.errors import InputError
from tests.helpers.factories import half_kneeling_report, heel_raise_report


def altered(report: SetReport, *path: str | int, value: Any) -> SetReport:
    """The report with one value exchanged, wherever it lies."""
    data = report.model_dump(mode="json")
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return SetReport.model_validate(data)


def jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height)).save(out, "JPEG")
    return out.getvalue()


def test_formchecks_own_reports_pass_the_check() -> None:
    for report in (half_kneeling_report(), heel_raise_report()):
        check_set(report, None, {1500: jpeg(640, 360)})


NUMBERS: dict[str, tuple[str | int, ...]] = {
    "a rep's end": ("reps", 0, "end_s"),
    "a rep's confidence": ("reps", 0, "confidence"),
    "the coverage": ("quality", "pose_coverage"),
    "the duration": ("video", "duration_s"),
    "the frame rate": ("video", "fps"),
}


@pytest.mark.parametrize("path", NUMBERS.values(), ids=NUMBERS.keys())
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e308])
def test_a_report_refuses_nan_and_infinity(path: tuple[str | int, ...], value: float) -> None:
    with pytest.raises(ValidationError):
        altered(half_kneeling_report(), *path, value=value)


def test_an_expected_error_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValidationError):
        altered(half_kneeling_report(), "quality", "expected_error", value={"valid_peak_deg": float("inf")})


REP_WITHOUT_HEIGHT = {"number": 1, "start_s": 0, "peak_s": 1, "end_s": 2, "confidence": 1}
REFUSED: dict[str, tuple[tuple[str | int, ...], Any, str]] = {
    "a time after a day": (("reps", 2, "end_s"), 1e8, "times"),
    "an end before its start": (("reps", 0, "end_s"), -5.0, "times"),
    "a peak after its end": (("reps", 0, "peak_s"), 3.5, "times"),
    "repetition 10^25": (("reps", 0, "number"), 10**25, "number is too large"),
    "two repetitions of one number": (("reps", 0, "number"), 2, "one number"),
    "a repetition without the headline": (("reps", 0), REP_WITHOUT_HEIGHT, "height"),
    "10^9 counted": (("summary", "rep_count"), 10**9, "rep_count"),
    "a rep_count that no column holds": (("summary", "rep_count"), 10**40, "rep_count"),
    "a measure called like markup": (("summary", "<b>x</b>"), 1.0, "name"),
    "a file name of a megabyte": (("video", "file"), "x" * 10**6, "too long"),
    "a film of 10^9 pixels": (("video", "width"), 10**9, "picture size"),
    "a duration of a year": (("video", "duration_s"), 3e7, "duration"),
    "a model name that no column holds": (("software", "model"), "x" * 300, "model"),
}


@pytest.mark.parametrize(("path", "value", "names"), REFUSED.values(), ids=REFUSED.keys())
def test_a_value_that_formcheck_cannot_have_written_is_refused_by_name(path: tuple[str | int, ...], value: Any, names: str) -> None:
    with pytest.raises(InputError, match=names):
        check_set(altered(heel_raise_report(), *path, value=value), None, {})


def test_the_reps_of_corrections_are_checked_as_well() -> None:
    rep = {"number": 1, "start_s": 5.0, "peak_s": 1.0, "end_s": 2.0, "confidence": 1.0, "height_cm": 3.0}
    step = {"kind": "remove", "at": "2026-03-03T10:00:00+00:00", "rep": 1, "before": rep}
    with pytest.raises(InputError, match="times"):
        check_set(altered(heel_raise_report(), "corrections", value=[step]), None, {})


def test_twenty_thousand_repetitions_are_refused() -> None:
    data = heel_raise_report().model_dump(mode="json")
    rep = data["reps"][0]
    data["reps"] = [{**rep, "number": number + 1} for number in range(MAX_REPS + 1)]
    with pytest.raises(InputError, match="repetitions"):
        check_set(SetReport.model_validate(data), None, {})


def test_a_picture_is_a_jpeg_that_can_be_decoded_and_is_of_a_sane_size() -> None:
    assert find_picture_problem(jpeg(1920, 1080)) is None
    png = io.BytesIO()
    Image.new("L", (10, 10)).save(png, "PNG")
    assert find_picture_problem(png.getvalue()) == "no JPEG"
    assert find_picture_problem(b"<svg onload=alert(1)>") == "no JPEG"
    assert find_picture_problem(jpeg(640, 360)[:200]) == "no JPEG"
    assert find_picture_problem(b"\xff\xd8" + bytes(5 * 2**20)) == "too large"
    # A header alone claims the size: the pixels are never decoded.
    huge = bytearray(jpeg(16, 16))
    at = huge.index(b"\xff\xc0")
    huge[at + 5 : at + 9] = (30_000).to_bytes(2) * 2
    assert find_picture_problem(bytes(huge)) == "too large"
    assert find_picture_problem(jpeg(9000, 10)) == "9000 × 10 pixels"
    with pytest.raises(InputError, match="picture at 7 ms"):
        check_set(heel_raise_report(), None, {7: b"no picture"})


def test_curves_whose_sum_no_number_holds_are_refused() -> None:
    with pytest.raises(ValidationError):
        Curves.model_validate({"first_s": 0, "signals": {"heel_rise_cm": {"unit": 0.1, "steps": [10**25]}}})
    with pytest.raises(ValidationError):
        Curves.model_validate({"first_s": 1e308, "signals": {}})
