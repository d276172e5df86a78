"""Measure the accuracy of the numbers on clips with exact ground truth.

    python benchmarks/accuracy.py [CLIPS…] [--models lite full heavy] [--out DIR]

Without clips, the sample videos are used. Each CLIP.mp4 needs its ground truth in CLIP.json (sample_videos/README.md). The program
is given the person's height and nothing more. The benchmark prints one row per clip, the totals by exercise, and the error by
condition. With ``--out`` it also writes a Bland–Altman plot (``bland-altman-MODEL.png``) and every pair of numbers
(``pairs-MODEL.csv``).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings
from formcheck.exercises.heel_raise import PEAK_BAND_SHARE
from formcheck.exercises.heel_raise_limits import PARTIAL_SHARE
from formcheck.exercises.hold import measure_hold
from formcheck.exercises.weight_bearing_lunge import PLANTED_CM, find_first_lift
from formcheck.report.schema import Athlete, Rep, SetReport
from formcheck.support.arrays import FloatArray
from formcheck.support.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = {"dorsiflexion": "half-kneeling", "heel_raise": "heel-raise", "heel_raise_single": "heel-raise"}
HEADLINE = {"half-kneeling": ("tibial_inclination_deg", "°"), "heel-raise": ("height_cm", "cm")}
FAULTS = {
    "heel_lift": "heel-lifted",
    "bent_knee": "knee-bent",
    "ball_lost": "ball-lost",
    "foot_slid": "foot-slid",
    "not_lowered": "not-lowered",
    "trunk_lean": "trunk-lean",
}
WATCHED = {*FAULTS.values(), "partial-height"}
# A repetition is found if its peak lies within the true one, plus or minus this.
MATCH_S = 0.3


@dataclass
class ClipResult:
    """The results of one clip: ``pairs`` holds one row for each measured number of a matched repetition."""

    name: str
    model: str
    condition: dict[str, str]
    exercise: str | None
    true_reps: int
    reps: int
    right: dict[str, bool]
    pairs: list[dict[str, Any]] = field(default_factory=list)
    faults: list[tuple[str, bool, bool]] = field(default_factory=list)
    """(code, present, found) for every watched fault of every matched repetition."""


def describe_condition(meta: dict[str, Any]) -> dict[str, str]:
    """Return the clip's conditions in the words of the table."""
    options, body = meta["options"], meta["options"]["body"]
    yaw, height = abs(options["camera_yaw"]), options["camera_height"]
    return {
        "body": body,
        "camera yaw": "front" if yaw > 60 else "0–10°" if yaw <= 10 else "10–30°" if yaw <= 30 else "over 30°",
        "camera height": "low (under 0.5 m)" if height < 0.5 else "hip high" if height <= 1.3 else "high (over 1.3 m)",
        "camera roll": "level" if options["camera_roll"] == 0 else f"turned by {abs(options['camera_roll']):.1f}°",
        "person's size": "small (half the picture)" if options["fill"] < 0.7 else "fills the picture",
        "clothing": f"{options['footwear']}, {options['legwear'].replace('_', ' ')}",
        "light": options["light"],
        "frame rate": f"{meta['fps']:.0f}/s",
        "leg": "far" if options["far"] else "near",
    }


def match_reps(truth: dict[str, Any], reps: list[Rep]) -> list[tuple[dict[str, Any], Rep]]:
    """Pair each true repetition with the one found repetition whose peak lies in it."""
    matched = []
    for true in truth["reps"]:
        hits = [r for r in reps if true["t_start"] - MATCH_S <= r.peak_s <= true["t_end"] + MATCH_S]
        if len(hits) == 1:
            matched.append((true, hits[0]))
    return matched


def is_partial(truth: dict[str, Any], true: dict[str, Any]) -> bool:
    """Whether a repetition's true height is partial by definition (docs/measurements.md), whether or not the clip intended it."""
    straight = [rep["peak"] for rep in truth["reps"] if rep["fault"] != "bent_knee"]
    return bool(true["peak"] < PARTIAL_SHARE * max(straight, default=true["peak"]))


def list_pairs(truth: dict[str, Any], true: dict[str, Any], rep: Rep, kind: str) -> dict[str, tuple[float, float | None]]:
    """Return (true, measured) for every measure of a repetition that has ground truth, as docs/measurements.md defines it."""
    frames = [f for f in truth["frames"] if true["t_start"] <= f["t"] <= true["t_end"]]
    expected = list_true_raise(frames, true) if kind == "heel-raise" else list_true_lunge(frames, true, truth["meta"]["side"])
    pairs: dict[str, tuple[float, float | None]] = {name: (value, rep.measures[name]) for name, value in expected.items()}
    outside = max(true["t_peak_start"] - rep.peak_s, rep.peak_s - true["t_peak_end"], 0.0)
    return {**pairs, "peak_time_s": (0.0, outside)}


def _signals(frames: list[dict[str, Any]], *names: str) -> list[FloatArray]:
    """(T,) course of each of the truth's numbers."""
    return [np.array([f[name] for f in frames]) for name in names]


def list_true_raise(frames: list[dict[str, Any]], true: dict[str, Any]) -> dict[str, float]:
    """Return the true measures of a heel raise whose frames these are; its height alone if their truth holds no more."""
    if "joints_3d" not in frames[0]:
        return {"height_cm": true["peak"]}
    t, heel, pitch, knee = _signals(frames, "t", "heel_height_cm", "foot_pitch_deg", "knee_flexion_deg")
    left, right = (np.array([f["joints_3d"][f"{side}_ankle"] for f in frames])[:, [0, 2]] for side in ("left", "right"))
    gap_cm = 100.0 * np.linalg.norm(left - right, axis=1)
    near_top = heel >= (1.0 - PEAK_BAND_SHARE) * heel.max()
    held = t[near_top]
    return {
        "height_cm": true["peak"],
        "plantarflexion_deg": float(np.abs(pitch - pitch[0])[np.argmax(heel)]),
        "rise_s": float(held[0] - true["t_start"]),
        "hold_s": float(held[-1] - held[0]),
        "lower_s": float(true["t_end"] - held[-1]),
        "knee_flexion_change_deg": float(knee[near_top].max() - min(knee[0], knee[-1])),
        "ankle_drift_cm": float(gap_cm.max() - min(gap_cm[0], gap_cm[-1])),
    }


def list_true_lunge(frames: list[dict[str, Any]], true: dict[str, Any], side: str) -> dict[str, float]:
    """Return the true measures of a mobilization whose frames these are; no knee's place if their truth has no joints in space."""
    t, shank, heel = _signals(frames, "t", "shank_angle_deg", "heel_height_cm")
    before_lift = np.arange(len(heel)) < find_first_lift(heel, PLANTED_CM)
    furthest = frames[int(np.argmax(np.where(before_lift, shank, -np.inf)))].get("joints_3d")
    return {
        "tibial_inclination_deg": true["peak"],
        "valid_peak_deg": float(shank[before_lift].max()),
        "hold_s": measure_hold(t, shank, before_lift),
        "heel_rise_cm": float(heel.max()),
        **({"knee_over_toe_cm": 100.0 * (furthest[f"{side}_knee"][0] - furthest[f"{side}_toe_visible"][0])} if furthest else {}),
    }


def measure_clip(clip: Path, model: str) -> ClipResult:
    """Analyze one clip and compare it with its ground truth; one that is refused counts as one in which nothing was found."""
    truth = json.loads(clip.with_suffix(".json").read_text())
    meta, reps = truth["meta"], len(truth["reps"])
    settings = Settings(athlete=Athlete(height_cm=round(100 * meta["body"]["stature"])), model=model)  # type: ignore[arg-type]
    try:
        return compare_clip(clip, model, run_analysis(clip, settings).report)
    except InputError as refusal:
        print(refusal)
        right = dict.fromkeys(("exercise", "side", "facing"), not reps)
        return ClipResult(clip.stem, model, describe_condition(meta), EXERCISES.get(meta["exercise"]), reps, 0, right)


def compare_clip(clip: Path, model: str, report: SetReport) -> ClipResult:
    """Compare a clip's report with its ground truth."""
    truth = json.loads(clip.with_suffix(".json").read_text())
    meta = truth["meta"]
    kind = EXERCISES.get(meta["exercise"])
    sides = {meta["side"], "both"} if kind == "heel-raise" else {meta["side"]}
    faces = {"image_left": "left", "image_right": "right"}.get(meta["faces"])
    negative = not truth["reps"]
    result = ClipResult(
        clip.stem,
        model,
        describe_condition(meta),
        kind,
        len(truth["reps"]),
        len(report.reps),
        {
            "exercise": negative or report.drill == kind,
            "side": negative or report.side in sides,
            "facing": negative or report.facing == faces,
        },
    )
    for true, rep in match_reps(truth, report.reps) if report.drill == kind and kind else []:
        for name, (expected, seen) in list_pairs(truth, true, rep, kind).items():
            if seen is not None:
                stated = report.quality.expected_error.get(name, np.nan)
                pair = {"clip": clip.stem, "rep": rep.number, "measure": name, "true": expected, "seen": seen, "stated": stated}
                result.pairs.append(pair)
        there = {FAULTS.get(true["fault"])} | ({"partial-height"} if kind == "heel-raise" and is_partial(truth, true) else set())
        result.faults += [(code, code in there, code in rep.faults) for code in WATCHED]
    return result


def summarize_errors(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return bias, MAE, SD, limits of agreement and the SD within a set, by measure."""
    error = pairs.assign(error=pairs["seen"] - pairs["true"])

    def row(group: pd.DataFrame) -> pd.Series:
        e = group["error"]
        within = e - e.groupby(group["clip"]).transform("mean")
        sets = group["clip"].nunique()
        return pd.Series(
            {
                "n": len(e),
                "bias": e.mean(),
                "MAE": e.abs().mean(),
                "SD": e.std(),
                "LoA low": e.mean() - 1.96 * e.std(),
                "LoA high": e.mean() + 1.96 * e.std(),
                "SD within a set": np.sqrt((within**2).sum() / max(1, len(e) - sets)),
                "68 % within": e.abs().quantile(0.68),
                "worst clip": e.abs().groupby(group["clip"]).mean().max(),
            }
        )

    return error.groupby("measure").apply(row, include_groups=False)


# The stated error is a standard error, so 68 % of measurements should lie within it. A share is looked at from so many repetitions.
COVERAGE, COVERAGE_REPS = (0.60, 0.76), 30


def summarize_coverage(results: list[ClipResult]) -> pd.DataFrame:
    """Return, by measure and condition, the share of repetitions that lie within the error stated in their report.

    The repetitions of a clip share most of their error: body, camera and light are the same. So a clip counts as one observation
    in the share's 95 % interval (``low`` to ``high``; Wilson 1927, doi:10.1080/01621459.1927.10502953). With the right error, a
    cell of 30 repetitions of six clips lies outside `COVERAGE` about every second time: ``calibrated`` is "NO" only if the whole
    interval does, and "undecided" if the share does and the interval does not.
    """
    rows = [
        {
            "measure": pair["measure"],
            "condition": condition,
            "clip": result.name,
            "within": abs(pair["seen"] - pair["true"]) <= pair["stated"],
        }
        for result in results
        for pair in result.pairs
        if np.isfinite(pair["stated"])
        for condition in ("all", *(f"{name} {value}" for name, value in result.condition.items()))
    ]
    if not rows:
        return pd.DataFrame()
    cells = pd.DataFrame(rows).groupby(["measure", "condition"])
    found = cells.agg(reps=("within", "size"), clips=("clip", "nunique"), within=("within", "mean")).reset_index()
    spans = [
        binomtest(round(share * clips), clips).proportion_ci(method="wilson")
        for share, clips in zip(found["within"], found["clips"], strict=True)
    ]
    found["low"], found["high"] = [s.low for s in spans], [s.high for s in spans]
    least, most = COVERAGE
    found["calibrated"] = np.select(
        [found["reps"] < COVERAGE_REPS, found["within"].between(least, most), (found["high"] < least) | (found["low"] > most)],
        ["too few", "yes", "NO"],
        "undecided",
    )
    return found


def summarize_conditions(results: list[ClipResult]) -> pd.DataFrame:
    """Return MAE of the headline measure and exact counts by condition."""
    rows = []
    for result in results:
        if result.exercise is None:
            continue
        name, unit = HEADLINE[result.exercise]
        errors = [abs(p["seen"] - p["true"]) for p in result.pairs if p["measure"] == name]
        for condition, value in result.condition.items():
            rows += [
                {"condition": condition, "value": value, "drill": f"{result.exercise} ({unit})", "clip": result.name, "error": e}
                for e in errors
            ]
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    grouped = table.groupby(["condition", "value", "drill"])
    return grouped.agg(clips=("clip", "nunique"), reps=("error", "size"), MAE=("error", "mean"))


def count_faults(results: list[ClipResult]) -> pd.DataFrame:
    """Return precision and recall by fault."""
    table = pd.DataFrame([f for r in results for f in r.faults], columns=["fault", "there", "found"])

    def row(group: pd.DataFrame) -> pd.Series:
        hits = int((group["there"] & group["found"]).sum())
        found, there = int(group["found"].sum()), int(group["there"].sum())
        return pd.Series(
            {
                "there": there,
                "found": found,
                "right": hits,
                "precision": hits / found if found else np.nan,
                "recall": hits / there if there else np.nan,
            }
        )

    return table.groupby("fault").apply(row, include_groups=False)


def write_bland_altman(pairs: pd.DataFrame, path: Path) -> None:
    """Plot measured minus true against their mean, with bias and limits of agreement, one panel for each headline measure."""
    import altair as alt

    shown = pairs[pairs["measure"].isin([name for name, _ in HEADLINE.values()])].copy()
    shown["difference"], shown["mean"] = shown["seen"] - shown["true"], (shown["seen"] + shown["true"]) / 2
    panels = []
    for name, group in shown.groupby("measure"):
        bias, spread = group["difference"].mean(), group["difference"].std()
        lines = pd.DataFrame({"y": [bias, bias - 1.96 * spread, bias + 1.96 * spread], "line": ["bias", "limits", "limits"]})
        points = (
            alt.Chart(group)
            .mark_circle(size=50, opacity=0.7)
            .encode(
                x=alt.X("mean:Q", scale=alt.Scale(zero=False), title="mean of measured and true"),
                y=alt.Y("difference:Q", title="measured − true"),
                color=alt.Color("clip:N", legend=None),
            )
        )
        rules = alt.Chart(lines).mark_rule().encode(y="y:Q", strokeDash="line:N")
        panels.append((points + rules).properties(width=420, height=300, title=str(name)))
    alt.hconcat(*panels).save(str(path), scale_factor=2)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*", type=Path, default=sorted((ROOT / "sample_videos").glob("*.mp4")))
    parser.add_argument("--models", nargs="+", default=["full"], choices=["lite", "full", "heavy"])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with_truth: Callable[[Path], bool] = lambda clip: clip.with_suffix(".json").exists()  # noqa: E731
    for model in options.models:
        print(f"\n## Model {model}\n")
        results = []
        for clip in filter(with_truth, options.clips):
            result = measure_clip(clip, model)
            results.append(result)
            wrong = [name for name, fine in result.right.items() if not fine]
            errors = summarize_errors(pd.DataFrame(result.pairs))["MAE"].round(2).to_dict() if result.pairs else {}
            print(
                f"{result.name:32} reps {result.reps}/{result.true_reps}  {' '.join(f'{k} {v}' for k, v in errors.items())}  "
                f"{'wrong: ' + ', '.join(wrong) if wrong else ''}",
                flush=True,
            )
        pairs = pd.DataFrame([p for r in results for p in r.pairs])
        exact = sum(r.reps == r.true_reps for r in results)
        print(
            f"\ncount exact on {exact} of {len(results)} clips; "
            + ", ".join(f"{name} right on {sum(r.right[name] for r in results)}" for name in ("exercise", "side", "facing"))
        )
        if not pairs.empty:
            print("\n" + summarize_errors(pairs).round(2).to_string())
            print("\n" + count_faults(results).round(2).to_string())
            print("\n" + summarize_conditions(results).round(2).to_string())
            print("\n" + summarize_coverage(results).round(2).to_string(index=False))
            if options.out:
                options.out.mkdir(parents=True, exist_ok=True)
                pairs.to_csv(options.out / f"pairs-{model}.csv", index=False)
                write_bland_altman(pairs, options.out / f"bland-altman-{model}.png")


if __name__ == "__main__":
    main()
