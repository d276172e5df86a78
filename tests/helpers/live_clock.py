"""A clock that feeds a live set's state machine with a made-up figure, pose by pose."""

from __future__ import annotations

from collections.abc import Callable

from formcheck.live.machine import SetMachine
from formcheck.live.state import LiveSetup
from formcheck.pose.blazepose import Pose
from tests.helpers.figure import SIZE, kneeling, standing, swing

PERIOD_S = 4.0


class Clock:
    """Feeds a machine frame by frame, 15 poses a second unless a test says otherwise: what a laptop's tracker reaches."""

    def __init__(self, setup: LiveSetup, fps: float = 15.0) -> None:
        self.machine = SetMachine(setup, SIZE)
        self.time_s = 0.0
        self.fps = fps
        self.stages: list[str] = []

    def play(self, seconds: float, pose: Callable[[float], Pose | None], luma: float = 120.0, camera_fps: float = 30.0) -> None:
        start = self.time_s
        while self.time_s < start + seconds - 1e-9:
            self.machine.see(self.time_s, pose(self.time_s - start), luma, camera_fps)
            stage = self.machine.state.stage
            if not self.stages or self.stages[-1] != stage:
                self.stages.append(stage)
            self.time_s += 1.0 / self.fps

    def spoken(self) -> list[str]:
        return [cue.text for cue in self.machine.state.cues if cue.text]

    def failing(self) -> list[str]:
        return [check.code for check in self.machine.state.checks if not check.passed]


def half_kneeling(**more: object) -> LiveSetup:
    return LiveSetup("half-kneeling", "right", **more)  # type: ignore[arg-type]


def rocking(time_s: float) -> Pose:
    return kneeling(swing(time_s, PERIOD_S, 4.0, 35.0))


def raising(time_s: float) -> Pose:
    return standing(swing(time_s, PERIOD_S, 0.0, 15.0))
