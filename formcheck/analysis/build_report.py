"""Build the report from the measurements: the last step of the analysis, which measures nothing itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.analysis.detection import Detection
from formcheck.analysis.quality import assess_quality
from formcheck.analysis.refine import PictureQuality
from formcheck.exercises import Exercise
from formcheck.pose.bundles import ModelName, find_bundle
from formcheck.pose.track import Landmark, PoseTrack, Side
from formcheck.report.limits import LIMITS, Limit, drop_impossible, is_possible
from formcheck.report.schema import (
    Athlete,
    FaultCode,
    Rep,
    ScalePart,
    SetReport,
    Software,
    Summary,
    Unmeasured,
    VideoPart,
    ViewPart,
)
from formcheck.scene.scene import Scene
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.video.reader import VideoInfo


def assemble_report(
    info: VideoInfo,
    track: PoseTrack,
    scene: Scene,
    scale: ScalePart,
    detection: Detection | None,
    measures: list[dict[str, float]],
    athlete: Athlete,
    model: ModelName,
    origin: Literal["video", "live"],
    given: tuple[bool, bool],
    frames: NDArray[np.bool_],
    picture: PictureQuality,
) -> SetReport:
    """Return the report of what the analysis found.

    Parameters
    ----------
    detection, measures
        The exercise and the measures of its repetitions; None and empty if no exercise was seen.
    given
        Whether the user named the exercise and the side.
    frames
        (T,) the frames of the set.
    picture
        How good the pictures were, as far as they were read again.
    """
    leg = detection.leg if detection else None
    quality = assess_quality(
        info, track, scene, leg, detection.exercise if detection else None, frames, scale.cm_per_px is not None, picture
    )
    spans = detection.spans if detection else []
    measures, reasons = settle_measures(detection.exercise, measures, spans) if detection else ([], [])
    faults = detection.exercise.find_faults(measures, spans, quality.expected_error) if detection else []
    reps = [
        make_rep(number, span, values, found, track, leg, why)
        for number, (span, values, found, why) in enumerate(zip(spans, measures, faults, reasons, strict=True), start=1)
    ]
    return SetReport(
        origin=origin,
        recorded_at=info.recorded_at,
        video=VideoPart(
            file=info.path.name,
            duration_s=round(max(info.duration_s, float(track.time_s[-1])), 3),
            fps=round(info.fps, 3),
            frames=len(track),
            width=info.width,
            height=info.height,
            rotation_deg=info.rotation_deg,
        ),
        exercise=detection.exercise.name if detection else None,
        exercise_source="given" if given[0] else "detected",
        side=detection.side if detection else None,
        side_source="given" if given[1] else "detected",
        facing=scene.facing,
        view=ViewPart(kind=scene.kind, yaw_deg=scene.yaw_deg, roll_deg=scene.roll_deg),
        scale=scale,
        athlete=athlete,
        reps=reps,
        summary=summarize_reps(detection.exercise, measures, reps, athlete) if detection else Summary(rep_count=0),
        quality=quality,
        series=None,
        software=Software(
            formcheck=version("formcheck"),
            mediapipe=version("mediapipe"),
            model=model,
            model_sha256=find_bundle(model).sha256,
        ),
    )


def settle_measures(
    exercise: Exercise, measures: Sequence[Mapping[str, float]], spans: Sequence[RepSpan]
) -> tuple[list[dict[str, float]], list[dict[str, str]]]:
    """Return a set's measures without anatomically impossible values, and by measure why a value is unknown (`report.limits`)."""
    kept, reasons = drop_impossible(measures, [span.rise for span in spans])
    return kept, [exercise.explain_gaps(values) | why for values, why in zip(kept, reasons, strict=True)]


def drop_impossible_frames(signals: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return (T,) signals by name, NaN on the frames whose value is anatomically impossible."""
    return {name: _within(LIMITS.get(name), values) for name, values in signals.items()}


def _within(limit: Limit | None, values: FloatArray) -> FloatArray:
    if limit is None:
        return values
    with np.errstate(invalid="ignore"):
        return np.where((values >= limit.low) & (values <= limit.high), values, np.nan)


def make_rep(
    number: int,
    span: RepSpan,
    measures: Mapping[str, float],
    faults: list[FaultCode],
    track: PoseTrack,
    leg: Side | None,
    reasons: Mapping[str, str],
) -> Rep:
    """Return one repetition in the report's form: measures to four decimals, NaN as null, with the ``reasons`` by measure."""
    return Rep(
        number=number,
        start_s=span.start_s,
        peak_s=span.peak_s,
        end_s=span.end_s,
        faults=faults,
        confidence=_confidence(track, leg, span.start_s, span.end_s),
        unmeasured=[Unmeasured(measure=name, reason=reason) for name, reason in reasons.items()],
        **{name: round(value, 4) for name, value in measures.items()},
    )


def _confidence(track: PoseTrack, leg: str | None, start_s: float, end_s: float) -> float:
    """Share of the rep's frames on which the working leg was seen, times the landmarker's mean visibility of it."""
    frames = (track.time_s >= start_s) & (track.time_s <= end_s)
    if leg is None or not frames.any():
        return 0.0
    parts = [Landmark.of("left" if leg == "left" else "right", p) for p in ("knee", "ankle", "heel", "foot_index")]
    return round(float(np.clip(track.visibility[frames][:, parts].mean(), 0.0, 1.0)), 3)


def summarize_reps(exercise: Exercise, measures: list[dict[str, float]], reps: list[Rep], athlete: Athlete) -> Summary:
    """Return the set's summary from the measures of its repetitions (NaN where not measured)."""
    if not reps:
        return Summary(rep_count=0)
    headline = exercise.headline_of(measures)
    every = [m[headline] for m in measures]
    faults = [rep.faults for rep in reps]
    chosen = exercise.choose_reps(every, faults)
    missing = [] if chosen else [Unmeasured(measure="headline", reason=exercise.explain_no_headline(every, faults))]
    values = np.array(every)[np.isfinite(every)]
    spans = [RepSpan(rep.start_s, rep.peak_s, rep.end_s, math.nan, math.nan) for rep in reps]
    extra = exercise.summarize(measures, spans, chosen, athlete.mass_kg)
    return Summary(
        rep_count=len(reps),
        headline=float(np.mean([every[k] for k in chosen])) if chosen else None,
        headline_reps=[reps[k].number for k in chosen],
        best=float(values.max()) if len(values) else None,
        mean=float(values.mean()) if len(values) else None,
        sd=float(values.std(ddof=1)) if len(values) > 1 else None,
        clean_reps=sum(not rep.faults for rep in reps),
        unmeasured=missing,
        **{name: round(value, 4) if is_possible(name, value) else None for name, value in extra.items()},
    )
