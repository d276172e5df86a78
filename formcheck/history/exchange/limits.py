"""What an imported file may hold. Everything that enters the history from a file passes these checks, and no others.

An import may come from anybody. The limits lie far above what formcheck itself writes, and far below what makes a page hang, a
database column overflow or the memory run out.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, UnidentifiedImageError

from formcheck.exercises import EXERCISES
from formcheck.export.curves import Curves
from formcheck.history.store.report_columns import set_columns
from formcheck.history.store.tables import SetRecord
from formcheck.report.schema import Rep, SetReport
from formcheck.support.errors import InputError

# Ten years of daily sets with all their curves are some 300 MB of JSON.
MAX_IMPORT_BYTES = 512 * 2**20
MAX_ATHLETES = 1_000
MAX_SETS = 200_000
# Most notes, ticks or runs of one athlete: a hundred years have 36,500 days.
MAX_ENTRIES = 50_000
# An hour of heel raises at the test's 30 a minute has 1,800.
MAX_REPS = 2_000
MAX_CORRECTIONS = 500
MAX_MEASURES = 60
MAX_NAME = 64
MAX_TEXT = 1_000
MAX_WARNINGS = 50
# A day: no recording of a set is longer.
MAX_TIME_S = 86_400.0
MAX_SIDE_PX = 20_000
MAX_FPS = 10_000.0
MAX_PICTURES = 500
MAX_PICTURE_BYTES = 4 * 2**20
# formcheck keeps pictures of at most 1080 pixels on the short side.
MAX_PICTURE_SIDE_PX = 8_192
MAX_PICTURE_PX = 20_000_000


def check_set(report: SetReport, curves: Curves | None, pictures: dict[int, bytes]) -> None:
    """Refuse a set that formcheck cannot have written and whose values would break pages or columns.

    Raises
    ------
    InputError
        One line that names the value.
    """
    _check_report(report)
    _check_columns(report)  # which are computed from a report that makes sense
    _require(curves is None or len(curves.signals) <= MAX_MEASURES, "more curves than an exercise has")
    _require(curves is None or curves.first_s <= MAX_TIME_S, "curves later than a day")
    _require(len(pictures) <= MAX_PICTURES, "more pictures than repetitions")
    for at_ms, jpeg in pictures.items():
        problem = find_picture_problem(jpeg)
        _require(problem is None, f"a picture at {at_ms} ms that is {problem}")


def find_picture_problem(jpeg: bytes) -> str | None:
    """What is wrong with a kept picture, as "a picture that is …"; None for a JPEG of a sane size that can be decoded."""
    if len(jpeg) > MAX_PICTURE_BYTES:
        return "too large"
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            if max(image.size) > MAX_PICTURE_SIDE_PX or image.width * image.height > MAX_PICTURE_PX:
                return f"{image.width} × {image.height} pixels"
            image.load()
    except Image.DecompressionBombError:
        return "too large"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return "no JPEG"
    return None


def _check_columns(report: SetReport) -> None:
    for column, value in set_columns(report).items():
        limit = getattr(SetRecord.__table__.columns[column].type, "length", None)
        too_long = isinstance(value, str) and ("\0" in value or len(value) > (limit or 10_000))
        too_large = isinstance(value, int) and abs(value) >= 2**31
        _require(not too_long and not too_large, f"a {column} that cannot be stored")


def _check_report(report: SetReport) -> None:
    video, exercise = report.video, EXERCISES.get(report.drill or "")
    _require(0 <= video.duration_s <= MAX_TIME_S, "a duration of more than a day")
    _require(0 <= video.fps <= MAX_FPS, "a frame rate that no camera has")
    _require(0 <= video.frames < 2**31, "a number of frames that no video has")
    _require(0 <= video.width <= MAX_SIDE_PX and 0 <= video.height <= MAX_SIDE_PX, "a picture size that no video has")
    _require(abs(video.rotation_deg) <= 360, "a rotation of more than a turn")
    _require(0 <= report.summary.rep_count <= MAX_REPS, "a rep_count that no set has")
    _require(0 <= report.summary.clean_reps <= MAX_REPS, "a number of clean_reps that no set has")
    _require(0 <= report.summary.unjudged_reps <= report.summary.clean_reps, "a number of unjudged_reps that no set has")
    _require(len(report.corrections) <= MAX_CORRECTIONS, "more corrections than anybody makes")
    _require(len(report.quality.warnings) <= MAX_WARNINGS, "more warnings than there are")
    for text in (video.file, report.athlete.name, report.recorded_at, *(w.message for w in report.quality.warnings)):
        _require(text is None or (len(text) <= MAX_TEXT and "\0" not in text), "a text that is too long")
    for measures in (report.summary.measures, report.quality.expected_error):
        _check_names(measures)
    counted = report.counted.reps if report.counted else []
    by_hand = [rep for step in report.corrections for rep in (step.before, step.after, *(step.reps or ())) if rep is not None]
    for reps in (report.reps, counted):
        _require(len(reps) <= MAX_REPS, f"more than {MAX_REPS} repetitions")
        _require(len({rep.number for rep in reps}) == len(reps), "two repetitions of one number")
    _require(len(by_hand) <= MAX_CORRECTIONS * MAX_REPS // 10, "more corrections than anybody makes")
    for rep in (*report.reps, *counted, *by_hand):
        _check_rep(rep, exercise.headline if exercise else None)


def _check_rep(rep: Rep, headline: str | None) -> None:
    _require(1 <= rep.number <= 10 * MAX_REPS, "a repetition whose number is too large")
    _require(0 <= rep.start_s <= rep.peak_s <= rep.end_s <= MAX_TIME_S, f"a repetition {rep.number} whose times are not in order")
    _require(len(rep.faults) <= MAX_MEASURES, f"a repetition {rep.number} with more faults than there are")
    _check_names(rep.measures)
    if headline is not None:
        _require(headline in rep.measures, f"a repetition {rep.number} without its {headline}")


def _check_names(measures: dict[str, Any]) -> None:
    _require(len(measures) <= MAX_MEASURES, "more measures than any exercise has")
    _require(all(len(name) <= MAX_NAME and name.isidentifier() for name in measures), "a measure whose name cannot be one")


def _require(holds: bool, problem: str) -> None:
    if not holds:
        raise InputError(f"a set in it has {problem}")
