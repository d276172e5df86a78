"""Measuring a live set: each repetition's frames, kept in the ring, are read again as soon as it has ended."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from formcheck.analysis.film import Film
from formcheck.analysis.measure import measure, view_set
from formcheck.analysis.refine import Evidence
from formcheck.analysis.settings import Settings
from formcheck.exercises import PoseExercise
from formcheck.exercises.heel_raise_limits import SURE_SD
from formcheck.exercises.weight_bearing_lunge import HELD
from formcheck.live.ring import FrameRing
from formcheck.pose.track import PoseTrack, Side
from formcheck.report.schema import Athlete, FaultCode
from formcheck.scene.camera_motion import CameraMotion
from formcheck.scene.scene import Scene, clean_track
from formcheck.signals.reps import RepSpan
from formcheck.video.frames import Picture
from formcheck.video.reader import VideoInfo

# A raise is measured live from a webcam's smaller pictures and without the set's later raises, so its height is less sure. By trial
# on the sample hr_double_female_side, where single raises differed from the recording's by up to 2.8 cm, at a set's ± of 1.2.
LONE_RAISE_WIDER = 2.5
# How much further a shank's peak scatters from rep to rep where the lite model followed it, degrees: its SD within a set, against
# rendered truth (docs/research-log.md, 48 reps).
LITE_SD_DEG = 3.4
# A live hold is timed from 8 to 15 poses a second, without key frames and without the movement after it, so a hold is called short
# only if it is by more than this, seconds. On the samples, live holds were up to 0.3 s shorter than the recording's, once 0.8 s.
HOLD_MARGIN_S = 0.3


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


def keep_clear(faults: Sequence[FaultCode], values: Mapping[str, float]) -> tuple[FaultCode, ...]:
    """Return the faults without a short hold that is within `HOLD_MARGIN_S` of being long enough."""
    unsure = values.get("hold_s", 0.0) >= HELD.limit - HOLD_MARGIN_S
    return tuple(code for code in faults if code != "short-hold" or not unsure)


class RepMeasurer:
    """Measures the repetitions of one set as a recording's are, one repetition at a time.

    What the pixels of earlier repetitions have shown is kept. All measures are computed again each time, because key frames and
    scale improve with every repetition.
    """

    def __init__(self, frame_size: tuple[int, int], ring: FrameRing, athlete: Athlete) -> None:
        """Read pictures of ``frame_size`` (width, height) from ``ring``."""
        width, height = frame_size
        self._info = VideoInfo(Path("live"), 0.0, 30.0, 0, width, height, 0, 0.0, "live")
        self._settings = Settings(athlete=athlete, workers=1)
        self._ring = ring
        self._evidence = Evidence()
        self._read_of: tuple[str, Side, list[RepSpan]] = "", "left", []

    def measure(
        self, raw: PoseTrack, exercise: PoseExercise, leg: Side, spans: Sequence[RepSpan], *, spare: bool, is_lite: bool = False
    ) -> MeasuredSet:
        """Return all repetitions measured.

        Parameters
        ----------
        raw
            The set's poses from its start. Each call's track must begin with the same frame and be no shorter.
        spans
            The repetitions so far. If they are another exercise's or leg's than those of the last call, reading begins again.
        spare
            Whether there is time to read key frames with the heavy model.
        is_lite
            Whether the poses are the lite model's, whose numbers are less sure.
        """
        posed = set(raw.time_s.tolist())

        def read(start_s: float, stop_s: float) -> Iterator[Picture]:
            return (kept for kept in self._ring.read(start_s, stop_s) if kept.time_s in posed)

        name, side, read_spans = self._read_of
        if (name, side) != (exercise.name, leg) or list(spans[: len(read_spans)]) != read_spans:
            self._evidence = Evidence()
        self._read_of = exercise.name, leg, list(spans)
        track = clean_track(raw)
        film = Film(self._info, self._settings, CameraMotion.none(track.time_s, self._info.width), read)
        view = view_set(track, film, exercise, leg, spans)
        measured = measure(view, exercise, spans, film, self._evidence, key_frames=spare)
        headline = exercise.headline_of(measured.measures)
        errors, faults_of = measured.quality.expected_error, measured.faults
        if exercise.lifts_heel:  # a fault must be clear of the live number's own error; it asks for `SURE_SD` of it
            sd = {name: LONE_RAISE_WIDER / SURE_SD * error for name, error in errors.items()}
            faults_of = exercise.find_faults(measured.measures, list(measured.recording.spans), sd)
            errors = {name: LONE_RAISE_WIDER * error for name, error in errors.items()}
        elif is_lite and exercise.reads_shank:
            errors = {name: math.hypot(error, LITE_SD_DEG) if name.endswith("_deg") else error for name, error in errors.items()}
        error = errors.get(headline, float("nan"))
        known = bool(self._evidence.keys) or not exercise.reads_shank
        reps = [
            MeasuredRep(values, keep_clear(faults, values), values[headline] if known else float("nan"), error)
            for values, faults in zip(measured.measures, faults_of, strict=True)
        ]
        return MeasuredSet(reps, measured.recording.scene)
