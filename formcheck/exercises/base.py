"""The parts of every exercise: measures, ready pose, rep signal, faults and prescription."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.describe import Curve, Guide, Measure, Prescription, TrackedMeasure
from formcheck.foot import FootMotion
from formcheck.report.faults import FAULTS
from formcheck.report.names import VARIANTS, ExerciseName, FaultCode
from formcheck.report.schema import ScalePart, WorkingSide
from formcheck.scene.scene import Scene
from formcheck.scene.view import View
from formcheck.signals.criteria import SHANKS, Criterion, Sense, above, find_frames, list_failed
from formcheck.signals.reps import RepRule, RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.support.errors import UsageError
from formcheck.support.language import tr

BoolArray = NDArray[np.bool_]
Values = dict[str, float]
"""The measures of one repetition or set by name; NaN for those that could not be measured."""


@dataclass(frozen=True)
class Recording:
    """All input to the measures: the view of the working leg, and the foot's motion from the pixels.

    ``inclination_deg`` (T,) is the tibial inclination after the second pass over key frames; ``cm_per_px`` is None without a scale;
    ``spans`` are the repetitions of the set; ``exercise`` is None if none was seen. ``level`` is the frame from whose flat foot
    heights are measured (`PoseExercise.find_level`). ``expected_error`` is the standard error of each measure under the recording's
    conditions (`analysis.expected_error.expect_errors`); empty if it is not known.
    """

    view: View
    cm_per_px: float | None
    foot_px: float
    inclination_deg: FloatArray
    foot: FootMotion
    spans: Sequence[RepSpan] = ()
    exercise: PoseExercise | None = None
    expected_error: Mapping[str, float] = field(default_factory=dict)
    level: int | None = None

    @property
    def scene(self) -> Scene:
        """The scene."""
        return self.view.scene

    @property
    def time_s(self) -> FloatArray:
        """(T,) seconds."""
        return self.view.time_s

    @property
    def scale(self) -> ScalePart:
        """The scale, from the person's height."""
        return ScalePart(cm_per_px=self.cm_per_px, source="height") if self.cm_per_px else ScalePart()

    def take(self, frames: NDArray[np.int64], corner: FloatArray) -> Recording:
        """Return some frames of it, in a picture cut out from ``corner``, (2,) pixels, on."""
        track = self.view.track.take(frames)
        view = replace(self.view, track=track.with_points(track.points - corner))
        return replace(self, view=view, inclination_deg=self.inclination_deg[frames], foot=self.foot.take(frames))

    def to_cm(self, pixels: float) -> float:
        """Pixels → cm; NaN without a scale."""
        return pixels * self.cm_per_px if self.cm_per_px else float("nan")

    def to_pct_foot(self, pixels: float) -> float:
        """Pixels → % of foot length."""
        return 100.0 * pixels / self.foot_px


INCLINATION = Curve("tibial_inclination_deg", tr("Tibial inclination"), "°")


def good_form(code: FaultCode, limit: float, unit: str, source: str, must: Sense) -> Criterion:
    """Define a criterion of good form, named after its fault; an unknown measure is not a fault."""
    return Criterion(code, limit, unit, source, f"{FAULTS[code].label}.", must, if_unknown=True)


IN_PICTURE = "all of a limb must be seen to be measured"
FOOT_IN_PICTURE = above("foot-out-of-picture", 0.5, "yes = 1", IN_PICTURE, tr("The foot was out of the picture."))
SHOULDER_IN_PICTURE = above("body-out-of-picture", 0.5, "yes = 1", IN_PICTURE, tr("The shoulders were out of the picture."))
# Hip and shoulder joints are 1.17 shank lengths apart (Winter 2009, fig. 4.1). Where the shoulders are out of the picture the
# landmarker may invent a trunk in it: 0.3 to 0.7 shank lengths on renders cropped below the chest. On whole people and renders it
# measured 1.0 (long shanks, an oblique view) to 1.5.
TRUNK_WHOLE = above(
    "body-out-of-picture",
    0.75,
    SHANKS,
    "1.17 (Winter 2009, fig. 4.1)",
    tr("The trunk looked too short: it was out of the picture."),
)


def judge_upper_body(view: View) -> tuple[Criterion, Criterion]:
    """Return whether the working side's shoulder is in the picture, and as far from its hip as a trunk is long."""
    trunk = np.linalg.norm(view.shoulder - view.leg.hip, axis=1) / view.shank_px
    seen = np.isfinite(trunk) if view.track.headless else view.contains(view.shoulder)  # the shoulders follow the head upward
    return SHOULDER_IN_PICTURE.of(seen), TRUNK_WHOLE.of(trunk)


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
    """The faults that `find_faults` can find, in the order in which it lists them."""
    prescription: ClassVar[Prescription]
    rule: ClassVar[RepRule]
    guide: ClassVar[Guide]
    trends: ClassVar[tuple[TrackedMeasure, ...]] = ()
    """The measures followed over weeks, the most important first."""
    sides: ClassVar[tuple[WorkingSide, ...]] = ("left", "right")
    """The legs that a person can say worked; ``both``: both at once."""
    poses: ClassVar[dict[WorkingSide, str]] = {}
    """How to take the starting position, as spoken, by leg; ``both`` if the leg is unknown."""
    followed: ClassVar[str] = tr("You were")
    """The beginning of a sentence about what was followed through the video."""
    curve: ClassVar[Curve]
    """The signal that the chart draws; of an exercise of the whole body, by default the tibial inclination."""
    substitute_curve: ClassVar[Curve | None] = None
    """The signal that the chart draws if no repetition has a headline value; by default the headline's own."""
    conditions: ClassVar[dict[str, str]] = {}
    """What the person says about how it was done, and the camera cannot see: codes with their labels, the usual one first."""
    reads_shank: ClassVar[bool] = False
    """Whether the shank's angle is the exercise's headline, and worth reading again on key frames."""
    filmed_live: ClassVar[bool] = True
    """Whether a webcam can count it live."""
    usual_pitch_deg: ClassVar[float] = 0.0
    """How far a camera at hip height looks down at a person in this exercise's pose: the prior before the picture is read."""
    trial_s: ClassVar[float | None] = None
    """A live set of a held position ends this long after the first hold began; None if repetitions end the set."""
    partial_share: ClassVar[float | None] = None
    """The share of the set's best below which a repetition is partial, if the chart draws this limit."""

    @property
    def is_variant(self) -> bool:
        """Whether it is a special case of another exercise, preferred where both fit equally well."""
        return self.name in VARIANTS

    def headline_of(self, reps: list[Values]) -> str:
        """The measure that represents the set: the headline, or its substitute if the headline has no scale."""
        return self.headline

    def curve_of(self, headline: str) -> Curve:
        """The signal that the chart draws for a headline."""
        return self.curve

    @abstractmethod
    def judge_form(self, reps: list[Values], spans: list[RepSpan], expected_error: Mapping[str, float]) -> list[list[Criterion]]:
        """The criteria of good form for every repetition of a set, from their measures; each is named after its fault.

        ``expected_error`` is the error of each measure under the recording's conditions (`analysis.expected_error`), if
        known: a deviation within a measure's error is not a fault.
        """

    def find_faults(
        self, reps: list[Values], spans: list[RepSpan], expected_error: Mapping[str, float] | None = None
    ) -> list[list[FaultCode]]:
        """The faults of every repetition of a set: the criteria of good form that it fails."""
        judged = self.judge_form(reps, spans, expected_error or {})
        failed = [{criterion.name for criterion in list_failed(criteria)} for criteria in judged]
        return [[code for code in self.faults if code in names] for names in failed]

    def summarize(self, reps: list[Values], spans: list[RepSpan], chosen: list[int], mass_kg: float | None) -> Values:
        """The set's own measures beyond headline, best, mean and SD; NaN if not measured; none by default.

        ``chosen`` are the indices of the repetitions that represent the set (`choose_reps`).
        """
        return {}

    def explain_gaps(
        self, measures: Mapping[str, float], foot_px: float = math.inf, *, heel_hidden: bool = False
    ) -> dict[str, str]:
        """Why measures of a repetition are NaN, by name, if the reason is known; empty by default.

        ``foot_px`` is the foot's length in the pictures that were read; ``heel_hidden``: the foot pointed too much at the camera,
        or away from it, for a heel's height to be read (`viewpoint.hides_heel`).
        """
        return {}

    def choose_reps(self, headlines: Sequence[float], faults: Sequence[Sequence[FaultCode]]) -> list[int]:
        """The indices of the repetitions whose mean represents the set; by default, all that were measured."""
        return [k for k, value in enumerate(headlines) if np.isfinite(value)]

    def check_side(self, side: str) -> None:
        """Raise `UsageError` if a person says that both legs worked, and it is done on one."""
        if side == "both" and "both" not in self.sides:
            raise UsageError(f"In the {self.title.lower()} one leg works; choose left or right.")

    def explain_no_headline(self, headlines: Sequence[float]) -> str:
        """Why no repetition represents the set."""
        return tr("it could not be measured in any rep")


class PoseExercise(Exercise):
    """An exercise measured from the whole body's landmarks."""

    standing: ClassVar[bool] = False
    """Whether the person stands upright, so that body height can be read from the picture."""
    lifts_heel: ClassVar[bool] = False
    """Whether the foot turns far about its ball."""
    reads_foot: ClassVar[bool] = True
    """Whether the working foot's pixels are read again in each repetition."""
    is_detectable: ClassVar[bool] = True
    """Whether pose and movement differ from everyday standing; an exercise for which they do not is measured only by name."""
    curve: ClassVar[Curve] = INCLINATION
    least_found: ClassVar[int] = 2
    """With fewer repetitions it is not detected unless the user names it: one similar movement is chance, two are a set."""

    @abstractmethod
    def judge_pose(self, view: View) -> Sequence[Criterion]:
        """The criteria of this exercise's pose on the view's leg, with (T,) values."""

    def compute_ready(self, view: View) -> BoolArray:
        """(T,) whether the person is in this exercise's pose on the view's leg."""
        return find_frames(self.judge_pose(view))

    @abstractmethod
    def compute_signal(self, view: View) -> FloatArray:
        """(T,) the signal that rises and falls once a repetition, in the unit of ``rule``, from the landmarks alone."""

    @abstractmethod
    def judge_rep(self, view: View, rep: RepSpan) -> Sequence[Criterion]:
        """The criteria by which a movement of the signal is a repetition of this exercise, read off the rest of the body."""

    def confirm(self, view: View, rep: RepSpan, *, in_set: bool = False) -> bool:
        """Whether a movement of the signal is a repetition of this exercise; ``in_set``: others have shown which it is."""
        return not list_failed(criterion.in_set if in_set else criterion for criterion in self.judge_rep(view, rep))

    def judge_legs(self, view: View, rep: RepSpan) -> Sequence[Criterion]:
        """The criteria by which the two legs were not confused during a confirmed repetition; none by default."""
        return ()

    def find_side(self, view: View, reps: list[RepSpan]) -> WorkingSide:
        """Which leg or legs work, given that the view's leg fits; by default, that leg."""
        return view.side

    def list_signals(self, recording: Recording) -> dict[str, FloatArray]:
        """Return further (T,) signals over time, for charts and files; a name ends in its unit. None by default."""
        return {}

    def find_level(self, view: View, spans: Sequence[RepSpan]) -> int | None:
        """Return the frame that shows the foot flat, if it is not flat where the repetitions start; None by default."""
        return None

    def may_hang(self, view: View, spans: Sequence[RepSpan]) -> bool:
        """Whether the heels may hang below the balls of the feet where the repetitions start, as on a step; no by default."""
        return False

    def complete_foot(self, view: View, rep: RepSpan, foot: FootMotion, level: int | None = None) -> FootMotion:
        """Return the foot's motion, completed where the pixels did not show it; unchanged by default.

        ``level`` is the frame of the flat foot from which it was measured; None if that is where the repetition starts.
        """
        return foot

    def magnify_foot(self, view: View, rep: RepSpan) -> float:
        """Return how many times larger the foot is seen than the body, which gives the scale; 1 by default."""
        return 1.0

    @abstractmethod
    def measure(self, recording: Recording, rep: RepSpan) -> Values:
        """The measures of one repetition; NaN for those that could not be measured."""
