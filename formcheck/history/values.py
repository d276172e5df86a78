"""What the store gives out: small frozen records, free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from formcheck.support.errors import UsageError
from formcheck.support.form import FormCount

Sex = Literal["female", "male"]


class Period(NamedTuple):
    """The days from ``since`` to ``until``, both included; None leaves that end open."""

    since: date | None = None
    until: date | None = None


ALWAYS = Period()


def make_period(since: date | None, until: date | None) -> Period:
    """The period between two days. Raises `UsageError` if it ends before it begins."""
    if since is not None and until is not None and since > until:
        raise UsageError(f"The period ends on {until}, before it begins on {since}; exchange the two days.")
    return Period(since, until)


@dataclass(frozen=True, slots=True)
class Athlete:
    """A person whose sets are tracked. ``sample`` marks the demo athlete."""

    id: int
    name: str
    height_cm: float | None
    mass_kg: float | None
    birth_year: int | None
    sex: Sex | None
    created_at: datetime
    sample: bool = False

    def age_on(self, day: date) -> int | None:
        """The age in whole years, within a year (only the birth year is kept)."""
        return None if self.birth_year is None else day.year - self.birth_year


@dataclass(frozen=True, slots=True)
class SetRow:
    """One saved set as lists and trends need it: no report, no reps. Units are in the names.

    ``headline`` is the number that stands for the set, in the unit of the exercise's first measure. ``mean_…`` are over the reps
    that have the measure, ``best_…`` of the best of these (`support.form.find_best`); ``best``, ``mean`` and ``sd`` are of the
    report's headline measure. ``day`` is the calendar day where the person was. ``view``, ``yaw_deg`` and ``picture_height_cm`` say
    where the camera stood; ``test`` names the published test that the set was, if it was one; ``condition`` is what the person said
    about how it was done.
    """

    id: int
    athlete_id: int
    recorded_at: datetime
    day: date
    saved_at: datetime
    deleted_at: datetime | None
    corrected: bool
    origin: str
    exercise: str | None
    side: str | None
    usable: bool
    warnings: str
    rep_count: int
    clean_reps: int
    best: float | None
    mean: float | None
    sd: float | None
    mean_valid_peak_deg: float | None
    best_valid_peak_deg: float | None
    mean_height_cm: float | None
    best_height_cm: float | None
    mean_height_pct_foot: float | None
    best_height_pct_foot: float | None
    mean_knee_over_toe_cm: float | None
    best_knee_over_toe_cm: float | None
    height_fade_pct: float | None
    total_displacement_cm: float | None
    work_j: float | None
    cadence_per_min: float | None
    measures_version: int
    model: str
    model_sha256: str
    formcheck_version: str
    mediapipe_version: str
    html_path: str | None
    recording_path: str | None
    view: str | None
    yaw_deg: float | None
    picture_height_cm: float | None
    headline: float | None
    test: str | None
    condition: str | None
    unjudged_reps: int

    @property
    def form(self) -> FormCount:
        """How many of the reps were clean, as far as that could be seen."""
        return FormCount(self.rep_count, self.clean_reps, self.unjudged_reps)

    @property
    def warning_codes(self) -> list[str]:
        """The codes of the recording's warnings."""
        return self.warnings.split()


@dataclass(frozen=True, slots=True)
class SavedSet:
    """The answer to a save.

    ``already_saved``: this set was in the history, and nothing was added. ``corrected``: it was, and the corrections by hand
    that came with this save took the place of what was there.
    """

    row: SetRow
    already_saved: bool
    corrected: bool = False

    @property
    def kept_corrections(self) -> bool:
        """Whether the history kept a corrected set where the same one came without its corrections."""
        return self.already_saved and self.row.corrected and not self.corrected

    @property
    def id(self) -> int:
        """The set's number in the history."""
        return self.row.id


@dataclass(frozen=True, slots=True)
class Erased:
    """What "delete everything about this athlete" did, and what it could not reach."""

    athlete: str
    sets: int
    files_removed: list[str]
    files_left: list[str]
    backups_left: list[str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import added, and what was there already."""

    athletes: int = 0
    sets: int = 0
    runs: int = 0
    already_there: int = 0
