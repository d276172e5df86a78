"""The report of one set as the public JSON has it (``formcheck.report/1``); `earlier` reads those of earlier versions."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from formcheck.pose.track import Side
from formcheck.report.earlier import OF_HEADLINE, bring_up_to_date, with_unjudged
from formcheck.report.limits import HEADLINE_LIMITS, LIMITS, MAX_NUMBER, is_possible
from formcheck.report.names import VARIANTS, VariantName
from formcheck.report.names import ConditionName as ConditionName
from formcheck.report.names import ExerciseName as ExerciseName
from formcheck.report.names import FaultCode as FaultCode
from formcheck.report.names import WorkingSide as WorkingSide

# The measure definitions (docs/measurements.md) that a number was made under. A later, better algorithm that moves the
# numbers gets a new version, so that the history never silently mixes the two.
# 2: the range ends where the heel first lifts; hold, cadence and the set's headline have new definitions (docs/measurements.md).
MEASURES_VERSION = 2
# A report with its signals over time has some 80 kB a minute, so this is more than three hours of them.
MAX_REPORT_BYTES = 16 * 2**20

Source = Literal["given", "detected"]

TestName = Literal["single-leg-heel-raise"]

WarningCode = Literal[
    "not-side-on",
    "feet-out-of-frame",
    "head-out-of-frame",
    "person-too-small",
    "low-frame-rate",
    "low-visibility",
    "camera-tilted",
    "camera-moved",
    "several-people",
    "damaged",
    "nobody",
    "no-exercise",
    "no-scale",
    "far-leg",
    "sticker-lost",
    "live-differs",
    "level-unseen",
]


def _null_if_nan(value: Any) -> Any:
    """A number that could not be measured is null; JSON knows no NaN. Infinity is not a measurement and is refused."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _make_readable(name: str) -> str:
    """A file's name may be bytes that are not valid text; JSON can hold only text."""
    return name.encode("utf-8", "replace").decode("utf-8")


Number = Annotated[Annotated[float, Field(ge=-MAX_NUMBER, le=MAX_NUMBER)] | None, BeforeValidator(_null_if_nan)]
# A number that is always there: infinity and NaN are refused.
Finite = Annotated[float, Field(ge=-MAX_NUMBER, le=MAX_NUMBER, allow_inf_nan=False)]


class _Part(BaseModel):
    """A frozen part of the report; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _WithMeasures(BaseModel):
    """A part whose further fields are the exercise's own measures: numbers, or null where not measured."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Number]

    @model_validator(mode="after")
    def _refuse_impossible(self) -> Self:
        for name, value in self.measures.items():
            if value is not None and not is_possible(name, value):
                limit = LIMITS[name]
                raise ValueError(f"{name} is {value:g} {limit.unit}, beyond what a body can do ({limit.source})")
        return self

    @property
    def measures(self) -> dict[str, float | None]:
        """The exercise's own measures by name."""
        return self.__pydantic_extra__ or {}

    @property
    def numbers(self) -> dict[str, float]:
        """The same, NaN where not measured."""
        return {name: math.nan if value is None else value for name, value in self.measures.items()}


class VideoPart(_Part):
    """The file that was analyzed."""

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
    toward the person's front. ``roll_deg``: how far the image is turned, positive = clockwise.
    """

    kind: Literal["side", "front"] | None
    yaw_deg: Number = None
    roll_deg: Number = None
    warnings: list[str] = []


class ScalePart(_Part):
    """Centimeters per pixel of the video, and what it was derived from."""

    cm_per_px: Number = None
    source: Literal["height", "foot-length", "sticker"] | None = None


class Unmeasured(_Part):
    """A measure that is null, and why: "not measured, because …"."""

    measure: Annotated[str, Field(max_length=60)]
    reason: Annotated[str, Field(max_length=300)]


class Reading(_Part):
    """What one source reads of a measure: value and standard error in the measure's unit."""

    source: Annotated[str, Field(max_length=60)]
    value: Finite
    sd: Annotated[float, Field(ge=0, le=MAX_NUMBER, allow_inf_nan=False)]


class RepEvidence(Reading):
    """How a measure came about: what each source reads, and what they say together (``source`` joins their names)."""

    measure: Annotated[str, Field(max_length=60)]
    readings: list[Reading]


class Rep(_WithMeasures):
    """One repetition. Times are seconds from the start of the video; the exercise's measures are further fields.

    ``confidence`` is 0..1: the share of the rep's frames on which the landmarks it needs were seen and credible.
    ``unmeasured`` says why a measure is null, where the reason is known; ``evidence`` which sources a measure was combined
    from, where there are several. ``cut_off``: the recording ended before the movement had
    come back, so ``end_s`` is the recording's end, and what belongs to the way back is null.
    """

    number: int
    start_s: Finite
    peak_s: Finite
    end_s: Finite
    cut_off: bool = False
    faults: list[FaultCode] = []
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    unmeasured: list[Unmeasured] = []
    evidence: list[RepEvidence] = []


class Summary(_WithMeasures):
    """The set in numbers, of the exercise's headline measure.

    ``headline`` is the set's value in trends and comparisons, the mean of the repetitions ``headline_reps``
    (`Exercise.choose_reps`); ``unmeasured`` says why it is null. ``best`` is the largest of any rep, faults included (which
    rep is called the best: `export.facts.best_rep`); ``mean`` and ``sd`` are of all reps.
    ``clean_reps`` have no fault that was seen; of ``unjudged_reps`` among them the heel or the height was not seen, so that one may
    have been missed.
    """

    rep_count: int
    headline: Number = None
    headline_reps: list[int] = []
    best: Number = None
    mean: Number = None
    sd: Number = None
    clean_reps: int = 0
    unjudged_reps: int = 0
    unmeasured: list[Unmeasured] = []


class NotCounted(_Part):
    """A movement that was seen and not counted, and the criterion that it failed.

    ``value`` and ``limit`` are in the criterion's own unit, which ``message`` names; ``value`` is null where it could not be read.
    """

    start_s: Finite
    peak_s: Finite
    end_s: Finite
    exercise: ExerciseName
    criterion: Annotated[str, Field(max_length=60)]
    value: Number
    limit: Number
    message: Annotated[str, Field(max_length=300)]


class QualityWarning(_Part):
    """Something about the recording that a reader of the numbers must know, and what to change next time."""

    code: WarningCode
    message: str


class Quality(_Part):
    """How far the numbers can be trusted.

    ``expected_error`` gives, by measure, the standard error under this recording's conditions: 68 % of measurements lie
    within ± this (docs/accuracy.md). A measure without an entry has none established, or no repetition has it.
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


# The heights and masses that are taken for a person's. Beyond lies a slip of typing or of the unit: 1.76 meters, 5.9 feet.
HEIGHTS_CM, MASSES_KG = (80.0, 250.0), (20.0, 350.0)


class Athlete(_Part):
    """What the analysis needs to know of the person: all optional."""

    name: str | None = None
    height_cm: Annotated[float, Field(ge=HEIGHTS_CM[0], le=HEIGHTS_CM[1])] | None = None
    mass_kg: Annotated[float, Field(ge=MASSES_KG[0], le=MASSES_KG[1])] | None = None


class Counted(_Part):
    """What formcheck counted by itself, kept beside the corrections so that they can be taken back."""

    side: WorkingSide | None
    side_source: Source
    reps: Annotated[list[Rep], Field(fail_fast=True)]
    summary: Summary
    quality: Quality

    @model_validator(mode="before")
    @classmethod
    def _count_what_earlier_versions_did_not(cls, data: Any) -> Any:
        return with_unjudged(data)


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
    """Everything formcheck found in one recorded set. ``model_dump_json()`` is the public JSON report.

    ``test`` names the standard test that the set was, ended by its own rules, and ``end_reason`` says why it ended; both are
    null for a set that was practice. ``variant`` is the special case of ``exercise`` that was done (a
    soleus raise is a heel raise on bent knees), null for the exercise itself. ``condition`` is what the person said about how
    it was done, and the camera cannot see: null where the exercise has no conditions (`Exercise.conditions`), or nothing was said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)

    schema_: Literal["formcheck.report/1"] = Field("formcheck.report/1", alias="schema")
    origin: Literal["video", "live"] = "video"
    recorded_at: str | None = None
    video: VideoPart
    exercise: ExerciseName | None
    variant: VariantName | None = None
    exercise_source: Source
    test: TestName | None = None
    end_reason: Annotated[str, Field(max_length=300)] | None = None
    condition: ConditionName | None = None
    side: WorkingSide | None
    side_source: Source
    facing: Side | None
    view: ViewPart
    scale: ScalePart
    athlete: Athlete = Athlete()
    reps: Annotated[list[Rep], Field(fail_fast=True)] = []
    summary: Summary
    not_counted: Annotated[list[NotCounted], Field(fail_fast=True)] = []
    quality: Quality
    series: dict[str, list[Number]] | None = None
    software: Software
    corrections: Annotated[list[Correction], Field(fail_fast=True)] = []
    counted: Counted | None = None

    @model_validator(mode="before")
    @classmethod
    def _bring_up_to_date(cls, data: Any) -> Any:
        return bring_up_to_date(data)

    @model_validator(mode="after")
    def _refuse_anothers_variant(self) -> Self:
        if self.variant is not None and VARIANTS[self.variant] != self.exercise:
            raise ValueError(f"{self.variant} is no variant of {self.exercise}")
        return self

    @model_validator(mode="after")
    def _refuse_impossible(self) -> Self:
        limit = HEADLINE_LIMITS.get(self.drill) if self.drill else None
        for name in OF_HEADLINE:
            value = getattr(self.summary, name)
            if limit and value is not None and not limit.allows(value):
                raise ValueError(f"the set's {name} is {value:g} {limit.unit}, beyond what a body can do ({limit.source})")
        for name, values in (self.series or {}).items():
            if name in LIMITS and not all(value is None or is_possible(name, value) for value in values):
                raise ValueError(f"{name} goes beyond what a body can do ({LIMITS[name].source}) on some frames")
        return self

    @property
    def drill(self) -> ExerciseName | None:
        """What was done, by the name that is chosen, tracked and compared: the variant, or the exercise itself."""
        return self.variant or self.exercise

    @property
    def as_counted(self) -> SetReport:
        """The report as formcheck counted it, without any correction by hand."""
        if self.counted is None:
            return self
        kept = {name: getattr(self.counted, name) for name in Counted.model_fields}
        return self.model_copy(update={**kept, "corrections": [], "counted": None})

    @property
    def still_uncounted(self) -> list[NotCounted]:
        """The movements that were not counted, without those that were added by hand."""
        return [m for m in self.not_counted if not any(rep.start_s <= m.peak_s <= rep.end_s for rep in self.reps)]

    @property
    def warning_codes(self) -> list[str]:
        """The codes of the quality warnings."""
        return [w.code for w in self.quality.warnings]
