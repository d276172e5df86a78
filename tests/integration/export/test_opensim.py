"""The OpenSim files hold the numbers of the analysis, in OpenSim's own layout, units and axes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.analysis.pipeline import Analysis
from formcheck.exercises.base import Recording
from formcheck.export.opensim import format_mot, format_trc, name_marker, write_mot, write_trc
from formcheck.pose.track import Landmark
from formcheck.report.schema import ScalePart
from formcheck.support.arrays import FloatArray
from formcheck.support.errors import UsageError


def read_trc(text: str) -> tuple[dict[str, str], list[str], FloatArray, FloatArray]:
    """A strict reader of OpenSim's "Marker (.trc) Files": header, marker names, (T,) times, (T, M, 3) places."""
    lines = [line.split("\t") for line in text.splitlines()]
    assert lines[0][:3] == ["PathFileType", "4", "(X/Y/Z)"]
    assert len(lines[0]) == 4
    header = dict(zip(lines[1], lines[2], strict=True))
    assert len(header) == 8  # OpenSim's reader refuses more
    header |= dict(word.split("=") for word in lines[0][3].split() if "=" in word)
    count = int(header["NumMarkers"])
    assert lines[3][:2] == ["Frame#", "Time"]
    names = lines[3][2::3]
    assert len(names) == count
    assert lines[4] == ["", "", *(f"{axis}{k}" for k in range(1, count + 1) for axis in "XYZ")]
    assert lines[5] == [""]
    rows = lines[6:]
    assert len(rows) == int(header["NumFrames"])
    assert all(len(row) == 2 + 3 * count for row in rows)
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    times = np.array([float(row[1]) for row in rows])
    assert np.all(np.diff(times) > 0)
    places = np.array([[float(cell) for cell in row[2:]] for row in rows])
    return header, names, times, places.reshape(len(rows), count, 3)


def read_mot(text: str) -> tuple[dict[str, str], list[str], FloatArray]:
    """A strict reader of OpenSim's "Storage (.sto) and Motion (.mot) Files": header, column names, (T, C) numbers."""
    head, body = text.split("endheader\n")
    header = dict(line.split("=", 1) for line in head.splitlines() if "=" in line)
    names, *rows = [line.split("\t") for line in body.splitlines()]
    assert names[0] == "time"
    assert len(names) == len(set(names)) == int(header["nColumns"])
    assert len(rows) == int(header["nRows"])
    return header, names, np.array([[float(cell) for cell in row] for row in rows])


def pick(names: list[str], places: FloatArray, marker: str) -> FloatArray:
    return places[:, names.index(marker)]


def test_the_markers_are_the_landmarks_in_meters_forward_and_up(sample_analysis: Analysis) -> None:
    header, names, times, places = read_trc(format_trc(sample_analysis))
    np.testing.assert_allclose(times, sample_analysis.track.time_s, atol=1e-6)
    assert [header[key] for key in ("Units", "scale", "view", "leg")] == ["m", "height-156cm", "side", "right"]
    assert np.all(places[..., 2][np.isfinite(places[..., 2])] == 0)  # one camera from the side knows no depth
    # the working shank is as long as the scale says, and its lean in the file is what the landmarks in the picture say
    knee, ankle = pick(names, places, "RKnee"), pick(names, places, "RAnkle")
    shank = knee - ankle
    assert np.nanpercentile(np.linalg.norm(shank, axis=1), 80) == pytest.approx(0.246 * 1.56, rel=0.03)
    leg = [Landmark.RIGHT_ANKLE, Landmark.RIGHT_KNEE]
    seen = np.diff(sample_analysis.track.points[:, leg], axis=1)[:, 0]
    scene, scale = sample_analysis.scene, sample_analysis.report.scale.cm_per_px
    assert scale is not None
    np.testing.assert_allclose(shank[:, 0], seen @ scene.forward * scale / 100, atol=2e-6)
    np.testing.assert_allclose(shank[:, 1], seen @ scene.up * scale / 100, atol=2e-6)
    for rep in sample_analysis.report.reps:  # forward is where the knee goes
        top = int(np.argmin(np.abs(times - rep.peak_s)))
        assert shank[top, 0] > 0.15
    feet = np.stack([pick(names, places, f"{s}{p}")[:, 1] for s in "LR" for p in ("Heel", "FootIndex")])
    assert np.min(np.median(feet, axis=1)) == pytest.approx(0, abs=1e-6)  # Y = 0 is the floor
    assert np.nanmedian(pick(names, places, "Nose")[:, 1]) > 0.6


def with_view(analysis: Analysis, **changed: Any) -> Analysis:
    assert isinstance(analysis.recording, Recording)
    return replace(analysis, recording=replace(analysis.recording, view=replace(analysis.recording.view, **changed)))


def test_an_unseen_marker_has_no_coordinates(sample_analysis: Analysis) -> None:
    points = sample_analysis.track.points.copy()
    points[3] = np.nan
    places = read_trc(format_trc(with_view(sample_analysis, track=sample_analysis.track.with_points(points))))[3]
    assert np.isnan(places[3]).all()
    assert np.isfinite(places[4]).all()
    assert np.isfinite(places[:3]).all()


def test_from_the_front_the_picture_is_the_frontal_plane(sample_analysis: Analysis) -> None:
    scene = replace(sample_analysis.scene, kind="front", facing=None)  # forward is then to the right
    _, names, _, places = read_trc(format_trc(with_view(sample_analysis, scene=scene)))
    assert np.all(places[..., 0][np.isfinite(places[..., 0])] == 0)
    moved = np.diff(pick(names, places, "RKnee")[:, 2])
    seen = np.diff(sample_analysis.track.points[:, Landmark.RIGHT_KNEE, 0])
    assert np.corrcoef(moved, seen)[0, 1] == pytest.approx(-1, abs=1e-3)  # the person's right is on the picture's left


def test_without_a_scale_no_trc_file_is_written(sample_analysis: Analysis, tmp_path: Path) -> None:
    report = sample_analysis.report.model_copy(update={"scale": ScalePart()})
    with pytest.raises(UsageError, match="--height-cm") as caught:
        write_trc(replace(sample_analysis, report=report), tmp_path / "a.trc")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_the_motion_holds_the_angles_of_the_report(sample_analysis: Analysis) -> None:
    header, names, rows = read_mot(format_mot(sample_analysis))
    assert header["inDegrees"] == "yes"
    columns = dict(zip(names, rows.T, strict=True))
    assert {"tibial_inclination_r", "dorsiflexion_r", "knee_flexion_r", "foot_pitch_r", "heel_rise_r"} < set(columns)
    times = columns["time"]
    for rep in sample_analysis.report.reps:
        inside = (times >= rep.start_s - 1e-3) & (times <= rep.end_s + 1e-3)
        top = np.nanargmax(np.where(inside, columns["tibial_inclination_r"], np.nan))
        measures = rep.measures
        assert columns["tibial_inclination_r"][top] == pytest.approx(measures["tibial_inclination_deg"], abs=1e-3)
        assert columns["dorsiflexion_r"][top] == pytest.approx(measures["dorsiflexion_deg"], abs=1e-3)
        assert np.nanmax(columns["heel_rise_r"][inside]) * 100 == pytest.approx(measures["heel_rise_cm"], abs=1e-3)  # meters


def test_a_heel_raise_pitches_the_foot_and_points_the_ankle(heel_raise_analysis: Analysis) -> None:
    _, names, rows = read_mot(format_mot(heel_raise_analysis))
    columns = dict(zip((name.removesuffix("_l").removesuffix("_r") for name in names), rows.T, strict=True))
    top = int(np.nanargmax(columns["heel_rise"]))
    assert columns["foot_pitch"][top] > 15
    assert columns["dorsiflexion"][top] < -10


def test_every_marker_has_its_own_name_with_its_side() -> None:
    names = [name_marker(landmark) for landmark in Landmark]
    assert len(set(names)) == 33
    assert [name_marker(m) for m in (Landmark.NOSE, Landmark.MOUTH_LEFT, Landmark.RIGHT_FOOT_INDEX)] == [
        "Nose",
        "LMouth",
        "RFootIndex",
    ]


def test_opensim_reads_both_files(sample_analysis: Analysis, tmp_path: Path) -> None:
    opensim = pytest.importorskip("opensim", reason="pip install opensim: its own reader, 70 MB")
    write_trc(sample_analysis, tmp_path / "a.trc")
    write_mot(sample_analysis, tmp_path / "a.mot")
    markers = opensim.TimeSeriesTableVec3(str(tmp_path / "a.trc"))
    assert markers.getNumColumns() == 33
    assert markers.getNumRows() == len(sample_analysis.track)
    assert markers.getTableMetaDataString("Units") == "m"
    assert "scale=height-156cm" in markers.getTableMetaDataString("header")
    angles = opensim.TimeSeriesTable(str(tmp_path / "a.mot"))
    assert "tibial_inclination_r" in angles.getColumnLabels()
    assert angles.getTableMetaDataString("inDegrees") == "yes"
