"""A set for OpenSim: the landmarks as markers (``.trc``), the angles and the heel's rise over time (``.mot``).

OpenSim's axes: X forward, Y up, Z to the right of the person; meters, degrees and seconds. One camera sees a plane: from the
side X and Y are measured and Z is 0, from the front Y and Z are and X is 0. The formats are those of OpenSim's documentation,
"Marker (.trc) Files" and "Motion (.mot) Files"; docs/exports.md says what every column is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from formcheck.pose.track import FEET, Landmark
from formcheck.support.arrays import FloatArray
from formcheck.support.errors import UsageError
from formcheck.support.files import write_text

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis

NO_SCALE = "a .trc file is in meters, and this recording has no scale; give the height with --height-cm"
# The ending of a signal's name, the ending of its column's name, and the factor to degrees, meters or percent.
UNITS = (("_deg", "", 1.0), ("_pct_foot", "_pct_foot", 1.0), ("_cm", "", 0.01), ("_mm", "", 0.001))
# The foot's turn about its ball, heel up, is its pitch against the flat foot.
COLUMNS = {"foot_turn_deg": "foot_pitch_deg"}


def name_marker(landmark: Landmark) -> str:
    """Return a landmark's name as a marker: ``LKnee``, ``RFootIndex``, ``Nose``."""
    words = [word.capitalize() for word in landmark.name.split("_")]
    side = {"Left": "L", "Right": "R"}.get(words[0]) or {"Left": "L", "Right": "R"}.get(words[-1])
    return (side or "") + "".join(word for word in words if word not in ("Left", "Right"))


def locate_markers(analysis: Analysis) -> FloatArray:
    """Return the landmarks in space.

    Returns
    -------
    (T, 33, 3) meters along OpenSim's X (forward), Y (up) and Z (the person's right), NaN if no person was seen. The origin is on
    the floor (the lower of the two feet's usual heights), under the usual place of the ankle of the working leg (the left one where
    no exercise was seen). Lengths hold in the plane of the working leg: what is nearer to the camera comes out larger.

    Raises
    ------
    UsageError
        If the recording has no scale: a guessed meter is worse than none.
    """
    if analysis.report.scale.cm_per_px is None:
        raise UsageError(NO_SCALE)
    meters_per_px = analysis.report.scale.cm_per_px / 100.0
    points, scene = analysis.track.points, analysis.scene
    leg = analysis.leg or "left"
    height = scene.height_of(points)
    floor = float(np.nanmin(np.nanmedian(height[:, FEET], axis=0)))
    across = scene.ahead_of(points)
    across = across - float(np.nanmedian(across[:, Landmark.of(leg, "ankle")]))
    # from the front, `forward` is the image's right: a person facing the camera has the right side on the image's left
    ahead, right = (np.zeros_like(across), -across) if scene.kind == "front" else (across, np.zeros_like(across))
    unknown = np.isnan(points).any(axis=-1, keepdims=True)
    return np.where(unknown, np.nan, np.stack([ahead, height - floor, right], axis=-1) * meters_per_px)


def format_trc(analysis: Analysis, name: str = "formcheck.trc") -> str:
    """Return the landmarks as a ``.trc`` file; what was not seen is ``NaN``, which unlike an empty cell outlives every editor.

    What the meters rest on, the view and the working leg stand behind the file's name in the first line, the one place for words
    that OpenSim's reader leaves: it takes the eight keys of the header and no others.

    Raises
    ------
    UsageError
        If the recording has no scale.
    """
    markers = locate_markers(analysis)
    report, track = analysis.report, analysis.track
    assert report.scale.cm_per_px is not None  # locate_markers has refused
    rate, frames = _number(track.fps, 6), len(track)
    header = {
        "DataRate": rate,
        "CameraRate": _number(report.video.fps, 6),
        "NumFrames": str(frames),
        "NumMarkers": str(len(Landmark)),
        "Units": "m",
        "OrigDataRate": rate,
        "OrigDataStartFrame": "1",
        "OrigNumFrames": str(frames),
    }
    remarks = (
        f"scale={_source_of_scale(analysis)} metres-per-pixel={report.scale.cm_per_px / 100.0:.8f} "
        f"view={analysis.scene.kind} leg={report.side or 'unknown'}"
    )
    names = [name_marker(landmark) for landmark in Landmark]
    lines = [
        ["PathFileType", "4", "(X/Y/Z)", f"{_plain(name)} {remarks}"],
        list(header),
        list(header.values()),
        ["Frame#", "Time", *(cell for marker in names for cell in (marker, "", ""))],
        ["", "", *(f"{axis}{number}" for number in range(1, len(names) + 1) for axis in "XYZ")],
        [],
    ]
    for frame, (time_s, places) in enumerate(zip(track.time_s, markers, strict=True), start=1):
        lines.append([str(frame), f"{time_s:.6f}", *(_number(value, 6) for value in places.ravel())])
    return _join(lines)


def list_columns(analysis: Analysis) -> dict[str, FloatArray]:
    """Return the (T,) columns of the ``.mot`` file by name: degrees, meters (lengths) and % of foot length (``…_pct_foot``).

    The names end in ``_r`` or ``_l``, the leg that was measured. Columns without a value are left out: meters, without a scale.
    """
    signals = analysis.signals
    side = {"left": "_l", "right": "_r"}[analysis.leg] if analysis.leg else ""
    found: dict[str, FloatArray] = {}
    for signal, values in signals.items():
        name = COLUMNS.get(signal, signal)
        for suffix, kept, factor in UNITS:
            if name.endswith(suffix):
                found[name.removesuffix(suffix) + kept + side] = values * factor
                break
    if "tibial_inclination_deg" in signals and "foot_turn_deg" in signals:
        # on a flat foot the shank's lean equals the ankle's dorsiflexion; the foot's pitch is subtracted
        found[f"dorsiflexion{side}"] = signals["tibial_inclination_deg"] - signals["foot_turn_deg"]
    return {name: values for name, values in sorted(found.items()) if np.isfinite(values).any()}


def format_mot(analysis: Analysis, name: str = "formcheck") -> str:
    """Return the angles and lengths over time as a ``.mot`` file; what was not measured is ``NaN``."""
    columns = list_columns(analysis)
    report = analysis.report
    times = analysis.track.time_s
    head = [
        _plain(name),
        "version=1",
        f"nRows={len(times)}",
        f"nColumns={len(columns) + 1}",
        "inDegrees=yes",
        f"formcheck={report.software.formcheck}",
        f"exercise={report.drill or 'none'}",
        f"workingLeg={report.side or 'unknown'}",
        f"scaleSource={_source_of_scale(analysis)}",
        "endheader",
    ]
    lines = [[line] for line in head]
    lines.append(["time", *columns])
    for frame, time_s in enumerate(times):
        lines.append([f"{time_s:.6f}", *(_number(values[frame], 6) for values in columns.values())])
    return _join(lines)


def write_trc(analysis: Analysis, path: str | Path) -> None:
    """Write the landmarks as a ``.trc`` file (raises `UsageError` without a scale, `OutputError`)."""
    write_text(path, format_trc(analysis, Path(path).name))


def write_mot(analysis: Analysis, path: str | Path) -> None:
    """Write the angles as a ``.mot`` file (raises `OutputError`)."""
    write_text(path, format_mot(analysis, Path(path).stem))


def _source_of_scale(analysis: Analysis) -> str:
    """What the scale is based on, in one word of ASCII letters."""
    source, height = analysis.report.scale.source, analysis.report.athlete.height_cm
    if source is None:
        return "none"
    return f"height-{height:g}cm" if source == "height" and height else source


def _plain(name: str) -> str:
    """A file's name as one cell of ASCII, which is all that old readers take."""
    return "".join(c if c.isascii() and c.isprintable() and c != "\t" else "_" for c in name) or "formcheck"


def _number(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}" if math.isfinite(value) else "NaN"


def _join(lines: Iterable[list[str]]) -> str:
    return "".join("\t".join(cells) + "\n" for cells in lines)
