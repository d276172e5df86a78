"""The parts of every exercise: measures, ready pose, rep signal, faults and prescription."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.describe import Curve, Guide, Measure, Prescription, TrackedMeasure
from formcheck.foot import ExpectedTurn, FootMotion
from formcheck.pose.track import Landmark, PoseTrack, Side
from formcheck.report.names import ExerciseName, FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.scene.scene import Scene
from formcheck.signals.geometry import compute_flexion, compute_inclination
from formcheck.signals.reps import RepRule, RepSpan
from formcheck.support.arrays import FloatArray, nearest_index

BoolArray = NDArray[np.bool_]

__all__ = [
    "INCLINATION",
    "BoolArray",
    "Curve",
    "Exercise",
    "Guide",
    "Leg",
    "Measure",
    "PoseExercise",
    "Prescription",
    "Recording",
    "TrackedMeasure",
    "other",
]


@dataclass(frozen=True)
class Leg:
    """The working leg in a track: (T, 2) paths, and the angles that exercises read from them."""

    side: Side
    hip: FloatArray
    knee: FloatArray
    ankle: FloatArray
    heel: FloatArray
    toe: FloatArray

    @classmethod
    def of(cls, track: PoseTrack, side: Side) -> Leg:
        """Select one leg from a track."""
        return cls(side, *(track.xy(Landmark.of(side, p)) for p in ("hip", "knee", "ankle", "heel", "foot_index")))

    def knee_flexion(self) -> FloatArray:
        """(T,) degrees, 0 = straight."""
        return compute_flexion(self.hip, self.knee, self.ankle)

    def tibial_inclination(self, scene: Scene) -> FloatArray:
        """(T,) degrees, 0 = shank vertical, positive = knee ahead of the ankle."""
        return compute_inclination(self.ankle, self.knee, scene.up, scene.forward)

    def foot_pitch(self, scene: Scene) -> FloatArray:
        """(T,) angle of the heel → toe landmark line below the horizontal, degrees; it increases as the heel rises.

        The line is not the sole: only its change from the flat foot is meaningful.
        """
        sole = self.toe - self.heel
        return np.degrees(np.arctan2(-(sole @ scene.up), np.abs(sole @ scene.forward)))


def other(side: Side) -> Side:
    """Return the opposite side."""
    return "right" if side == "left" else "left"


@dataclass(frozen=True)
class Recording:
    """All input to the measures: the cleaned track, the scene, the working leg, and the foot's motion from the pixels.

    ``inclination_deg`` (T,) is the tibial inclination after the second pass over key frames; ``cm_per_px`` is None without a scale;
    ``spans`` are the repetitions of the set.
    """

    track: PoseTrack
    scene: Scene
    side: Side
    cm_per_px: float | None
    foot_px: float
    inclination_deg: FloatArray
    foot: FootMotion
    spans: Sequence[RepSpan] = ()

    @property
    def leg(self) -> Leg:
        """The working leg."""
        return Leg.of(self.track, self.side)

    def frames_of(self, rep: RepSpan) -> slice:
        """The frames from the rep's start to its end."""
        first, last = np.searchsorted(self.track.time_s, (rep.start_s, rep.end_s + 1e-9))
        return slice(int(first), int(max(last, first + 1)))

    def at(self, time_s: float) -> int:
        """The frame nearest to a time in seconds."""
        return nearest_index(self.track.time_s, time_s)

    def to_cm(self, pixels: float) -> float:
        """Pixels → cm; NaN without a scale."""
        return pixels * self.cm_per_px if self.cm_per_px else float("nan")

    def to_pct_foot(self, pixels: float) -> float:
        """Pixels → % of foot length."""
        return 100.0 * pixels / self.foot_px


INCLINATION = Curve("tibial_inclination_deg", "Tibial inclination", "°")


class Exercise(ABC):
    """One exercise: all that the program knows about it. A new one is a new file with a subclass of `PoseExercise`."""

    name: ClassVar[ExerciseName]
    title: ClassVar[str]
    short_title: ClassVar[str]
    """Its name in lists and on buttons."""
    headline: ClassVar[str]
    measures: ClassVar[tuple[Measure, ...]]
    summary_measures: ClassVar[tuple[Measure, ...]] = ()
    faults: ClassVar[tuple[FaultCode, ...]]
    """The faults that `find_faults` can find."""
    prescription: ClassVar[Prescription]
    rule: ClassVar[RepRule]
    guide: ClassVar[Guide]
    trends: ClassVar[tuple[TrackedMeasure, ...]] = ()
    """The measures followed over weeks, the most important first."""
    sides: ClassVar[tuple[WorkingSide, ...]] = ("left", "right")
    """The legs on which it is done."""
    poses: ClassVar[dict[WorkingSide, str]] = {}
    """How to take the starting position, as spoken, by leg; ``both`` if the leg is unknown."""
    followed: ClassVar[str] = "You were"
    """The beginning of a sentence about what was followed through the video."""
    is_variant: ClassVar[bool] = False
    """Whether it is a special case of another exercise, preferred where both fit equally well."""
    reads_shank: ClassVar[bool] = False
    """Whether the shank's angle is the exercise's headline, and worth reading again on key frames."""
    filmed_live: ClassVar[bool] = True
    """Whether a webcam can count it live."""
    usual_pitch_deg: ClassVar[float] = 0.0
    """How far a camera at hip height looks down at a person in this exercise's pose: the prior before the picture is read."""
    partial_share: ClassVar[float | None] = None
    """The share of the set's best below which a repetition is partial, if the chart draws this limit."""

    def headline_of(self, reps: list[dict[str, float]]) -> str:
        """The measure that represents the set: the headline, or its substitute if the headline has no scale."""
        return self.headline

    @abstractmethod
    def curve_of(self, headline: str) -> Curve:
        """The signal that the chart draws for a headline."""

    @abstractmethod
    def find_faults(
        self, reps: list[dict[str, float]], spans: list[RepSpan], expected_error: Mapping[str, float] | None = None
    ) -> list[list[FaultCode]]:
        """The faults of every repetition of a set, from their measures.

        ``expected_error`` is the error of each measure under the recording's conditions (`analysis.quality.expect_errors`), if
        known: a deviation within a measure's error is not a fault.
        """

    def summarize(
        self, reps: list[dict[str, float]], spans: list[RepSpan], chosen: list[int], mass_kg: float | None
    ) -> dict[str, float]:
        """The set's own measures beyond headline, best, mean and SD; NaN if not measured; none by default.

        ``chosen`` are the indices of the repetitions that represent the set (`choose_reps`).
        """
        return {}

    def explain_gaps(self, measures: Mapping[str, float]) -> dict[str, str]:
        """Why measures of a repetition are NaN, by name, if the reason is known; empty by default."""
        return {}

    def choose_reps(self, headlines: Sequence[float], faults: Sequence[Sequence[FaultCode]]) -> list[int]:
        """The indices of the repetitions whose mean represents the set; by default, all that were measured."""
        return [k for k, value in enumerate(headlines) if np.isfinite(value)]

    def explain_no_headline(self, headlines: Sequence[float], faults: Sequence[Sequence[FaultCode]]) -> str:
        """Why no repetition represents the set."""
        return "it could not be measured in any rep"


class PoseExercise(Exercise):
    """An exercise measured from the whole body's landmarks."""

    standing: ClassVar[bool] = False
    """Whether the person stands upright, so that body height can be read from the picture."""
    lifts_heel: ClassVar[bool] = False
    """Whether the foot turns far about its ball."""
    least_found: ClassVar[int] = 2
    """With fewer repetitions it is not detected unless the user names it: one similar movement is chance, two are a set."""

    def curve_of(self, headline: str) -> Curve:
        """The tibial inclination, by default."""
        return INCLINATION

    @abstractmethod
    def compute_ready(self, track: PoseTrack, scene: Scene, side: Side) -> BoolArray:
        """(T,) whether the person is in this exercise's pose with ``side`` as the working leg."""

    @abstractmethod
    def compute_signal(self, track: PoseTrack, scene: Scene, side: Side) -> FloatArray:
        """(T,) the signal that rises and falls once a repetition, in the unit of ``rule``, from the landmarks alone."""

    @abstractmethod
    def confirm(self, track: PoseTrack, scene: Scene, side: Side, rep: RepSpan) -> bool:
        """Whether a movement of the signal is a repetition of this exercise, judged by the rest of the body."""

    def is_doubtful(self, track: PoseTrack, scene: Scene, side: Side, rep: RepSpan) -> bool:
        """Whether the legs may have been confused during a confirmed repetition; never, by default."""
        return False

    @abstractmethod
    def find_side(self, track: PoseTrack, scene: Scene, side: Side, reps: list[RepSpan]) -> WorkingSide:
        """Which leg or legs work, given that ``side`` fits."""

    @abstractmethod
    def expected_turn(self, track: PoseTrack, scene: Scene, side: Side, rep: RepSpan) -> ExpectedTurn:
        """How far the foot may have turned, heel up, by a repetition's peak, given the rest of the body."""

    def complete_foot(self, track: PoseTrack, scene: Scene, side: Side, rep: RepSpan, foot: FootMotion) -> FootMotion:
        """Return the foot's motion, completed where the pixels did not show it; unchanged by default."""
        return foot

    @abstractmethod
    def measure(self, recording: Recording, rep: RepSpan) -> dict[str, float]:
        """The measures of one repetition; NaN for those that could not be measured."""
