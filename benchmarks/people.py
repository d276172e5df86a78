"""Compare formcheck with joints marked on real people in two annotation passes, independent of each other and blind to formcheck.

    python -m benchmarks.people FOLDER [--marks benchmarks/people/marks.json] [--exercise heel-raise] [--json OUT.json]

FOLDER holds the filmed clips under the names in the marks; the repository holds none of them, and a missing clip is skipped. The
annotators are not clinicians. For every marked frame:

* shank: the angle of their ankle–knee line against the vertical, corrected for the report's yaw (tan θ = tan θ_seen / cos ψ),
  against ``tibial_inclination_deg``;
* landmark: the same line of the followed landmarks in the picture, of the leg nearest to the marks, without correction;
* turn: the angle of their heel-sole-to-ball line since the entry's flat frames, against ``foot_turn_deg``;
* heel: the rise of their heel sole since those frames in the picture, in % of the foot length that they marked (corrected for
  yaw), against ``heel_rise_pct_foot``. The view changes it: of a foot that points toward a camera that looks down, it is too small;
* height: the rise of the same mark solved in three dimensions (`heel_in_space`), in % of the foot's length that formcheck takes, so
  that neither the view nor the length of the shoe changes it, against ``heel_rise_pct_foot``. It is the error of the height in
  centimeters. ``back`` is the same by the back of the heel, an upper limit;
* pitch: the turn of that line in three dimensions, against ``foot_turn_deg``.

Prints bias, limits of agreement (1.96 SD), the annotators' own disagreement, and the share of frames within the stated error.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.heel_in_space import FlatFoot, solve_heel, solve_sole
from formcheck.analysis.pipeline import Analysis, run_analysis
from formcheck.analysis.settings import Settings
from formcheck.exercises.base import Recording
from formcheck.exercises.heel_height import magnify_near_foot
from formcheck.pose.track import SIDES, Landmark
from formcheck.report.schema import Athlete
from formcheck.support.errors import InputError

MARKS = Path(__file__).parent / "people" / "marks.json"
# No length is compared, so any height will do.
HEIGHT_CM = 175.0
LIMITS_SD = 1.96
# The groups of `docs/accuracy.md`.
LARGE_LEAN_DEG, SIDE_ON_DEG, TURNED_DEG = 25.0, 15.0, 40.0
UNITS = {
    **{"shank": "°", "landmark": "°", "turn": "°", "pitch": "°"},
    **dict.fromkeys(("heel", "height", "back"), "% of foot"),
}
SIGNALS = {
    "shank": "tibial_inclination_deg",
    **dict.fromkeys(("turn", "pitch"), "foot_turn_deg"),
    **dict.fromkeys(("heel", "height", "back"), "heel_rise_pct_foot"),
}


@dataclass(frozen=True)
class Row:
    """One quantity on one frame: the values of each annotator and of the program, and the program's stated error (NaN for none).

    ``off_side_deg`` is how far the camera was from side-on, NaN in a front view; ``near``: whether the marked leg was the nearer.
    """

    clip: str
    time_s: float
    flat: bool
    what: str
    annotators: list[float]
    program: float
    stated: float
    off_side_deg: float = math.nan
    near: bool = True

    @property
    def error(self) -> float:
        """Program minus annotators; NaN if either is unknown."""
        return self.program - float(np.mean(self.annotators)) if self.annotators else math.nan


def _lean(lower: list[float], upper: list[float]) -> float:
    """Return the angle of a line against the picture's vertical, degrees, rightward positive."""
    return math.degrees(math.atan2(upper[0] - lower[0], lower[1] - upper[1]))


def _pitch(frame: dict[str, Any], k: int, forward: int) -> float:
    heel, ball = frame["heel_sole"][k], frame["ball"][k]
    return math.degrees(math.atan2(ball[1] - heel[1], (ball[0] - heel[0]) * forward))


def measure_frame(frame: dict[str, Any], flat: list[dict[str, Any]], yaw: float, forward: int) -> dict[str, list[float]]:
    """Return the value of each annotator's marks on a frame, by quantity; ``yaw`` in radians, ``forward`` ±1."""
    found: dict[str, list[float]] = {"shank": [], "turn": [], "heel": []}
    for k in range(2):
        if frame["knee"][k] and frame["ankle"][k]:
            seen = math.radians(forward * _lean(frame["ankle"][k], frame["knee"][k]))
            found["shank"].append(math.degrees(math.atan(math.tan(seen) / math.cos(yaw))))
        if flat and all(f[part][k] for f in [frame, *flat] for part in ("heel_sole", "ball")):
            found["turn"].append(_pitch(frame, k, forward) - float(np.mean([_pitch(f, k, forward) for f in flat])))
            if all(f[part][k] for f in flat for part in ("heel_back", "toe")):
                length = float(np.mean([math.dist(f["heel_back"][k], f["toe"][k]) for f in flat])) / math.cos(yaw)
                low = float(np.mean([f["heel_sole"][k][1] for f in flat]))
                found["heel"].append(100 * (low - frame["heel_sole"][k][1]) / length)
    return found


def solve_frame(frame: dict[str, Any], flat: list[dict[str, Any]], recording: Recording) -> dict[str, list[float]]:
    """Return how high each annotator's heel rose, in % of the foot's length that formcheck takes, and how far the foot turned."""
    view = recording.view
    found: dict[str, list[float]] = {"height": [], "back": [], "pitch": []}
    foot_px = recording.foot_px * magnify_near_foot(view)
    parts = ("heel_sole", "ball", "heel_back", "toe")
    for k in range(2):
        if flat and all(frame[part][k] for part in parts[:3]) and all(f[part][k] for f in flat for part in parts):
            places = (np.mean([f[part][k] for f in flat], axis=0) for part in parts)
            marks = FlatFoot(*places)
            sole, ball, back = (np.array(frame[part][k]) for part in parts[:3])
            by_sole, by_back = solve_sole(marks, sole, ball, view.scene), solve_heel(marks, back, ball, view.scene)
            found["height"].append(100 * by_sole.rise * by_sole.length_px / foot_px)
            found["back"].append(100 * by_back.rise * by_back.length_px / foot_px)
            found["pitch"].append(by_sole.turn_deg)
    return found


def compare_clip(entry: dict[str, Any], analysis: Analysis) -> list[Row]:
    """Return every quantity on every marked frame of one entry."""
    report, track, time_s = analysis.report, analysis.track, analysis.track.time_s
    yaw = math.radians(min(60.0, abs(report.view.yaw_deg or 0.0)))
    forward = 1 if report.facing == "right" else -1
    off_side = math.degrees(yaw) if report.view.kind == "side" else math.nan
    flat = [f for f in entry["frames"] if f["flat"]]
    errors = {"shank": report.quality.expected_error.get("tibial_inclination_deg", math.nan)}
    if analysis.recording is not None and analysis.recording.cm_per_px:
        foot_cm = analysis.recording.foot_px * analysis.recording.cm_per_px
        errors["heel"] = errors["height"] = errors["back"] = (
            100 * report.quality.expected_error.get("height_cm", math.nan) / foot_cm
        )
    rows = []
    for frame in entry["frames"]:
        at = int(np.argmin(np.abs(time_s - frame["time_s"])))
        found = measure_frame(frame, flat, yaw, forward)
        recording = analysis.recording
        if recording is not None and not recording.view.from_front:
            found |= solve_frame(frame, flat, recording)
        marks = [[frame["ankle"][k], frame["knee"][k]] for k in range(2) if frame["ankle"][k] and frame["knee"][k]]
        legs = [track.points[at][[Landmark.of(side, part) for part in ("ankle", "knee")]] for side in SIDES]
        if marks and np.isfinite(legs).all():
            nearest = min(range(2), key=lambda k: float(np.linalg.norm(legs[k] - np.mean(marks, axis=0))))
            if report.side in SIDES and SIDES[nearest] != report.side:
                found["shank"] = []  # the other leg was marked
            seen = [forward * _lean(*m) for m in marks]
            own = forward * _lean(*legs[nearest].tolist())
            near = SIDES[nearest] == analysis.scene.near_side
            rows.append(Row(entry["file"], frame["time_s"], frame["flat"], "landmark", seen, own, math.nan, off_side, near))
        for what, signal in SIGNALS.items():
            if what == "shank" or not frame["flat"]:
                values = analysis.signals.get(signal)
                measured = math.nan if values is None else float(values[at])
                stated = errors.get(what, math.nan)
                rows.append(
                    Row(entry["file"], frame["time_s"], frame["flat"], what, found.get(what, []), measured, stated, off_side)
                )
    return rows


def group_rows(rows: list[Row]) -> dict[str, list[Row]]:
    """Return the rows at the peaks, all, and those of shank and landmarks by lean, view and leg, under the groups' names."""

    def lean(row: Row) -> float:
        return abs(float(np.mean(row.annotators)))

    leans = [r for r in rows if r.what in ("shank", "landmark") and r.annotators]
    groups = {"at peaks": [r for r in rows if not r.flat], "all": rows}
    for name, some in (
        (f"lean over {LARGE_LEAN_DEG:.0f}°", [r for r in leans if lean(r) > LARGE_LEAN_DEG]),
        (f"lean up to {LARGE_LEAN_DEG:.0f}°", [r for r in leans if lean(r) <= LARGE_LEAN_DEG]),
    ):
        groups[f"{name}, within {SIDE_ON_DEG:.0f}° of side-on"] = [r for r in some if r.off_side_deg <= SIDE_ON_DEG]
        groups[f"{name}, {SIDE_ON_DEG:.0f}–{TURNED_DEG:.0f}° off"] = [r for r in some if SIDE_ON_DEG < r.off_side_deg <= TURNED_DEG]
    groups["far leg"] = [r for r in leans if not r.near and not math.isnan(r.off_side_deg)]
    return groups


def print_summary(rows: list[Row]) -> None:
    """Print bias, limits of agreement and coverage by quantity and group (`group_rows`)."""
    groups = group_rows(rows)
    for what, unit in UNITS.items():
        for name, every in groups.items():
            some = [r for r in every if r.what == what]
            errors, stated = np.array([r.error for r in some]), np.array([r.stated for r in some])
            known = np.isfinite(errors)
            if not known.any():
                continue
            between = np.array([r.annotators[0] - r.annotators[1] for r in some if len(r.annotators) == 2])
            held = known & np.isfinite(stated)
            share = 100 * np.mean(np.abs(errors[held]) <= stated[held]) if held.any() else math.nan
            covered = f"; within the stated error {share:.0f} %" if held.any() else ""
            errors = errors[known]
            print(
                f"{what:8} {name:38} n {len(errors):3} of {len(some):3}: bias {np.mean(errors):+.1f}, mean absolute "
                f"{np.mean(np.abs(errors)):.1f}, limits of agreement ±{LIMITS_SD * np.std(errors):.1f} {unit}; "
                f"annotators between them {np.mean(between):+.1f} ± {LIMITS_SD * np.std(between):.1f}{covered}"
            )


def main() -> int:
    """Analyze every available clip and print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--marks", type=Path, default=MARKS)
    parser.add_argument("--exercise", help="only entries of this exercise")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[Row] = []
    analyses: dict[tuple[str, str], Analysis | None] = {}
    for entry in json.loads(options.marks.read_text())["clips"]:
        path, key = options.folder / entry["file"], (entry["file"], entry["exercise"])
        if not path.exists() or (options.exercise and entry["exercise"] != options.exercise):
            continue
        if key not in analyses:
            try:
                known = entry["exercise"] if entry["exercise"] != "lunge" else "auto"
                analyses[key] = run_analysis(path, Settings(known, athlete=Athlete(height_cm=HEIGHT_CM)))
            except InputError as error:
                print(f"{entry['file']}: no report ({error})")
                analyses[key] = None
        analysis = analyses[key]
        if analysis is None:
            continue
        new = compare_clip(entry, analysis)
        rows += new
        tops = [r for r in new if r.annotators and not r.flat and r.what in ("shank", "heel", "height", "pitch")]
        peaks = "  ".join(f"{r.what} {np.mean(r.annotators):.0f}>{r.program:.0f}" for r in tops)
        yaw = abs(analysis.report.view.yaw_deg or 0.0)
        print(f"{entry['file'][:60]:60} yaw {yaw:.0f}°  annotators>program at the peaks (°, % of foot): {peaks}")
    print_summary(rows)
    if options.json:
        options.json.write_text(json.dumps([{**asdict(r), "error": r.error} for r in rows], indent=1))
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
