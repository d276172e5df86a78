"""From the repetitions in a view to their measures: the same call for the set of a film and for a live one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from formcheck.analysis.build_report import Measured, drop_impossible_frames, rate_visibility, settle_measures
from formcheck.analysis.detection import frames_of_set
from formcheck.analysis.film import Film
from formcheck.analysis.key_frames import correct_by_keys, scale_of
from formcheck.analysis.quality import assess_quality, judge_film
from formcheck.analysis.refine import Evidence, PictureQuality, Refinement
from formcheck.analysis.set_errors import SetErrors, drop_shaken, measure_height_error, measure_rep, measure_shank_error
from formcheck.analysis.viewpoint import hides_heel, refuses_angle
from formcheck.exercises import PoseExercise
from formcheck.exercises.base import Recording
from formcheck.foot import FOOT_PER_SHANK, FootMotion
from formcheck.pose.track import PoseTrack, Side
from formcheck.report.schema import Athlete, Quality, Reading, RepEvidence
from formcheck.scene.camera_from_all import estimate_camera
from formcheck.scene.foot_yaw import find_foot_yaw
from formcheck.scene.scene import SHANK_PER_HEIGHT, Scene, observe_scene
from formcheck.scene.view import View
from formcheck.signals.evidence import Estimate, fuse
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.support.progress import Progress


def view_set(track: PoseTrack, film: Film, exercise: PoseExercise | None, leg: Side, spans: Sequence[RepSpan]) -> View:
    """Return the view of a set: its scene is read from its own frames, those from its first repetition to its last."""
    settings, size = film.settings, (film.info.width, film.info.height)
    standing = exercise is not None and exercise.standing
    frames = frames_of_set(track, list(spans))
    scene = observe_scene(track, size, frames=frames, view=settings.view, roll_deg=settings.roll_deg, standing=standing)
    return View(track, scene, leg)


def measure(
    view: View,
    exercise: PoseExercise | None,
    spans: Sequence[RepSpan],
    film: Film,
    evidence: Evidence | None = None,
    *,
    key_frames: bool = True,
    progress: Progress | None = None,
) -> Measured:
    """Read the repetitions' pixels and measure them: one repetition or all.

    Parameters
    ----------
    exercise
        None if no exercise was seen; there are no repetitions then.
    evidence
        What the pixels of the first repetitions have shown already; those are not read again. The rest is added to it.
    key_frames
        Whether there is time to read key frames with the heavy model.
    """
    cm_per_px = find_scale(view.scene, film.settings.athlete)
    if exercise is None:
        nothing = Refinement(FootMotion.empty(len(view.track)), [])
        unseen = make_recording(view, None, [], nothing, cm_per_px)
        return Measured(unseen, [], [], [], [], rate_recording(unseen, film, nothing.picture, SetErrors()))
    spans = see_spans(view, exercise, spans)
    evidence = evidence or Evidence()
    evidence.add(view, exercise, spans, film, key_frames=key_frames, progress=progress)
    seen = evidence.settle(view, exercise)
    recording = make_recording(view, exercise, spans, seen, cm_per_px)
    recording, lost = drop_shaken(recording, film.motion)
    own = measure_height_error(recording, exercise), measure_shank_error(recording, seen.keys)
    hangs = seen.level is None and not hides_heel(recording.scene, exercise) and exercise.may_hang(recording.view, spans)
    errors = SetErrors(lost.error_cm, sum(lost.refused), *own, seen.foot_px is not None, hangs)
    quality = rate_recording(recording, film, seen.picture, errors)
    recording = replace(recording, expected_error=quality.expected_error)
    measures = [measure_rep(recording, exercise, span, refused=no) for span, no in zip(spans, lost.refused, strict=True)]
    judged = judge(recording, exercise, measures, quality, lost.refused)
    return replace(judged, evidence=[list_evidence(recording, seen, k, values) for k, values in enumerate(judged.measures)])


def see_spans(view: View, exercise: PoseExercise, spans: Sequence[RepSpan]) -> list[RepSpan]:
    """Return repetitions with base and peak as this view shows them: they were found in another one, with another scale."""
    signal, seen = exercise.compute_signal(view), []
    for span in spans:
        within = signal[view.frames_of(span)]
        base, peak = float(max(within[0], within[-1]) if span.came_back else within[0]), float(np.max(within))
        seen.append(replace(span, base=base, peak=peak) if np.isfinite(base + peak) else span)
    return seen


def list_evidence(recording: Recording, seen: Refinement, number: int, measures: Mapping[str, float]) -> list[RepEvidence]:
    """Return which sources a repetition's height, or its shank's inclination, was combined from (``number`` counts from 0)."""
    raised = seen.raises[number] if number < len(seen.raises) else None
    if raised is not None and raised.rise.known and raised.rise.value > 0:
        name = "height_cm" if recording.cm_per_px else "height_pct_foot"
        return _combine(name, measures, raised.estimates, raised.rise, measures.get(name, np.nan) / raised.rise.value)
    peak = recording.view.at(recording.spans[number].peak_s)
    key = next((k for k in seen.keys if k.frame == peak), None)
    if key is None or recording.exercise is None or not recording.exercise.reads_shank:
        return []
    read = key.read_inclination(recording.scene)
    ankle = np.broadcast_to(recording.view.leg.ankle[peak], (len(read), 2))
    level = recording.scene.correct_inclination(np.array([e.value for e in read]), ankle)
    estimates = [replace(e, value=float(value)) for e, value in zip(read, level, strict=True)]
    return _combine("tibial_inclination_deg", measures, estimates, fuse(estimates), 1.0)


def _combine(
    name: str, measures: Mapping[str, float], estimates: Sequence[Estimate], together: Estimate, unit: float
) -> list[RepEvidence]:
    """Return the evidence of one measure, ``unit`` of which make one of the estimates'; none if the measure is not known."""
    if not np.isfinite(measures.get(name, np.nan)) or not np.isfinite(unit) or not together.known:
        return []
    value, sd = together.value * unit, together.sd * unit
    readings = [Reading(source=e.source, value=round(e.value * unit, 2), sd=round(e.sd * unit, 2)) for e in estimates if e.known]
    return [RepEvidence(measure=name, source=together.source, value=round(value, 2), sd=round(sd, 2), readings=readings)]


def find_scale(scene: Scene, athlete: Athlete) -> float | None:
    """Centimeters per pixel from the person's height: a shank is 0.246 of it (Winter 2009, fig. 4.1); None if it is not known."""
    if athlete.height_cm is None or not scene.shank_px > 0:
        return None
    return SHANK_PER_HEIGHT * athlete.height_cm / scene.shank_px


def make_recording(
    view: View, exercise: PoseExercise | None, spans: Sequence[RepSpan], seen: Refinement, cm_per_px: float | None
) -> Recording:
    """Combine the tracked landmarks with what the repetitions' pixels show."""
    tops = {view.at(span.peak_s): span for span in spans}
    at_top = [key.frame in tops for key in seen.keys]
    view = view.with_scene(place_camera(view, exercise, seen, at_top))
    scene, foot, inclination = view.scene, seen.foot, np.full(len(view.track), np.nan)
    if exercise is not None:
        if not refuses_angle(scene, view.side):
            tracked = view.inclination()
            if seen.keys:
                read = np.array([fuse(key.read_inclination(scene)).value for key in seen.keys])
                reps = [view.frames_of(tops[key.frame]) if key.frame in tops else None for key in seen.keys]
                tracked = correct_by_keys(tracked, read, [key.frame for key in seen.keys], reps)
            inclination = scene.correct_inclination(tracked, view.leg.ankle)
        for span in spans:
            foot = exercise.complete_foot(view, span, foot, seen.level)
    foot_px = _measure_foot(view, exercise, spans, seen)
    return Recording(view, cm_per_px, foot_px, inclination, foot, spans, exercise, level=seen.level)


def _measure_foot(view: View, exercise: PoseExercise | None, spans: Sequence[RepSpan], seen: Refinement) -> float:
    """Return the foot's length in the scale of the body, pixels: as filmed, or the usual one of a body of that size."""
    if seen.foot_px is None or exercise is None or not spans:
        return FOOT_PER_SHANK * view.scene.shank_px
    return seen.foot_px / float(np.median([exercise.magnify_foot(view, span) for span in spans]))


def place_camera(view: View, exercise: PoseExercise | None, seen: Refinement, at_top: Sequence[bool]) -> Scene:
    """Return the scene with the set's camera; key frames at rest, not ``at_top``, also show where the foot points.

    The key frames show the camera of an exercise whose shank is read: its feet stand apart, and its yaw turns the angle.
    """
    if exercise is None or not seen.keys:
        return replace(view.scene, camera=estimate_camera(view.scene, view.side, seen.turn))
    points = np.array([key.points for key in seen.keys])
    poses = points if exercise.reads_shank else None
    scene = replace(view.scene, camera=estimate_camera(view.scene, view.side, seen.turn, poses, exercise.usual_pitch_deg))
    resting = points[~np.array(at_top)]
    return replace(scene, foot_yaw_deg=find_foot_yaw(resting, view.side, scene)) if len(resting) else scene


def rate_recording(recording: Recording, film: Film, picture: PictureQuality, errors: SetErrors) -> Quality:
    """Return how far a set's recording can be trusted; its measures and faults allow for the errors that it expects."""
    frames = frames_of_set(recording.view.track, list(recording.spans))
    followed = judge_film(film.info, recording.time_s, film.settings.max_fps)
    scaled = recording.cm_per_px is not None
    return assess_quality(followed, recording.view, recording.exercise, frames, picture, errors, scaled=scaled)


def judge(
    recording: Recording,
    exercise: PoseExercise,
    measures: list[dict[str, float]],
    quality: Quality,
    shaken: Sequence[bool] | None = None,
) -> Measured:
    """Judge what was measured: impossible values, and the faults; ``shaken`` as in `settle_measures`."""
    spans = list(recording.spans)
    measures, reasons = settle_in_view(recording, exercise, measures, spans, shaken)
    faults = exercise.find_faults(measures, spans, quality.expected_error)
    visibility = [rate_visibility(recording.view, span) for span in spans]
    return Measured(recording, measures, reasons, faults, visibility, quality)


def settle_in_view(
    recording: Recording,
    exercise: PoseExercise,
    measures: Sequence[Mapping[str, float]],
    spans: Sequence[RepSpan],
    shaken: Sequence[bool] | None = None,
) -> tuple[list[dict[str, float]], list[dict[str, str]]]:
    """Return what `settle_measures` does, with the reasons that the recording's view gives: a small foot, a hidden heel."""
    foot_px, hidden = recording.foot_px * scale_of(recording.view), hides_heel(recording.scene, exercise)
    return settle_measures(exercise, measures, spans, shaken, foot_px, heel_hidden=hidden)


def list_signals(recording: Recording) -> dict[str, FloatArray]:
    """Return the (T,) signals over time, by name: angles in degrees, lengths in cm and in % of the foot.

    There are none if no exercise was seen.
    """
    if recording.exercise is None:
        return {}
    rise = recording.foot.heel_rise_px
    signals = {
        "tibial_inclination_deg": recording.inclination_deg,
        "heel_rise_cm": rise * (recording.cm_per_px or np.nan),
        "heel_rise_pct_foot": 100 * rise / recording.foot_px,
        "foot_turn_deg": recording.foot.turn_deg,
        "knee_flexion_deg": recording.view.leg.knee_flexion(),
        "rep_signal": recording.exercise.compute_signal(recording.view),
        **recording.exercise.list_signals(recording),
    }
    return drop_impossible_frames(signals)
