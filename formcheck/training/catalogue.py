"""The programme's data file, read and checked: exercises, tracks, questions, red flags, tests and sources.

The shipped file is ``programme.toml`` beside this module. A file of the same name in formcheck's data folder replaces it, so that
a clinician can change doses and rules without touching code.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from formcheck.support.checked_json import first_problem
from formcheck.support.errors import InputError
from formcheck.support.folders import home_folder
from formcheck.support.language import tr, translate
from formcheck.support.plain import check_plain_words
from formcheck.support.reading import read_ordinary
from formcheck.support.units import join_unit

FILE_NAME = "programme.toml"
DEFAULT_TRACK = "prevention"
SHIPPED = Path(__file__).with_name(FILE_NAME)
# The shipped file has 20 kB; a larger file than this is not a programme.
MAX_FILE_BYTES = 2**17
# Its longest text has 600 letters. A key of thousands of parts on one line would keep the parser busy for minutes.
MAX_LINE_LETTERS = 1000

WorkSide = Literal["left", "right", "both"]
Sources = Annotated[tuple[str, ...], Field(min_length=1)]
Share = Annotated[float, Field(gt=0, le=1)]
Text = Annotated[str, Field(min_length=1, max_length=600), AfterValidator(check_plain_words)]
# What stands on pages, in the process's language (`formcheck.training.translating` has the shipped file's words for a translator).
Words = Annotated[Text, AfterValidator(translate)]
Pain = Annotated[int, Field(ge=0, le=10)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class PainLimits(_Part):
    """The limits of the pain-monitoring model, on a scale from 0 to 10.

    ``weeks_before_help``: pain that never came down to ``progress_up_to`` for so long is to be examined.
    """

    progress_up_to: Pain
    tolerated_up_to: Pain
    step_backs_before_help: Annotated[int, Field(ge=1, le=10)]
    weeks_before_help: Annotated[int, Field(ge=1, le=12)] = 4
    source: Sources


class ProgressionRules(_Part):
    """When an exercise's level goes up, how the fourth week is eased, and what a break costs.

    ``break_days``: after more days than that without a session of the exercise, its level goes one back. ``least_session_share``: a
    session with this share of its sets or more counts for the share that was done. ``clean_share`` is of the filmed repetitions
    whose form was seen; where these are fewer than ``judged_share`` of all, the session says nothing about form.
    """

    sessions_to_move_up: Annotated[int, Field(ge=1, le=20)]
    clean_share: Share
    judged_share: Share = 0.5
    set_done_share: Share
    deload_every_weeks: Annotated[int, Field(ge=2, le=12)]
    deload_share: Share
    break_days: Annotated[int, Field(ge=7, le=84)] = 14
    least_session_share: Share = 0.5
    source: Sources


class RedFlag(_Part):
    """A sign that stops the plan, and where to go with it. ``urgency`` orders several signs: 1 is an emergency call."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    question: Words
    where: Words
    when: Words
    why: Words
    urgency: Annotated[int, Field(ge=1, le=9)]
    source: Sources


class Level(_Part):
    """A level of an exercise: its dose, and how it is done. Either ``reps`` or ``seconds`` is given.

    ``parts`` are variants; all sets of one are done before the next ("knee straight", "knee bent"). ``camera`` is false if the
    exercise's other levels can be filmed but this one cannot. ``exercise`` is the exercise by which the camera judges this level,
    if its name differs; ``condition`` is what the person must confirm for a filmed set ("eyes-closed").
    ``after_weeks``: so many weeks must have passed on the level below.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    title: Words
    how: Words
    sets: Annotated[int, Field(ge=1, le=20)]
    reps: Annotated[int, Field(ge=1, le=200)] | None = None
    seconds: Annotated[int, Field(ge=1, le=600)] | None = None
    per_leg: bool = False
    parts: tuple[Words, ...] = ()
    loaded: bool = False
    after_weeks: Annotated[int, Field(ge=0, le=12)] = 0
    camera: bool = True
    exercise: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] | None = None
    condition: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,20}$")] | None = None
    source: Sources

    @model_validator(mode="after")
    def _has_one_dose(self) -> Level:
        if (self.reps is None) == (self.seconds is None):
            raise ValueError("a level needs either reps or seconds")
        return self

    def is_filmed_by(self, drill: str, exercise: str | None, condition: str | None) -> bool:
        """Whether a filmed set of an exercise is a set of this level of ``drill``."""
        return self.camera and exercise == (self.exercise or drill) and self.condition in (None, condition)

    @property
    def total_sets(self) -> int:
        """The sets of all parts, on each leg that is counted."""
        return self.sets * max(1, len(self.parts))

    @property
    def amount(self) -> str:
        """The dose of one set: "15" repetitions, or "30 s"."""
        return f"{self.reps}" if self.seconds is None else f"{self.seconds}{join_unit('s')}"


class Drill(_Part):
    """An exercise as a ladder of levels, the easiest first. ``camera``: a webcam can count it live."""

    title: Words
    short: Words
    camera: bool = False
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    source: Sources

    @model_validator(mode="after")
    def _has_distinct_levels(self) -> Drill:
        if len({level.id for level in self.levels}) < len(self.levels):
            raise ValueError("two levels have the same id")
        return self

    def index_of(self, level_id: str) -> int | None:
        """The index of a level, from 0; None if the exercise has no such level."""
        return next((i for i, level in enumerate(self.levels) if level.id == level_id), None)


class Activity(_Part):
    """Work without sets: a run, a walk, cross-training, recovery."""

    title: Words
    short: Words
    how: Words
    source: Sources


class Track(_Part):
    """What to do on each of the seven days of a week, and for whom.

    ``return_criteria``: a person who does not run now must meet the entry criteria before the first walk–run session. ``spares``:
    exercises that hardly load what hurts on this track; pain repeats their level and does not lower it.
    """

    title: Words
    for_whom: Words
    return_criteria: bool
    spares: tuple[str, ...] = ()
    days: Annotated[tuple[tuple[str, ...], ...], Field(min_length=7, max_length=7)]
    source: Sources


class Question(_Part):
    """A question that helps to choose the track; ``options`` maps codes to answers."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    text: Words
    options: Annotated[dict[str, Words], Field(min_length=2)]


class Rule(_Part):
    """The track for certain answers; ``note`` is shown with it."""

    track: str
    answers: dict[str, str]
    note: Words = ""


class WalkRunStep(_Part):
    """A walk–run session: ``times`` rounds of walking and running, in minutes."""

    walk_min: Annotated[float, Field(ge=0, le=60)]
    run_min: Annotated[float, Field(gt=0, le=120)]
    times: Annotated[int, Field(ge=1, le=30)]

    @property
    def text(self) -> str:
        """The session in words: "5 times: walk 4 min, run 2 min"."""
        if self.walk_min == 0:
            return tr("run {minutes:g} min without a walk").format(minutes=self.run_min * self.times)
        words = tr("{times} times: walk {walk:g} min, run {run:g} min")
        return words.format(times=self.times, walk=self.walk_min, run=self.run_min)


class RunningRules(_Part):
    """The entry criteria and the steps of the return to running; a step lasts ``step_days`` or more."""

    walk_minutes: Annotated[int, Field(ge=1, le=240)]
    walk_pain_up_to: Pain
    raises_per_leg: Annotated[int, Field(ge=0, le=100)]
    symmetry_pct: Annotated[float, Field(ge=0, le=100)]
    quiet_weeks: Annotated[int, Field(ge=1, le=52)]
    step_days: Annotated[int, Field(ge=1, le=28)] = 7
    steps: Annotated[tuple[WalkRunStep, ...], Field(min_length=1)]
    source: Sources


class CalendarTest(_Part):
    """A test on the calendar. ``error`` is the smallest difference in ``unit`` that exceeds measurement error.

    ``lowest`` and ``highest`` bound a result entered by hand: what lies beyond is a typing error. ``film_differs``: the camera
    measures another distance than a tape does, so the two are not compared.
    """

    title: Words
    unit: Text
    sides: Annotated[tuple[WorkSide, ...], Field(min_length=1)]
    error: Annotated[float, Field(gt=0)]
    lowest: float = 0.0
    highest: float = 1000.0
    how: Words
    ends: Annotated[tuple[str, ...], Field(min_length=1)]
    film_differs: bool = False
    source: Sources


class CalendarTests(_Part):
    """Which tests are due in which weeks."""

    weeks: Annotated[tuple[int, ...], Field(min_length=1)]
    window_days: Annotated[int, Field(ge=0, le=27)]
    kinds: Annotated[dict[str, CalendarTest], Field(min_length=1)]


class Questionnaire(_Part):
    """How a questionnaire is scored; its text is not kept here. MDC and MCID are in points of the score."""

    title: Words
    items: Annotated[int, Field(ge=1, le=100)]
    scale: Literal["share", "sum"]
    points_per_item: Annotated[int, Field(ge=1, le=100)] | None = None
    max_points: Annotated[int, Field(ge=1, le=1000)] | None = None
    mdc: float | None = None
    mcid: float | None = None
    tracks: tuple[str, ...]
    link: Annotated[str, Field(pattern=r"^https://[^\s()\[\]<>]+$")]  # stands in a page's Markdown, so it must end nowhere else
    source: Sources

    @model_validator(mode="after")
    def _can_be_scored(self) -> Questionnaire:
        if self.scale == "share" and self.points_per_item is None:
            raise ValueError('the scale "share" needs points_per_item')
        if self.scale == "sum" and self.max_points is None:
            raise ValueError('the scale "sum" needs max_points')
        return self


class Catalogue(_Part):
    """The whole data file. Every name that one part uses for another is checked."""

    weeks: Literal[12] = 12  # a copy of an earlier file states it; nothing else can be asked for
    sources: dict[str, Text]
    pain: PainLimits
    progression: ProgressionRules
    red_flags: Annotated[tuple[RedFlag, ...], Field(min_length=1)]
    drills: Annotated[dict[str, Drill], Field(min_length=1)]
    activities: dict[str, Activity]
    tracks: Annotated[dict[str, Track], Field(min_length=1)]
    questions: tuple[Question, ...]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    running: RunningRules
    tests: CalendarTests
    questionnaires: dict[str, Questionnaire]

    @model_validator(mode="after")
    def _names_exist(self) -> Catalogue:
        for name in ("run", "walk-run", "walk", "recovery"):
            if name not in self.activities:
                raise ValueError(f"activities.{name} is missing")
        if DEFAULT_TRACK not in self.tracks:
            raise ValueError(f"tracks.{DEFAULT_TRACK} is missing")
        if clash := self.drills.keys() & self.activities.keys():
            raise ValueError(f"{min(clash)} is both an exercise and an activity")
        for name, form in self.questionnaires.items():
            if missing := set(form.tracks) - self.tracks.keys():
                raise ValueError(f"questionnaires.{name}: there is no track called {min(missing)}")
        return self

    @model_validator(mode="after")
    def _tracks_name_known_work(self) -> Catalogue:
        known = self.drills.keys() | self.activities.keys()
        for name, track in self.tracks.items():
            for work in (work for day in track.days for work in day):
                if work not in known:
                    raise ValueError(f"tracks.{name}: there is no exercise or activity called {work}")
            if unknown := set(track.spares) - self.drills.keys():
                raise ValueError(f"tracks.{name}: there is no exercise called {min(unknown)}")
        return self

    @model_validator(mode="after")
    def _rules_name_known_answers(self) -> Catalogue:
        options = {question.id: question.options for question in self.questions}
        for rule in self.rules:
            if rule.track not in self.tracks:
                raise ValueError(f"rules: there is no track called {rule.track}")
            for question, answer in rule.answers.items():
                if answer not in options.get(question, {}):
                    raise ValueError(f"rules: {question} = {answer} is not a question with this answer")
        if self.rules[-1].answers:
            raise ValueError("rules: the last rule must fit every answer, so it has no answers")
        return self

    @model_validator(mode="after")
    def _sources_exist(self) -> Catalogue:
        for part in self._sourced():
            for key in part:
                if key not in self.sources:
                    raise ValueError(f"there is no source called {key}")
        return self

    def _sourced(self) -> list[Sources]:
        parts: list[Sources] = [self.pain.source, self.progression.source, self.running.source]
        parts += [flag.source for flag in self.red_flags]
        parts += [drill.source for drill in self.drills.values()]
        parts += [level.source for drill in self.drills.values() for level in drill.levels]
        parts += [activity.source for activity in self.activities.values()]
        parts += [track.source for track in self.tracks.values()]
        parts += [kind.source for kind in self.tests.kinds.values()]
        parts += [form.source for form in self.questionnaires.values()]
        return parts

    def cite(self, keys: Sources) -> list[str]:
        """The full references for some keys."""
        return [self.sources[key] for key in keys]


def read_catalogue(path: Path) -> Catalogue:
    """Read and check a programme file.

    Raises
    ------
    InputError
        In one line: which part of the file is wrong, and why.
    """
    data = read_ordinary(path, MAX_FILE_BYTES, "give the name of a programme file")
    try:
        text = data.decode("utf-8")
        if max(map(len, text.splitlines()), default=0) > MAX_LINE_LETTERS:
            raise InputError(f"{path} has a line of more than {MAX_LINE_LETTERS} letters; write it on several.")
        return Catalogue.model_validate(tomllib.loads(text))
    except RecursionError as error:
        raise InputError(f"{path} is nested too deep for a programme file; correct it.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a TOML file in UTF-8 ({error}); correct that line.") from error
    except ValidationError as error:
        raise InputError(f"{path}, {first_problem(error, 'the whole file')}; correct it or remove the file.") from error


def current_catalogue() -> Catalogue:
    """The programme in use: the file in formcheck's data folder if there is one, otherwise the shipped one."""
    own = home_folder() / FILE_NAME
    try:
        changed = own.stat().st_mtime_ns
    except OSError:
        return _read_once(SHIPPED, 0)
    return _read_once(own, changed)


@cache
def _read_once(path: Path, changed_ns: int) -> Catalogue:
    """Read a file only once between changes."""
    return read_catalogue(path)
