"""Corrections that need new measures: a missed repetition, different borders, or the other leg.

The pose track of the analysis stays the same; the pixels are read again if the video is still available. An analysis is never
changed: each function returns a new one, so that the old one can be kept and restored.
"""

from __future__ import annotations

from dataclasses import replace

from formcheck.analysis import correction
from formcheck.analysis.build_report import make_rep, rate_visibility, span_of, state_errors
from formcheck.analysis.detection import detect_set
from formcheck.analysis.film import Film
from formcheck.analysis.measure import measure, settle_in_view, view_set
from formcheck.analysis.pipeline import Analysis
from formcheck.analysis.refine import Evidence
from formcheck.analysis.set_errors import drop_shaken, measure_rep
from formcheck.analysis.settings import Settings
from formcheck.exercises import PoseExercise
from formcheck.exercises.base import Recording
from formcheck.foot import FootMotion
from formcheck.report.limits import MIN_REP_S
from formcheck.report.schema import Correction, Rep, SetReport, WorkingSide
from formcheck.scene.camera import GIVEN
from formcheck.scene.camera_motion import CameraMotion
from formcheck.signals.reps import RepSpan, span_between
from formcheck.support.errors import InputError, UsageError

# Repetitions in one place share the foot's direction (`flat_feet.lay_feet`); this many neighboring ones help to find it.
NEIGHBORS = 4


def without_rep(analysis: Analysis, number: int) -> Analysis:
    """Return the analysis without a repetition that was counted wrongly."""
    return _with_report(analysis, correction.remove_rep(analysis.report, number))


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
    recording, rep = _measure_between(analysis, start_s, end_s, [span_of(r) for r in analysis.report.reps])
    return _with_report(replace(analysis, recording=recording), correction.add_rep(analysis.report, rep))


def with_borders(analysis: Analysis, number: int, start_s: float, end_s: float) -> Analysis:
    """Return the analysis with a repetition measured between different borders (raises as `with_rep` does)."""
    moved = correction.find_rep(analysis.report, number)
    others = [span_of(rep) for rep in analysis.report.reps if rep is not moved]
    recording, rep = _measure_between(analysis, start_s, end_s, others)
    return _with_report(replace(analysis, recording=recording), correction.move_borders(analysis.report, number, rep))


def with_side(analysis: Analysis, side: WorkingSide) -> Analysis:
    """Return the analysis of another leg.

    If the exercise is seen on that leg, its repetitions are found and measured again. If it is not, or if that leg was the measured
    one all along, only its name changes.
    """
    recording, exercise = _recorded(analysis)
    exercise.check_side(side)
    if side == analysis.report.side:
        raise UsageError(f"The leg of this set is {side} already.")
    found = detect_set(analysis.track, analysis.scene, exercise.name, side)
    if found is None or not found.spans or found.leg == recording.view.side:
        return _with_report(analysis, correction.rename_side(analysis.report, side))
    if not analysis.info.path.is_file():
        raise InputError("The video is no longer here, so the other leg cannot be measured; analyze it again with that leg.")
    film = _film_of(analysis)
    measured = measure(view_set(analysis.track, film, found.exercise, found.leg, found.spans), found.exercise, found.spans, film)
    reps, quality = [measured.rep_at(k) for k in range(len(found.spans))], measured.quality
    step = Correction(
        kind="side", at=correction.now_text(), side_before=analysis.report.side, side_after=side, reps=reps, quality=quality
    )
    return _with_report(replace(analysis, recording=measured.recording), correction.apply_correction(analysis.report, step))


def _measure_between(analysis: Analysis, start_s: float, end_s: float, others: list[RepSpan]) -> tuple[Recording, Rep]:
    """Measure one repetition between two times; also return the recording with the foot's motion during it."""
    recording, exercise = _recorded(analysis)
    if end_s - start_s < MIN_REP_S:
        raise UsageError(f"A rep takes at least {MIN_REP_S:g} seconds; move its borders apart.")
    span = span_between(analysis.track.time_s, analysis.signals["rep_signal"], start_s, end_s)
    if span is None or span.end_s - span.start_s < MIN_REP_S:
        raise UsageError(f"Nobody is seen from {start_s:.1f} to {end_s:.1f} s, so nothing can be measured there.")
    if analysis.info.path.is_file():
        recording = replace(recording, foot=_refine_foot(analysis, recording, span, others))
    kept, lost = drop_shaken(replace(recording, spans=[span]), _film_of(analysis).motion)
    # where the other repetitions start and end shows the set's standing level
    found = measure_rep(replace(kept, spans=[*others, span]), exercise, span, refused=lost.refused[0])
    (values,), (why,) = settle_in_view(recording, exercise, [found], [span], lost.refused)
    return recording, make_rep(0, span, values, why, [], rate_visibility(recording.view, span))


def _refine_foot(analysis: Analysis, recording: Recording, span: RepSpan, others: list[RepSpan]) -> FootMotion:
    """Return the foot's motion with one repetition's part read from the pixels again."""
    (_, exercise), view, evidence = _recorded(analysis), recording.view, Evidence(recording.level, is_placed=True)
    nearest = sorted(others, key=lambda other: abs(other.peak_s - span.peak_s))[:NEIGHBORS]
    spans = _with_rise(analysis, sorted([span, *nearest], key=lambda s: s.start_s))
    evidence.add(view, exercise, spans, _film_of(analysis), key_frames=False)
    seen = exercise.complete_foot(view, span, evidence.settle(view, exercise).foot, evidence.level)
    rows, merged = view.frames_of(span), recording.foot.take(slice(None))
    merged.put(rows, seen.take(rows))
    return merged


def _with_rise(analysis: Analysis, spans: list[RepSpan]) -> list[RepSpan]:
    """Return the same repetitions with the signal's base and peak, which a report does not keep."""
    signal, time_s = analysis.signals["rep_signal"], analysis.track.time_s
    return [span_between(time_s, signal, s.start_s, s.end_s) or s for s in spans]


def _with_report(analysis: Analysis, report: SetReport) -> Analysis:
    """Return the analysis with a corrected report, and with that report's repetitions in the recording.

    A repetition measured by hand may be the first that has a number, whose ± is then stated too.
    """
    recording, _ = _recorded(analysis)
    report = report.model_copy(update={"quality": state_errors(report.quality, report.reps, recording.expected_error)})
    spans = _with_rise(analysis, [span_of(rep) for rep in report.reps])
    return replace(analysis, report=report, recording=replace(recording, spans=spans))


def _film_of(analysis: Analysis) -> Film:
    """Return the film of an analysis, with what the user chose for it."""
    scene, track = analysis.scene, analysis.track
    given_deg = scene.camera.roll.value if scene.camera.roll.source == GIVEN else None
    settings = Settings(athlete=analysis.report.athlete, view=scene.kind, roll_deg=given_deg)
    motion = analysis.motion or CameraMotion.none(track.time_s, analysis.info.width)
    return Film.of(analysis.info, settings, track, motion)


def _recorded(analysis: Analysis) -> tuple[Recording, PoseExercise]:
    if not isinstance(analysis.recording, Recording) or analysis.recording.exercise is None:
        raise UsageError(correction.NOTHING_TO_CORRECT)
    return analysis.recording, analysis.recording.exercise
