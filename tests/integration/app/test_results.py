"""A finished analysis is kept with everything its page shows; an upload is stored under a name of ours or refused."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from formcheck.analysis.pipeline import Analysis
from formcheck.app.analyze import results
from formcheck.app.analyze.results import Request, Result, make_result
from formcheck.app.analyze.sample_picture import BEST_REP, REPORT
from formcheck.app.shared.uploads import shown_name, store_upload
from formcheck.export.facts import best_rep
from formcheck.export.other_sets import OtherSets
from formcheck.report.schema import Athlete
from formcheck.support.errors import InputError


@pytest.fixture(scope="module")
def finished(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, list[tuple[float, str]]]:
    """One real analysis of a sample, with everything that was said of its progress."""
    folder = tmp_path_factory.mktemp("result")
    reported: list[tuple[float, str]] = []
    upload = folder / "upload"
    shutil.copy(clip, upload)
    request = Request(upload, "my set.mp4", Athlete(height_cm=165))
    return make_result(request, folder, lambda share, stage: reported.append((share, stage))), reported


def test_the_report_counts_what_happened(finished: tuple[Result, Any], truth: dict[str, Any]) -> None:
    report = finished[0].report
    assert report.summary.rep_count == len(truth["reps"])
    assert (report.exercise, report.side) == ("half-kneeling", "right")


def test_everything_a_page_shows_is_there(finished: tuple[Result, Any]) -> None:
    result = finished[0]
    assert result.complete
    assert json.loads(result.json)["video"]["file"] == "my set.mp4"
    page = result.page(OtherSets(since_last="Since last time: nothing new."))
    assert page.lstrip().lower().startswith("<!doctype html")
    assert page.count("data:image/jpeg") == len(result.pictures)
    assert "Since last time: nothing new." in page
    assert "<svg" in page  # the chart, from the signals that were kept
    assert result.pdf().startswith(b"%PDF-")
    assert result.trc is not None
    assert result.trc.startswith(b"PathFileType\t4")
    assert b"inDegrees=yes" in result.mot
    assert len(result.csv.splitlines()) > 100
    assert result.video.read_bytes()[4:8] == b"ftyp"
    assert set(result.pictures) <= {rep.number for rep in result.report.reps}
    assert result.pictures
    assert len(result.recording_sha256) == 64
    for theme in ("light", "dark"):
        assert result.chart(theme).to_dict()["layer"]


def test_the_sample_report_is_up_to_date(finished: tuple[Result, Any], sample_analysis: Analysis) -> None:
    made_again = "run scripts/make_sample_report.py: the report of the first visit is out of date"
    shown, now = Result(REPORT).report, sample_analysis.report
    assert [rep.faults for rep in shown.reps] == [rep.faults for rep in now.reps], made_again
    assert shown.summary.best == pytest.approx(now.summary.best, abs=0.5), made_again
    written = {path.relative_to(finished[0].folder).parts[0] for path in finished[0].folder.rglob("*")} - {
        "upload",
        finished[0].analysis_file(0).name,
    }
    assert {path.name for path in REPORT.iterdir()} == written, made_again


def test_the_first_visit_shows_the_sample_reports_best_rep() -> None:
    sample = Result(REPORT)
    best = best_rep(sample.report)
    assert best is not None
    assert best.number == BEST_REP
    assert sample.pictures[BEST_REP]


def test_progress_has_a_share_and_a_stage(finished: tuple[Result, Any]) -> None:
    reported = finished[1]
    assert all(0 <= share <= 1 and stage for share, stage in reported)
    assert {stage for _, stage in reported} >= {"Following the person", "Writing the report"}
    assert max(share for share, _ in reported) == results.VIDEO_SHARE


@pytest.mark.parametrize(
    ("uploaded", "shown"),
    [
        ("../../x", "x"),
        ("..\\..\\x.mp4", "x.mp4"),
        ("/etc/passwd", "passwd"),
        ("a\x00b\n.mp4", "ab.mp4"),
        ("", "video"),
        ("..", "video"),
        ("set 1 (left).mov", "set 1 (left).mov"),
        ("a" * 90 + ".mp4", "…" + "a" * 75 + ".mp4"),
    ],
)
def test_an_uploaded_name_loses_its_folders(uploaded: str, shown: str) -> None:
    assert shown_name(uploaded) == shown


def test_an_upload_is_stored_under_a_name_of_ours(tmp_path: Path) -> None:
    stored = store_upload(io.BytesIO(b"abc"), tmp_path, "set.mp4")
    assert stored.parent == tmp_path
    assert stored.read_bytes() == b"abc"


def test_an_empty_upload_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"“set\.mp4” is empty"):
        store_upload(io.BytesIO(b""), tmp_path, "set.mp4")


def test_an_upload_beyond_the_bound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"“set\.mp4” is larger than"):
        store_upload(io.BytesIO(b"x" * 1001), tmp_path, "set.mp4", limit_bytes=1000)


def a_photo() -> bytes:
    picture = io.BytesIO()
    Image.fromarray(np.zeros((48, 64, 3), np.uint8)).save(picture, "JPEG")
    return picture.getvalue()


@pytest.mark.parametrize(
    "content", [b"this is a text, not a video", b"\x00" * 5000, b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 200, a_photo()]
)
def test_a_file_that_is_not_a_video_is_refused_under_its_own_name(tmp_path: Path, content: bytes) -> None:
    upload = store_upload(io.BytesIO(content), tmp_path, "holiday.mp4")
    with pytest.raises(InputError) as refusal:
        make_result(Request(upload, "holiday.mp4", Athlete()), tmp_path, lambda share, stage: None)
    assert "holiday.mp4" in str(refusal.value)
    assert "invalid" not in str(refusal.value).lower()
    assert str(tmp_path) not in str(refusal.value)
