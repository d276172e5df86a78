"""What the user chose for an analysis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, cast

from formcheck.exercises import EXERCISES
from formcheck.pose.bundles import MODEL_NAMES, ModelName
from formcheck.report.schema import Athlete, ConditionName
from formcheck.support.errors import UsageError
from formcheck.video.reader import MAX_ANALYSIS_FPS

# The most common round office labels: three quarters of an inch.
STICKER_MM = 19.0


@dataclass(frozen=True)
class Settings:
    """How to analyze a video; by default everything is detected from the video.

    Attributes
    ----------
    exercise, side, athlete, model
        As in `formcheck.analyze_video`.
    view
        Where the camera stands.
    roll_deg
        The camera's clockwise turn in degrees, which corrects the vertical; None to estimate it.
    max_fps
        Approximate maximum of frames analyzed per second of video; None for all.
    workers
        Cores to use; None for all.
    origin
        ``live`` for the recording of a live set.
    sticker_mm
        The diameter of the stickers in millimeters (short foot).
    condition
        What the person says about how it was done (`formcheck.exercises.Exercise.conditions`).

    Raises
    ------
    UsageError
        If exercise, side, model or condition is not one of these, or both legs are given for an exercise of one.
    """

    exercise: str = "auto"
    side: str = "auto"
    athlete: Athlete = field(default_factory=Athlete)
    model: ModelName = "full"
    view: Literal["auto", "side", "front"] = "auto"
    roll_deg: float | None = None
    max_fps: float | None = MAX_ANALYSIS_FPS
    workers: int | None = None
    origin: Literal["video", "live"] = "video"
    sticker_mm: float = STICKER_MM
    condition: ConditionName | None = None

    def __post_init__(self) -> None:
        """Refuse unknown names."""
        for name, value, known in (
            ("exercise", self.exercise, ("auto", *EXERCISES)),
            ("side", self.side, ("auto", "left", "right", "both")),
            ("model", self.model, MODEL_NAMES),
        ):
            if value not in known:
                raise UsageError(f"{name} is {value!r}; choose one of {', '.join(known)}")
        if self.exercise in EXERCISES:
            EXERCISES[self.exercise].check_side(self.side)
        check_condition(self.exercise, self.condition)


def check_condition(exercise: str, condition: str | None) -> ConditionName | None:
    """Return the condition if the exercise has it (None for none); raise `UsageError` otherwise."""
    known = EXERCISES[exercise].conditions if exercise in EXERCISES else {}
    if condition is None or condition in known:
        return cast("ConditionName | None", condition)
    having = [e.name for e in EXERCISES.values() if condition in e.conditions]
    raise UsageError(f"condition is {condition!r}, which {exercise} does not have; choose the exercise {' or '.join(having)}")
