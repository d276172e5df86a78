"""Measuring a live set: each repetition's frames, kept in the ring, are read again as soon as it has ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import numpy as np

from formcheck.analysis.build_report import settle_measures
from formcheck.analysis.detection import Detection, frames_of_set
from formcheck.analysis.pipeline import find_scale, make_recording
from formcheck.analysis.quality import assess_quality
from formcheck.analysis.refine import MAX_KEY_REPS, KeyPose, Picture, PictureQuality, Refinement, refine_reps
from formcheck.exercises import PoseExercise
from formcheck.foot import FootMotion
from formcheck.live.ring import FrameRing
from formcheck.pose.track import PoseTrack, Side
from formcheck.report.schema import Athlete, FaultCode
from formcheck.scene.camera_from_edges import CameraTurn
from formcheck.scene.scene import Scene, clean_track, observe_scene
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from formcheck.video.reader import VideoInfo

# A raise is measured live when it ends, without the evidence of the set's later ones: its height is known half as well. Chosen by
# trial on the sample hr_double_female_side, where single raises differed from the recording's by up to 2.2 cm.
LONE_RAISE_WIDER = 2.0


class MeasuredRep(NamedTuple):
    """One repetition: its measures, its faults so far in the set, its headline and that one's expected error.

    The headline is NaN if a shank's peak was read by the tracking model only, which may be several degrees off.
    """

    measures: dict[str, float]
    faults: tuple[FaultCode, ...]
    headline: float
    error: float


class MeasuredSet(NamedTuple):
    """The repetitions of a set so far, and the scene they were measured in."""

    reps: list[MeasuredRep]
    scene: Scene


class RepMeasurer:
    """Measures the repetitions of one set as a recording's are, one repetition at a time.

    Foot motion and key frames of earlier repetitions are kept. All measures are computed again each time, because key frames and
    scale improve with every repetition.
    """

    def __init__(self, frame_size: tuple[int, int], ring: FrameRing, athlete: Athlete) -> None:
        """Read pictures of ``frame_size`` (width, height) from ``ring``."""
        width, height = frame_size
        self._info = VideoInfo(Path("live"), 0.0, 30.0, 0, width, height, 0, 0.0, "live")
        self._ring = ring
        self._athlete = athlete
        self._read = 0
        self._foot: FootMotion | None = None
        self._keys: list[KeyPose] = []
        self._turn: CameraTurn | None = None
        self._contrast: float | None = None

    def measure(self, raw: PoseTrack, exercise: PoseExercise, leg: Side, spans: Sequence[RepSpan], *, spare: bool) -> MeasuredSet:
        """Return all repetitions measured.

        Parameters
        ----------
        raw
            The set's poses from its start. Each call's track must begin with the same frame and be no shorter.
        spans
            The repetitions so far, beginning with those of the last call.
        spare
            Whether there is time to read key frames with the heavy model.
        """
        size = (self._info.width, self._info.height)
        track = clean_track(raw)
        frames = frames_of_set(track, list(spans))
        scene = observe_scene(track, size, frames=frames, standing=exercise.standing)
        view = View(track, scene, leg)
        posed = set(raw.time_s.tolist())

        def read(start_s: float, stop_s: float) -> Iterator[Picture]:
            return (kept for kept in self._ring.read(start_s, stop_s) if kept.time_s in posed)

        foot = _lengthen(self._foot, len(track))
        for number, span in enumerate(spans[self._read :], start=self._read):
            refined = refine_reps(view, exercise, [span], read, key_frames=spare and number < MAX_KEY_REPS, workers=1)
            self._keys += refined.keys
            self._turn = self._turn or refined.turn
            self._contrast = refined.picture.contrast if self._contrast is None else self._contrast
            _take_over(foot, refined.foot)
        self._read, self._foot = len(spans), foot
        scale = find_scale(scene, self._athlete)
        detection = Detection(exercise, leg, leg, list(spans), 1.0)
        picture = PictureQuality(contrast=self._contrast)
        recording = make_recording(view, detection, Refinement(foot, self._keys, picture, self._turn), scale.cm_per_px)
        measures, _ = settle_measures(exercise, [exercise.measure(recording, span) for span in spans], spans)
        scaled = scale.cm_per_px is not None
        quality = assess_quality(self._info, track, recording.view.scene, leg, exercise, frames, scaled, picture)
        expected = dict(quality.expected_error)
        if exercise.lifts_heel and exercise.headline in expected:
            expected[exercise.headline] *= LONE_RAISE_WIDER
        faults = exercise.find_faults(measures, list(spans), expected)
        headline = exercise.headline_of(measures)
        error = expected.get(headline, float("nan"))
        known = bool(self._keys) or not exercise.reads_shank
        reps = [
            MeasuredRep(m, tuple(f), m[headline] if known else float("nan"), error) for m, f in zip(measures, faults, strict=True)
        ]
        return MeasuredSet(reps, recording.view.scene)


def _take_over(foot: FootMotion, part: FootMotion) -> None:
    """Copy every value of ``part`` that is known."""
    for field in fields(FootMotion):
        values = getattr(part, field.name)
        known = values > 0 if field.name == "support" else np.isfinite(values)
        getattr(foot, field.name)[known] = values[known]


def _lengthen(foot: FootMotion | None, frames: int) -> FootMotion:
    """Return the foot's motion on more frames, with the new ones unknown."""
    longer = FootMotion.empty(frames)
    if foot is not None:
        longer.put(slice(len(foot.turn_deg)), foot)
    return longer
