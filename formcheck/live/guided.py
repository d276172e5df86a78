"""A guided set without a camera: when to move, hold and release, and the cues. Arithmetic on times, no clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formcheck.exercises import Exercise
from formcheck.live.cues import TAKE_POSE, say_count
from formcheck.live.state import Cue, CueKind
from formcheck.support.language import tr
from formcheck.support.numbers import say_number

Phase = Literal["ready", "go", "hold", "back", "rest", "done"]

# Time to take the starting position; its last seconds are counted down. By design.
READY_S, COUNTDOWN_S = 5.0, 3
# Slow movements: about two seconds each way.
MOVE_S, REST_S = 2.0, 2.0
# An exercise without a hold still pauses at the top.
SHORTEST_HOLD_S = 1.0


@dataclass(frozen=True)
class Step:
    """One phase of repetition ``rep`` (from 1; 0 before the first), from ``start_s`` to ``stop_s``."""

    phase: Phase
    rep: int
    start_s: float
    stop_s: float


@dataclass(frozen=True)
class GuidedSet:
    """A set as a schedule: its steps without gaps, and its cues, both in order of time."""

    reps: int
    steps: tuple[Step, ...]
    cues: tuple[Cue, ...]

    @property
    def seconds(self) -> float:
        """The set's duration."""
        return self.steps[-1].stop_s

    def at(self, time_s: float) -> Step:
        """The step at a time from the start; ``done`` after the last."""
        return next((step for step in self.steps if time_s < step.stop_s), Step("done", self.reps, self.seconds, self.seconds))

    def reps_done(self, time_s: float) -> int:
        """How many repetitions have been released."""
        return sum(step.phase == "back" and step.stop_s <= time_s for step in self.steps)

    def heard(self, time_s: float) -> list[Cue]:
        """The cues up to a time."""
        return [cue for cue in self.cues if cue.time_s <= time_s]


def plan_set(exercise: Exercise, reps: int, hold_s: float) -> GuidedSet:
    """Return the schedule of one set: get ready, then move, hold, back and rest for every repetition."""
    steps = [Step("ready", 0, 0.0, READY_S)]
    for rep in range(1, reps + 1):
        for phase, length in (("go", MOVE_S), ("hold", max(SHORTEST_HOLD_S, hold_s)), ("back", MOVE_S), ("rest", REST_S)):
            start = steps[-1].stop_s
            if not (phase == "rest" and rep == reps):
                steps.append(Step(phase, rep, start, start + length))  # type: ignore[arg-type]
    return GuidedSet(reps, tuple(steps), tuple(_list_cues(exercise, reps, steps)))


def _list_cues(exercise: Exercise, reps: int, steps: list[Step]) -> list[Cue]:
    cues: list[tuple[float, CueKind, str]] = [
        (0.0, "say", tr("Get ready. {pose}").format(pose=exercise.poses.get("both", TAKE_POSE)))
    ]
    cues += [(READY_S - left, "tick", say_number(left)) for left in range(COUNTDOWN_S, 0, -1)]
    for step in steps:
        if step.phase == "go":
            cues.append((step.start_s, "go", exercise.guide.go))
        elif step.phase == "hold":
            cues.append((step.start_s, "say", tr("Hold")))
            cues += [(step.start_s + second, "tick", "") for second in range(1, int(step.stop_s - step.start_s))]
        elif step.phase == "back":
            cues.append((step.start_s, "say", exercise.guide.back))
            cues.append((step.stop_s, "end" if step.rep == reps else "count", say_count(step.rep, reps)))
    return [
        Cue(number, time_s, kind, text) for number, (time_s, kind, text) in enumerate(sorted(cues, key=lambda c: c[0]), start=1)
    ]
