"""Saved sets as the programme reads them: just what a plan needs of a set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from formcheck.support.form import FormCount


@dataclass(frozen=True)
class SavedSet:
    """A set of some day, filmed at six in the evening and some minutes."""

    day: date
    exercise: str | None
    side: str | None
    rep_count: int = 10
    clean_reps: int = 0
    minute: int = 0
    headline: float | None = None
    condition: str | None = None
    unjudged_reps: int = 0

    @property
    def form(self) -> FormCount:
        return FormCount(self.rep_count, self.clean_reps, self.unjudged_reps)

    @property
    def recorded_at(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 18, self.minute, tzinfo=UTC)
