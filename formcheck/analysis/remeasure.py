"""Corrections that need new measures: a missed repetition, different borders, or the other leg.

The pose track of the analysis stays the same; the pixels are read again if the video is still available. An analysis is never
changed: each function returns a new one, so that the old one can be kept and restored.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import cast

from formcheck.analysis.build_report import make_rep, settle_measures
from formcheck.analysis.camera_error import measure_with_camera
from formcheck.analysis.correction import add_rep, apply_correction, find_rep, move_borders, now_text, remove_rep, rename_side
from formcheck.analysis.detection import Detection, detect_set, frames_of_set
from formcheck.analysis.pipeline import Analysis, list_signals, measure_set, steady_reader
from formcheck.analysis.quality import assess_quality
from formcheck.analysis.refine import read_again, refine_reps
from formcheck.exercises.base import Recording
from formcheck.foot import FootMotion
from formcheck.report.schema import Correction, Rep, SetReport, WorkingSide
from formcheck.scene.camera_motion import CameraMotion
from formcheck.signals.reps import RepSpan, span_between
from formcheck.support.errors import InputError, UsageError

# A movement shorter than this is not a repetition of any exercise (the exercises' own rules start at 0.6 s).
MIN_REP_S = 0.4
# One ball of the foot is found for all repetitions read together (`formcheck.foot.solve_turns`); this many neighboring repetitions
# help to find it.
NEIGHBORS = 4


def without_rep(analysis: Analysis, number: int) -> Analysis:
    """Return the analysis without a repetition that was counted wrongly."""
    return _with_report(analysis, remove_rep(analysis.report, number))


def with_rep(analysis: Analysis, start_s: float, end_s: float) -> Analysis:
    """Return the analysis with a missed repetition, measured between two times in the video.

    Raises
    ------
    UsageError
        If the borders cannot be a repetition's: too close, outside the video, over another repetition, or with nobody seen.
    InputError
        If the video is gone: the foot's pixels between these times were never read.
    """
    if not analysis.info.path.is_file():
        raise InputError("The video is no longer here, so a missed rep cannot be measured; analyze it again.")
    recording, rep = _measure_between(analysis, start_s, end_s, [_span_of(r) for r in analysis.report.reps])
    return _with_report(_with_recording(analysis, recording), add_rep(analysis.report, rep))


def with_borders(analysis: Analysis, number: int, start_s: float, end_s: float) -> Analysis:
    """Return the analysis with a repetition measured between different borders (raises as `with_rep` does)."""
    moved = find_rep(analysis.report, number)
    others = [_span_of(rep) for rep in analysis.report.reps if rep is not moved]
    recording, rep = _measure_between(analysis, start_s, end_s, others)
    return _with_report(_with_recording(analysis, recording), move_borders(analysis.report, number, rep))


def with_side(analysis: Analysis, side: WorkingSide) -> Analysis:
    """Return the analysis of another leg.

    If the exercise is seen on that leg, its repetitions are found and measured again. If it is not, or if that leg was the measured
    one all along, only its name changes.
    """
    detection = _detected(analysis)
    if side == "both" and not detection.exercise.standing:
        raise UsageError(f"In the {detection.exercise.title.lower()} one leg works; choose left or right.")
    if side == analysis.report.side:
        raise UsageError(f"The leg of this set is {side} already.")
    found = detect_set(analysis.track, analysis.scene, detection.exercise.name, side)
    if found is None or not found.spans or found.leg == detection.leg:
        renamed = replace(analysis, detection=replace(detection, side=side))
        return _with_report(renamed, rename_side(analysis.report, side))
    if not analysis.info.path.is_file():
        raise InputError("The video is no longer here, so the other leg cannot be measured; analyze it again with that leg.")
    scale = analysis.report.scale.cm_per_px
    recording, measures, picture = measure_set(analysis.info, analysis.track, analysis.scene, found, scale, _motion_of(analysis))
    frames = frames_of_set(analysis.track, found.spans)
    quality = assess_quality(
        analysis.info, analysis.track, recording.view.scene, found.leg, found.exercise, frames, scale is not None, picture
    )
    settled = zip(found.spans, *settle_measures(found.exercise, measures, found.spans), strict=True)
    reps = [make_rep(k, span, values, [], analysis.track, found.leg, why) for k, (span, values, why) in enumerate(settled, 1)]
    step = Correction(kind="side", at=now_text(), side_before=analysis.report.side, side_after=side, reps=reps, quality=quality)
    other = replace(analysis, scene=recording.view.scene, detection=found)
    return _with_report(_with_recording(other, recording), apply_correction(analysis.report, step))


def _measure_between(analysis: Analysis, start_s: float, end_s: float, others: list[RepSpan]) -> tuple[Recording, Rep]:
    """Measure one repetition between two times; also return the recording with the foot's motion during it."""
    detection, recording = _detected(analysis), _recorded(analysis)
    if end_s - start_s < MIN_REP_S:
        raise UsageError(f"A rep takes at least {MIN_REP_S:g} seconds; move its borders apart.")
    span = span_between(analysis.track.time_s, analysis.signals["rep_signal"], start_s, end_s)
    if span is None or span.end_s - span.start_s < MIN_REP_S:
        raise UsageError(f"Nobody is seen from {start_s:.1f} to {end_s:.1f} s, so nothing can be measured there.")
    if analysis.info.path.is_file():
        recording = replace(recording, foot=_refine_foot(analysis, recording, span, others))
    _, measures, _ = measure_with_camera(replace(recording, spans=[span]), detection.exercise, _motion_of(analysis))
    (values,), (why,) = settle_measures(detection.exercise, measures, [span])
    return recording, make_rep(0, span, values, [], analysis.track, detection.leg, why)


def _refine_foot(analysis: Analysis, recording: Recording, span: RepSpan, others: list[RepSpan]) -> FootMotion:
    """Return the foot's motion with one repetition's part read from the pixels again."""
    exercise, view = _detected(analysis).exercise, recording.view
    nearest = sorted(others, key=lambda other: abs(other.peak_s - span.peak_s))[:NEIGHBORS]
    spans = sorted([span, *nearest], key=lambda s: s.start_s)
    read = steady_reader(_motion_of(analysis), read_again(analysis.info, view.track))
    second = refine_reps(view, exercise, _with_rise(analysis, spans), read, key_frames=False)
    seen = exercise.complete_foot(view, span, second.foot)
    rows, merged = view.frames_of(span), recording.foot.take(slice(None))
    merged.put(rows, seen.take(rows))
    return merged


def _with_rise(analysis: Analysis, spans: list[RepSpan]) -> list[RepSpan]:
    """Return the same repetitions with the signal's base and peak, which a report does not keep."""
    signal, time_s = analysis.signals["rep_signal"], analysis.track.time_s
    return [span_between(time_s, signal, s.start_s, s.end_s) or s for s in spans]


def _with_recording(analysis: Analysis, recording: Recording) -> Analysis:
    return replace(analysis, recording=recording, signals=list_signals(recording, _detected(analysis)))


def _with_report(analysis: Analysis, report: SetReport) -> Analysis:
    """Return the analysis with a corrected report, and with that report's repetitions in the detection."""
    spans = _with_rise(analysis, [_span_of(rep) for rep in report.reps])
    return replace(analysis, report=report, detection=replace(_detected(analysis), spans=spans))


def _span_of(rep: Rep) -> RepSpan:
    return RepSpan(rep.start_s, rep.peak_s, rep.end_s, math.nan, math.nan)


def _motion_of(analysis: Analysis) -> CameraMotion:
    return analysis.motion or CameraMotion.none(analysis.track.time_s, analysis.info.width)


def _detected(analysis: Analysis) -> Detection:
    if analysis.detection is None:
        raise UsageError(
            "No exercise was recognized, so there is nothing to correct; analyze the video again and name the exercise."
        )
    return analysis.detection


def _recorded(analysis: Analysis) -> Recording:
    _detected(analysis)
    return cast(Recording, analysis.recording)
