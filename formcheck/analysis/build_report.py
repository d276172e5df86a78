"""Build the report from the measurements: the last step of the analysis, which measures nothing itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

import numpy as np

from formcheck.analysis.not_counted import Uncounted
from formcheck.analysis.settings import Settings
from formcheck.exercises import Exercise
from formcheck.exercises.base import Recording
from formcheck.exercises.short_foot import StickerRecording
from formcheck.pose.track import Landmark
from formcheck.report.form import count_form
from formcheck.report.limits import LIMITS, drop_impossible, is_possible
from formcheck.report.schema import (
    Athlete,
    FaultCode,
    Quality,
    QualityWarning,
    Rep,
    RepEvidence,
    SetReport,
    Software,
    Summary,
    Unmeasured,
    VideoPart,
    ViewPart,
    WorkingSide,
)
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.video.reader import VideoInfo

# What is not known of a repetition that the recording's end cut off.
WAY_BACK = ("hold_s", "lower_s", "left_up_pct")
ENDED = "the recording ended before the movement did"
SHAKEN = "the camera moved too much"


@dataclass(frozen=True)
class Measured:
    """A measured set, repetition by repetition.

    Attributes
    ----------
    recording
        What was measured.
    measures, reasons
        By name, the values and why a value is not known.
    faults
        The faults found.
    visibility
        How well each repetition was seen, 0 to 1.
    quality
        How far the recording can be trusted.
    evidence
        Which sources a measure was combined from; empty if no measure has several.
    """

    recording: Recording | StickerRecording
    measures: list[dict[str, float]]
    reasons: list[dict[str, str]]
    faults: list[list[FaultCode]]
    visibility: list[float]
    quality: Quality
    evidence: list[list[RepEvidence]] = field(default_factory=list)

    def rep_at(self, k: int) -> Rep:
        """Return the repetition at index ``k`` in the report's form."""
        evidence = self.evidence[k] if self.evidence else []
        span = self.recording.spans[k]
        return make_rep(k + 1, span, self.measures[k], self.reasons[k], self.faults[k], self.visibility[k], evidence)


def assemble_report(
    info: VideoInfo,
    settings: Settings,
    measured: Measured,
    side: WorkingSide | None,
    software: Software,
    uncounted: Uncounted | None = None,
) -> SetReport:
    """Return the report of a measured set.

    ``side`` is the working side, None if no exercise was seen; ``uncounted`` are the movements that were not counted.
    """
    uncounted = uncounted or Uncounted()
    recording, scene, quality = measured.recording, measured.recording.scene, measured.quality
    if uncounted.message:
        others = [warning for warning in quality.warnings if warning.code != "no-exercise"]
        nothing = QualityWarning(code="no-exercise", message=uncounted.message)
        quality = quality.model_copy(update={"warnings": [nothing, *others]})
    reps = [measured.rep_at(k) for k in range(len(recording.spans))]
    exercise, athlete = recording.exercise, settings.athlete
    return SetReport(
        origin=settings.origin,
        recorded_at=info.recorded_at,
        video=VideoPart(
            file=info.path.name,
            duration_s=round(max(info.duration_s, float(recording.time_s[-1])), 3),
            fps=round(info.fps, 3),
            frames=len(recording.time_s),
            width=info.width,
            height=info.height,
            rotation_deg=info.rotation_deg,
        ),
        exercise=exercise.name if exercise else None,
        exercise_source="given" if settings.exercise != "auto" else "detected",
        side=side,
        side_source="given" if settings.side != "auto" else "detected",
        facing=scene.facing,
        view=ViewPart(kind=scene.kind, yaw_deg=scene.yaw_deg, roll_deg=round(scene.camera.roll.value, 2)),
        scale=recording.scale,
        athlete=athlete,
        reps=reps,
        summary=summarize_reps(exercise, measured.measures, reps, athlete) if exercise else Summary(rep_count=0),
        not_counted=uncounted.movements,
        quality=state_errors(quality, reps, quality.expected_error),
        series=None,
        software=software,
        condition=settings.condition,
    )


def state_errors(quality: Quality, reps: Sequence[Rep], errors: Mapping[str, float]) -> Quality:
    """Return the quality with the ``errors`` of the measures that at least one repetition has: a ± is that of a number."""
    measured = {name: error for name, error in errors.items() if any(rep.measures.get(name) is not None for rep in reps)}
    return quality.model_copy(update={"expected_error": measured})


def name_software(model: str, model_sha256: str = "") -> Software:
    """Return the versions that a report depends on; ``model`` is what followed the landmarks or stickers."""
    return Software(formcheck=version("formcheck"), mediapipe=version("mediapipe"), model=model, model_sha256=model_sha256)


def settle_measures(
    exercise: Exercise,
    measures: Sequence[Mapping[str, float]],
    spans: Sequence[RepSpan],
    shaken: Sequence[bool] | None = None,
    foot_px: float = math.inf,
    *,
    heel_hidden: bool = False,
) -> tuple[list[dict[str, float]], list[dict[str, str]]]:
    """Return a set's measures without anatomically impossible values, and by measure why a value is unknown (`report.limits`).

    ``shaken`` says of each repetition whether the camera's motion spoiled its lengths; ``foot_px`` and ``heel_hidden`` are as in
    `Exercise.explain_gaps`.
    """
    kept, reasons = drop_impossible(measures, [span.rise for span in spans])
    gaps = [
        dict.fromkeys((name for name in WAY_BACK if math.isnan(values.get(name, 0.0))), ENDED) if span.cut_off else {}
        for values, span in zip(kept, spans, strict=True)
    ]
    explained = [exercise.explain_gaps(values, foot_px, heel_hidden=heel_hidden) for values in kept]
    for k, (values, spoiled) in enumerate(zip(measures, shaken or [False] * len(spans), strict=True)):
        # an angle that cannot be read has its own reason
        if spoiled and not math.isnan(values.get("tibial_inclination_deg", 0.0)):
            explained[k] = dict.fromkeys(explained[k], SHAKEN)
    return kept, [gap | unknown | why for gap, unknown, why in zip(gaps, explained, reasons, strict=True)]


def drop_impossible_frames(signals: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return (T,) signals by name, NaN on the frames whose value is anatomically impossible."""
    kept = dict(signals)
    for name in signals.keys() & LIMITS.keys():
        low, high = LIMITS[name].low, LIMITS[name].high
        with np.errstate(invalid="ignore"):
            kept[name] = np.where((signals[name] >= low) & (signals[name] <= high), signals[name], np.nan)
    return kept


def make_rep(
    number: int,
    span: RepSpan,
    measures: Mapping[str, float],
    reasons: Mapping[str, str],
    faults: list[FaultCode],
    visibility: float,
    evidence: Sequence[RepEvidence] = (),
) -> Rep:
    """Return one repetition in the report's form: measures to four decimals, NaN as null, with the ``reasons`` by measure."""
    return Rep(
        number=number,
        start_s=span.start_s,
        peak_s=span.peak_s,
        end_s=span.end_s,
        cut_off=span.cut_off,
        faults=faults,
        confidence=visibility,
        unmeasured=[Unmeasured(measure=name, reason=reason) for name, reason in reasons.items()],
        evidence=list(evidence),
        **{name: round(value, 4) for name, value in measures.items()},
    )


def span_of(rep: Rep) -> RepSpan:
    """Return where a report's repetition is in time; its signal is not known."""
    return RepSpan.marked(rep.start_s, rep.peak_s, rep.end_s, cut_off=rep.cut_off)


def rate_visibility(view: View, span: RepSpan) -> float:
    """Return the share of a repetition's frames on which the leg was seen, times the landmarker's mean visibility of it."""
    parts = [Landmark.of(view.side, p) for p in ("knee", "ankle", "heel", "foot_index")]
    return round(float(view.track.visibility[view.frames_of(span)][:, parts].mean()), 3)


def _explain_no_headline(exercise: Exercise, headline: str, values: Sequence[float], reps: Sequence[Rep]) -> str:
    """Return why the set has no headline: if no rep has one, the most common reason of the reps themselves, where it is known."""
    own = Counter(gap.reason for rep in reps for gap in rep.unmeasured if gap.measure == headline)
    if own and not np.isfinite(values).any():
        return own.most_common(1)[0][0]
    return exercise.explain_no_headline(values)


def summarize_reps(exercise: Exercise, measures: list[dict[str, float]], reps: list[Rep], athlete: Athlete) -> Summary:
    """Return the set's summary from the measures of its repetitions (NaN where not measured)."""
    if not reps:
        return Summary(rep_count=0)
    headline = exercise.headline_of(measures)
    every = [m[headline] for m in measures]
    faults = [rep.faults for rep in reps]
    chosen = exercise.choose_reps(every, faults)
    missing = [] if chosen else [Unmeasured(measure="headline", reason=_explain_no_headline(exercise, headline, every, reps))]
    values, form = np.array(every)[np.isfinite(every)], count_form(reps)
    extra = exercise.summarize(measures, [span_of(rep) for rep in reps], chosen, athlete.mass_kg)
    return Summary(
        rep_count=len(reps),
        headline=float(np.mean([every[k] for k in chosen])) if chosen else None,
        headline_reps=[reps[k].number for k in chosen],
        best=float(values.max()) if len(values) else None,
        mean=float(values.mean()) if len(values) else None,
        sd=float(values.std(ddof=1)) if len(values) > 1 else None,
        clean_reps=form.faultless,
        unjudged_reps=form.unjudged,
        unmeasured=missing,
        **{name: round(value, 4) if is_possible(name, value) else None for name, value in extra.items()},
    )
