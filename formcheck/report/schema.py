"""The report of one set: its schema (``formcheck.report/1``), and its JSON and CSV."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from formcheck.pose.track import Side
from formcheck.report.names import ExerciseName as ExerciseName
from formcheck.report.names import FaultCode as FaultCode

# The measure definitions (docs/measurements.md) that a number was made under. A later, better algorithm that moves the
# numbers gets a new version, so that the history never silently mixes the two.
MEASURES_VERSION = 1

WorkingSide = Literal["left", "right", "both"]
Source = Literal["given", "detected"]

WarningCode = Literal[
    "not-side-on",
    "feet-out-of-frame",
    "person-too-small",
    "low-frame-rate",
    "low-visibility",
    "camera-tilted",
    "camera-moved",
    "several-people",
    "nobody",
    "no-exercise",
    "no-scale",
    "far-leg",
    "sticker-lost",
]


def _null_if_not_finite(value: Any) -> Any:
    """A number that could not be measured is null; JSON knows no NaN."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _make_readable(name: str) -> str:
    """A file's name may be bytes that are no text; JSON can hold only text."""
    return name.encode("utf-8", "replace").decode("utf-8")


# No angle, length or time of a set comes near, and a history of such numbers can still be summed.
MAX_NUMBER = 1e9
Number = Annotated[Annotated[float, Field(ge=-MAX_NUMBER, le=MAX_NUMBER)] | None, BeforeValidator(_null_if_not_finite)]
# A number that is always there: infinity and NaN are refused.
Finite = Annotated[float, Field(ge=-MAX_NUMBER, le=MAX_NUMBER, allow_inf_nan=False)]


class _Part(BaseModel):
    """A frozen part of the report; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _WithMeasures(BaseModel):
    """A part whose further fields are the exercise's own measures: numbers, or null where not measured."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Number]

    @property
    def measures(self) -> dict[str, float | None]:
        """The exercise's own measures by name."""
        return self.__pydantic_extra__ or {}


class VideoPart(_Part):
    """The file that was analysed."""

    file: Annotated[str, AfterValidator(_make_readable)]
    duration_s: Finite
    fps: Finite
    frames: int
    width: int
    height: int
    rotation_deg: int = 0


class ViewPart(_Part):
    """What the camera saw the person from.

    ``yaw_deg``: how far off the view is from its kind (side-on or front), 0 = exactly; positive = the camera stands
    towards the person's front. ``roll_deg``: how far the image is turned, positive = clockwise.
    """

    kind: Literal["side", "front"] | None
    yaw_deg: Number = None
    roll_deg: Number = None
    warnings: list[str] = []


class ScalePart(_Part):
    """Centimetres per pixel of the video, and what it was derived from."""

    cm_per_px: Number = None
    source: Literal["height", "foot-length", "sticker"] | None = None


class Rep(_WithMeasures):
    """One repetition. Times are seconds from the start of the video; the exercise's measures are further fields.

    ``confidence`` is 0..1: the share of the rep's frames on which the landmarks it needs were seen and credible.
    """

    number: int
    start_s: Finite
    peak_s: Finite
    end_s: Finite
    faults: list[FaultCode] = []
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Summary(_WithMeasures):
    """The set in numbers: ``best``, ``mean`` and ``sd`` are of the exercise's headline measure."""

    rep_count: int
    best: Number = None
    mean: Number = None
    sd: Number = None
    clean_reps: int = 0


class QualityWarning(_Part):
    """Something about the recording that a reader of the numbers must know, and what to change next time."""

    code: WarningCode
    message: str


class Quality(_Part):
    """How far the numbers can be trusted.

    ``expected_error`` gives, by measure, the expected absolute error under this recording's conditions (docs/accuracy.md);
    a measure without an entry has none established.
    """

    pose_coverage: Finite
    usable: bool
    warnings: list[QualityWarning] = []
    expected_error: dict[str, Finite] = {}


class Software(_Part):
    """What made the numbers."""

    formcheck: str
    mediapipe: str
    model: str
    model_sha256: str
    measures_version: int = MEASURES_VERSION


class Athlete(_Part):
    """What the analysis needs to know of the person: all optional."""

    name: str | None = None
    height_cm: Annotated[float, Field(ge=80, le=250)] | None = None
    mass_kg: Annotated[float, Field(ge=20, le=350)] | None = None


class Counted(_Part):
    """What formcheck counted by itself, kept beside the corrections so that they can be taken back."""

    side: WorkingSide | None
    side_source: Source
    reps: Annotated[list[Rep], Field(fail_fast=True)]
    summary: Summary
    quality: Quality


class Correction(_Part):
    """One change that a person made to the report by hand, at the moment ``at`` (ISO 8601).

    ``rep`` is the number that the repetition had before this change (``remove``, ``borders``) or got by it (``add``).
    ``before`` and ``after`` are the repetition as it was and as it was measured then; ``after`` is null for one that was
    removed, ``before`` for one that was added. For ``side``, ``reps`` are the repetitions as measured on the other leg, null
    where only the leg's name was changed, and ``quality`` is that of its recording.
    """

    kind: Literal["remove", "add", "borders", "side"]
    at: str
    rep: int | None = None
    before: Rep | None = None
    after: Rep | None = None
    side_before: WorkingSide | None = None
    side_after: WorkingSide | None = None
    reps: Annotated[list[Rep], Field(fail_fast=True)] | None = None
    quality: Quality | None = None


class SetReport(BaseModel):
    """Everything formcheck found in one recorded set. ``model_dump_json()`` is the public JSON report."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)

    schema_: Literal["formcheck.report/1"] = Field("formcheck.report/1", alias="schema")
    origin: Literal["video", "live"] = "video"
    recorded_at: str | None = None
    video: VideoPart
    exercise: ExerciseName | None
    exercise_source: Source
    side: WorkingSide | None
    side_source: Source
    facing: Side | None
    view: ViewPart
    scale: ScalePart
    athlete: Athlete = Athlete()
    reps: Annotated[list[Rep], Field(fail_fast=True)] = []
    summary: Summary
    quality: Quality
    series: dict[str, list[Number]] | None = None
    software: Software
    corrections: Annotated[list[Correction], Field(fail_fast=True)] = []
    counted: Counted | None = None

    @property
    def as_counted(self) -> SetReport:
        """The report as formcheck counted it, without any correction by hand."""
        if self.counted is None:
            return self
        kept = {name: getattr(self.counted, name) for name in Counted.model_fields}
        return self.model_copy(update={**kept, "corrections": [], "counted": None})

    @property
    def warning_codes(self) -> list[str]:
        """The codes of the quality warnings."""
        return [w.code for w in self.quality.warnings]
