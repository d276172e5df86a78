"""Framings that people use: a set without the head is measured and warned of; of legs alone the program says why it is not."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.analysis.nobody import NO_UPPER_BODY, measure_small_person
from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings
from formcheck.pose.movenet import shows_legs_only
from formcheck.report.schema import SetReport
from formcheck.support.errors import InputError
from formcheck.video.reader import probe_video, read_frames
from tests.helpers.clips import crop_clip

# The share of the height that the person fills in `hr_double_female_side`, from the eyes to the feet.
FILLS = 0.75


def analyze_part(sample: Path, folder: Path, *, top: float, left: float = 0.0, right: float = 1.0) -> SetReport:
    """Analyze the part of a sample below ``top`` and between ``left`` and ``right``, fractions of the picture."""
    part = crop_clip(sample, folder / "part.mp4", top=top, left=left, right=right)
    return run_analysis(part, Settings()).report


def why_nothing_was_measured(sample: Path, folder: Path, *, top: float) -> str:
    """Return the reason that a report without repetitions, or the error in its place, gives."""
    try:
        report = analyze_part(sample, folder, top=top)
    except InputError as error:
        reason = str(error).removeprefix(f"{folder / 'part.mp4'}: ")
        return f"{reason[0].upper()}{reason[1:]}."
    assert (report.reps, report.not_counted) == ([], [])
    return next(w.message for w in report.quality.warnings if w.code == "no-exercise")


@pytest.mark.parametrize(
    ("sample", "top"), [("df_left_male_side", 0.64), ("hr_double_female_side", 0.52), ("hr_double_female_side", 0.38)]
)
def test_below_the_shoulders_nothing_is_measured_and_the_report_or_the_error_says_why(
    sample: str, top: float, sample_videos: Path, tmp_path: Path
) -> None:
    assert why_nothing_was_measured(sample_videos / f"{sample}.mp4", tmp_path, top=top) == NO_UPPER_BODY


@pytest.mark.parametrize(
    ("sample", "part", "warns"),
    [
        ("hr_double_female_side", {"top": 0.24}, True),
        ("dfx_leadin_right", {"top": 0.26}, False),
        ("dfx_leadin_right", {"top": 0.0, "left": 0.2, "right": 0.8}, False),
    ],
    ids=["raise-without-head", "lunge-without-head-until-kneeling", "lunge-upright-phone"],
)
def test_a_set_counts_without_the_head_with_a_warning_and_in_an_upright_picture(
    sample: str, part: dict[str, float], *, warns: bool, sample_videos: Path, tmp_path: Path
) -> None:
    path = sample_videos / f"{sample}.mp4"
    truth = json.loads(path.with_suffix(".json").read_text())
    report = analyze_part(path, tmp_path, **part)
    assert len(report.reps) == len(truth["reps"])
    assert ("head-out-of-frame" in {warning.code for warning in report.quality.warnings}) == warns


def test_a_whole_person_is_not_legs_only(sample_videos: Path) -> None:
    pictures = [next(iter(read_frames(probe_video(path)))).rgb(256) for path in sorted(sample_videos.glob("*.mp4"))]
    assert not any(shows_legs_only([picture]) for picture in pictures)
    assert not shows_legs_only([np.zeros_like(pictures[0])])


@pytest.mark.parametrize(("share", "found"), [(0.35, 0.35), (0.1, None), (0.0, None)])
def test_of_a_person_too_small_to_be_followed_the_share_of_the_picture_is_known(
    share: float, found: float | None, sample_videos: Path
) -> None:
    """A standing person before gray, who fills this share of the picture's height; the landmarks begin at the eyes."""
    whole = next(iter(read_frames(probe_video(sample_videos / "hr_double_female_side.mp4")))).rgb(480)
    picture = np.full((480, 640, 3), 128, np.uint8)
    if share > 0:
        small = cv2.resize(whole, None, fx=share / FILLS, fy=share / FILLS, interpolation=cv2.INTER_AREA)
        picture[200 : 200 + small.shape[0], 250 : 250 + small.shape[1]] = small
    measured = measure_small_person([picture])
    assert measured == (None if found is None else pytest.approx(found, abs=0.06))
