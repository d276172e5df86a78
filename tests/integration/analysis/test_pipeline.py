"""The samples' truth is found: count, exercise, side, facing, and the peaks within their bounds."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.analysis.pipeline import Analysis, analyze_video, run_analysis
from formcheck.analysis.settings import Settings
from formcheck.pose.tracker import track_poses
from formcheck.report.schema import Athlete
from formcheck.support.errors import Cancelled, InputError, UsageError
from formcheck.video.reader import probe_video, read_frames
from tests.helpers.clips import cut_clip, write_clip

# Issue A's bounds on the mean absolute error of the peaks.
MAX_ANGLE_ERROR_DEG = 2.5
MAX_HEIGHT_ERROR_CM = 1.5
# Half the detection's own time resolution: the truth's peak is its last frame at the top, ours the plateau's middle.
MAX_TIME_ERROR_S = 0.6


def read_truth(sample_videos: Path, analysis: Analysis) -> dict:
    return json.loads((sample_videos / analysis.report.video.file).with_suffix(".json").read_text())


def peak_errors(analysis: Analysis, truth: dict, measure: str) -> list[float]:
    return [
        abs((rep.measures[measure] or np.nan) - true["peak"]) for rep, true in zip(analysis.report.reps, truth["reps"], strict=True)
    ]


def check_where_and_when(analysis: Analysis, truth: dict) -> None:
    report, meta = analysis.report, truth["meta"]
    assert report.summary.rep_count == len(report.reps) == len(truth["reps"])
    assert report.facing == meta["faces"].removeprefix("image_")
    assert report.view.kind == "side"
    assert report.quality.usable
    for rep, true in zip(report.reps, truth["reps"], strict=True):
        assert rep.peak_s == pytest.approx((true["t_peak_start"] + true["t_peak_end"]) / 2, abs=MAX_TIME_ERROR_S)


def test_a_half_kneeling_set_is_found_with_its_range(sample_analysis: Analysis, sample_videos: Path) -> None:
    truth = read_truth(sample_videos, sample_analysis)
    report = sample_analysis.report
    assert (report.exercise, report.side, report.exercise_source) == ("half-kneeling", "right", "detected")
    check_where_and_when(sample_analysis, truth)
    assert np.mean(peak_errors(sample_analysis, truth, "tibial_inclination_deg")) < MAX_ANGLE_ERROR_DEG


def test_the_heel_lifts_are_faults_of_the_right_repetitions(sample_analysis: Analysis, sample_videos: Path) -> None:
    truth = read_truth(sample_videos, sample_analysis)
    lifted = [rep.number for rep in sample_analysis.report.reps if "heel-lifted" in rep.faults]
    assert lifted == [r["index"] for r in truth["reps"] if r["fault"] == "heel_lift"]
    for rep in sample_analysis.report.reps:
        valid, peak = rep.measures["valid_peak_deg"], rep.measures["tibial_inclination_deg"]
        assert valid is None or peak is None or valid <= peak + 1e-6


def test_a_heel_raise_set_is_found_with_its_height(heel_raise_analysis: Analysis, sample_videos: Path) -> None:
    truth = read_truth(sample_videos, heel_raise_analysis)
    report = heel_raise_analysis.report
    assert (report.exercise, report.side) == ("heel-raise", "both")
    check_where_and_when(heel_raise_analysis, truth)
    assert np.mean(peak_errors(heel_raise_analysis, truth, "height_cm")) < MAX_HEIGHT_ERROR_CM


def test_work_is_weight_times_height(heel_raise_analysis: Analysis) -> None:
    summary = heel_raise_analysis.report.summary.measures
    total = sum(rep.measures["height_cm"] or 0.0 for rep in heel_raise_analysis.report.reps)
    assert summary["total_displacement_cm"] == pytest.approx(total, abs=0.01)
    assert summary["work_j"] == pytest.approx(60 * 9.80665 * total / 100, rel=0.01)


def test_centimeters_need_a_height_and_percent_of_the_foot_does_not(sample_videos: Path, heel_raise_analysis: Analysis) -> None:
    for rep in heel_raise_analysis.report.reps:
        assert rep.measures["height_cm"] is not None
        assert rep.measures["height_pct_foot"] is not None
    assert heel_raise_analysis.report.scale.source == "height"


def test_one_part_and_two_give_the_same(sample_videos: Path) -> None:
    """With four cores a file is tracked in two parts, each with a tracker of its own: seams must not show."""
    path = sample_videos / "dfx_leadin_right.mp4"
    one, two = (run_analysis(path, Settings(athlete=Athlete(height_cm=165), workers=n)).report for n in (1, 4))
    assert one.exercise == two.exercise == "half-kneeling"
    assert one.side == two.side == "right"
    assert one.video.frames == two.video.frames
    # standing, kneeling down and standing up again count nothing
    assert len(one.reps) == len(two.reps) == 3
    for a, b in zip(one.reps, two.reps, strict=True):
        assert a.measures["tibial_inclination_deg"] == pytest.approx(b.measures["tibial_inclination_deg"], abs=0.3)


def test_a_120_fps_clip_is_analyzed_at_30_frames_a_second(sample_videos: Path, tmp_path: Path) -> None:
    clip = cut_clip(sample_videos / "hr_double_female_side.mp4", tmp_path / "cut.mp4", 0.0, 2.0, fps=30.0)
    fast = tmp_path / "fast.mkv"
    with av.open(str(clip)) as slow, av.open(str(fast), "w") as container:
        stream = container.add_stream_from_template(slow.streams.video[0])
        for packet in slow.demux(video=0):
            if packet.dts is not None:
                packet.pts, packet.dts, packet.stream = packet.pts // 4, packet.dts // 4, stream
                container.mux(packet)
    info = probe_video(fast)
    assert np.median(np.diff([f.time_s for f in read_frames(info)])) == pytest.approx(1 / 120, abs=1e-3)
    track = track_poses(info, "lite")
    assert track.time_s[-1] == pytest.approx(0.5, abs=0.1)
    assert len(track) <= 0.5 * 30 * 1.1


# Refusals


def test_a_video_of_an_empty_room_is_refused_with_a_message(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "room.mp4", 20)
    with pytest.raises(InputError, match=r"room\.mp4: nobody was recognized in it; film"):
        analyze_video(path, model="lite")


@pytest.mark.parametrize("wrong", [{"exercise": "squat"}, {"side": "top"}, {"model": "huge"}], ids=str)
def test_an_unknown_choice_is_refused_before_the_file_is_opened(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="choose one of"):
        analyze_video(tmp_path / "missing.mp4", **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("exercise", ["half-kneeling", "knee-to-wall", "single-leg-balance", "short-foot"])
def test_both_legs_are_refused_for_an_exercise_of_one(tmp_path: Path, exercise: str) -> None:
    with pytest.raises(UsageError, match="one leg works; choose left or right"):
        analyze_video(tmp_path / "missing.mp4", exercise, "both")
    for of_both in ("heel-raise", "soleus-raise", "step-drop", "auto"):
        assert Settings(of_both, "both").side == "both"


@pytest.fixture(scope="module")
def second_of_a_person(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cut_clip(sample_videos / "hr_double_female_side.mp4", tmp_path_factory.mktemp("cut") / "cut.mp4", 0.0, 1.0)


def test_a_person_who_does_nothing_gets_a_report_without_repetitions(second_of_a_person: Path) -> None:
    report = analyze_video(second_of_a_person, model="lite")
    assert (report.exercise, report.side, report.reps) == (None, None, [])
    assert "no-exercise" in report.warning_codes
    given = analyze_video(second_of_a_person, "heel-raise", "left", model="lite")
    assert (given.exercise, given.side, given.summary.rep_count) == ("heel-raise", "left", 0)
    assert not given.reps


def test_a_file_name_that_is_not_valid_text_does_not_stop_the_report(second_of_a_person: Path, tmp_path: Path) -> None:
    name = b"t\xe4st \xff.mp4".decode("utf-8", "surrogateescape")
    (tmp_path / name).symlink_to(second_of_a_person)
    text = analyze_video(tmp_path / name, model="lite").model_dump_json()
    assert json.loads(text)["video"]["file"].endswith(".mp4")


def test_a_wish_to_stop_is_heeded(second_of_a_person: Path) -> None:
    def stop(share: float, stage: str) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        analyze_video(second_of_a_person, model="lite", progress=stop)


def test_progress_never_goes_back_and_ends_near_one(second_of_a_person: Path) -> None:
    shares: list[float] = []
    track_poses(probe_video(second_of_a_person), "lite", progress=lambda share, _: shares.append(share))
    assert all(0.0 <= s <= 1.0 for s in shares)
    assert shares == sorted(shares)
