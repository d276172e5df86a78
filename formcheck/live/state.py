"""What a live set needs to know before it starts, and its state while it runs. Plain values; safe to hand between threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from formcheck.exercises import EXERCISES
from formcheck.pose.bundles import ModelName
from formcheck.pose.track import Side
from formcheck.report.schema import Athlete, ConditionName, FaultCode
from formcheck.scene.scene import LEVEL_UP
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr

Stage = Literal["coach", "ready", "countdown", "running", "ended"]
CheckCode = Literal["person", "body", "feet", "side-on", "near", "light", "frame-rate", "machine", "pose"]
CueKind = Literal["say", "count", "fault", "tick", "go", "end"]
Ending = Literal["target", "left", "pose", "idle", "long", "stopped", "camera", "test", "error"]

ENDINGS: dict[Ending, str] = {
    "target": tr("Set done: all reps counted."),
    "left": tr("You left the picture, so the set was ended."),
    "pose": tr("You left the starting position, so the set was ended."),
    "idle": tr("No rep for a while, so the set was ended."),
    "long": tr("The set was ended after ten minutes, the longest that is measured."),
    "stopped": tr("The set was stopped."),
    "camera": tr("The camera stopped sending pictures. The reps so far are kept."),
    "test": tr("The test is over."),
    "error": tr("The set had to be ended."),
}


@dataclass(frozen=True)
class LiveSetup:
    """One set to be filmed.

    Attributes
    ----------
    exercise, side
        ``auto``, or the person's choice, as for an uploaded video.
    target_reps
        The set ends after this many; None for the exercise's prescription, 0 for no target.
    test
        The single-leg heel-raise test: metronome, no target, ended by its own rules (`formcheck.live.raise_test`).
    own_record
        The person's best headline value so far, for the gauge, in the headline's unit.
    condition
        What the person says about how it is done (`formcheck.exercises.Exercise.conditions`).
    model
        The pose model; ``auto`` is full, or lite if full is too slow on this machine.
    """

    exercise: str = "auto"
    side: str = "auto"
    athlete: Athlete = field(default_factory=Athlete)
    target_reps: int | None = None
    test: bool = False
    own_record: float | None = None
    model: ModelName | Literal["auto"] = "auto"
    condition: ConditionName | None = None

    def target_for(self, exercise: str | None) -> int | None:
        """Return the number of repetitions that ends the set; None for no target."""
        if self.test or self.target_reps == 0 or (exercise and EXERCISES[exercise].trial_s is not None):
            return None
        if self.target_reps is not None:
            return self.target_reps
        return EXERCISES[exercise].prescription.reps if exercise else None


@dataclass(frozen=True)
class Check:
    """One check of the set-up coach: ``hint`` says in a few words what to do if it has not ``passed``.

    ``advice``: a set may begin all the same, once the hint was spoken.
    """

    code: CheckCode
    passed: bool
    label: str
    hint: str = ""
    advice: bool = False


@dataclass(frozen=True)
class Cue:
    """A sound or spoken cue. ``number`` rises, so that a cue is played once."""

    number: int
    time_s: float
    kind: CueKind
    text: str = ""


@dataclass(frozen=True)
class LiveRep:
    """One counted repetition; ``measures``, ``faults``, ``headline`` and its ``error`` follow a moment after it was counted."""

    number: int
    span: RepSpan
    measures: dict[str, float] = field(default_factory=dict)
    faults: tuple[FaultCode, ...] = ()
    headline: float = float("nan")
    error: float = float("nan")

    @property
    def measured(self) -> bool:
        """Whether this repetition has been measured."""
        return bool(self.measures)


@dataclass(frozen=True)
class LiveEstimate:
    """What was shown at the end of a live set: the count, the best headline, its expected error and their unit; by which model."""

    count: int
    best: float = float("nan")
    error: float = float("nan")
    unit: str = ""
    model: str = ""


@dataclass(frozen=True)
class LiveState:
    """A live set at one moment. Times are the stream's own seconds.

    Attributes
    ----------
    big
        The few words on the screen, readable from three meters; ``faulty`` if they name a fault.
    value, unit
        The headline now; NaN where not known.
    best, best_error
        The best measured so far, which never falls within a set, and what it is expected to be off; NaN before the first.
    up, forward
        (2,) unit vectors in the picture: the vertical, corrected for the camera's roll, and where the person faces (None: unknown).
    hold_s
        How long the present repetition has been held.
    countdown_s
        Seconds to the start, in the countdown.
    points, pose_time_s
        (33, 2) the newest pose in pixels, and the time of the frame that it belongs to; None if no person is seen.
    time_s
        The newest frame's time: the pose is ``pose_age_s`` old.
    """

    stage: Stage = "coach"
    checks: tuple[Check, ...] = ()
    big: str = tr("Looking for you")
    faulty: bool = False
    exercise: str | None = None
    leg: Side | None = None
    reps: tuple[LiveRep, ...] = ()
    target: int | None = None
    value: float = float("nan")
    best: float = float("nan")
    best_error: float = float("nan")
    unit: str = ""
    hold_s: float = 0.0
    countdown_s: float = 0.0
    running_since_s: float | None = None
    cues: tuple[Cue, ...] = ()
    points: FloatArray | None = None
    pose_time_s: float | None = None
    time_s: float = 0.0
    shank_px: float = float("nan")
    up: FloatArray = field(default_factory=lambda: LEVEL_UP)
    forward: FloatArray | None = None
    inclination_deg: float = float("nan")
    model: str = ""
    poses_per_s: float = 0.0
    frames_per_s: float = 0.0
    dropped: int = 0
    ended: Ending | None = None
    ended_why: str = ""

    @property
    def count(self) -> int:
        """Repetitions so far."""
        return len(self.reps)

    @property
    def pose_age_s(self) -> float:
        """How much older than the newest frame the pose is; NaN without one."""
        return self.time_s - self.pose_time_s if self.pose_time_s is not None else float("nan")

    @property
    def estimate(self) -> LiveEstimate:
        """What was counted and measured during the set."""
        return LiveEstimate(self.count, self.best, self.best_error, self.unit, self.model)
