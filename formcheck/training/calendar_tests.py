"""The tests of weeks 0, 4, 8 and 12: when each is due, and what changed between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from formcheck.support.language import tr
from formcheck.support.statistics import least_difference
from formcheck.training.catalogue import Catalogue, WorkSide
from formcheck.training.enrolment import Enrolment
from formcheck.training.programme import PLAN_DAYS


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a test: ``value`` in the test's unit, why the test ended, and whether it was filmed or entered by hand.

    ``error`` is this measurement's own standard error in the test's unit; None if unknown.
    """

    kind: str
    side: WorkSide
    day: date
    value: float
    end_reason: str | None = None
    filmed: bool = False
    error: float | None = None


@dataclass(frozen=True, slots=True)
class DueTest:
    """A test that is due: its week, its due date, and the sides still to be tested."""

    kind: str
    week: int
    day: date
    sides: tuple[WorkSide, ...]


@dataclass(frozen=True)
class ResultRow:
    """One test on one side through the weeks; None for a week without a result."""

    kind: str
    side: WorkSide
    results: tuple[Result | None, ...]
    limit: float
    film_differs: bool = False

    @property
    def is_mixed(self) -> bool:
        """Whether first and last result were measured in two ways that differ: by camera and by tape."""
        known = [result for result in self.results if result is not None]
        return self.film_differs and len(known) > 1 and known[0].filmed != known[-1].filmed

    @property
    def change(self) -> float | None:
        """The last result minus the first; None with fewer than two, and where the two were measured in ways that differ."""
        known = [result for result in self.results if result is not None]
        return known[-1].value - known[0].value if len(known) > 1 and not self.is_mixed else None

    @property
    def is_change(self) -> bool:
        """Whether the change is more than measurement error."""
        return self.change is not None and abs(self.change) > self.limit

    @property
    def verdict(self) -> str:
        """The change in words."""
        if self.is_mixed:
            return tr("by camera once and by hand once: not compared")
        if self.change is None:
            return tr("nothing to compare with yet")
        if not self.is_change:
            return tr("no change beyond measurement error")
        return tr("more, beyond measurement error") if self.change > 0 else tr("less, beyond measurement error")


def date_of(enrolment: Enrolment, index: int) -> date | None:
    """The date of a day of the plan, counted from 0; None if an open-ended pause precedes it."""
    day = enrolment.started_on + timedelta(days=index)
    for pause in sorted(enrolment.pauses, key=lambda pause: pause.first_day):
        if pause.first_day <= day:
            if pause.resumed_on is None:
                return None
            day += pause.resumed_on - pause.first_day
    return day


def due_dates(enrolment: Enrolment, catalogue: Catalogue) -> dict[int, date | None]:
    """The due date of each week's tests: week 0 on the first day, the last week on the last day of the plan."""
    return {week: date_of(enrolment, min(7 * week, PLAN_DAYS - 1)) for week in catalogue.tests.weeks}


def find_due(results: Iterable[Result], enrolment: Enrolment, today: date, catalogue: Catalogue) -> list[DueTest]:
    """The tests that are due, are still within their window, and lack a result on some side."""
    known, due = list(results), []
    window = timedelta(days=catalogue.tests.window_days)
    for week, day in due_dates(enrolment, catalogue).items():
        if day is None or not day <= today <= day + window:
            continue
        for kind, spec in catalogue.tests.kinds.items():
            done = {result.side for result in known if result.kind == kind and abs(result.day - day) <= window}
            if open_sides := tuple(side for side in spec.sides if side not in done):
                due.append(DueTest(kind, week, day, open_sides))
    return due


def find_due_forms(filled: Iterable[tuple[str, date]], enrolment: Enrolment, today: date, catalogue: Catalogue) -> list[str]:
    """The questionnaires of the person's track that are due now.

    Parameters
    ----------
    filled
        Name and day of each questionnaire that was filled in.
    """
    known = list(filled)
    window = timedelta(days=catalogue.tests.window_days)
    open_days = [day for day in due_dates(enrolment, catalogue).values() if day is not None and day <= today <= day + window]

    def is_filled(name: str, due: date) -> bool:
        return any(done == name and abs(when - due) <= window for done, when in known)

    asked = [name for name, form in catalogue.questionnaires.items() if enrolment.track in form.tracks]
    return [name for name in asked if not all(is_filled(name, due) for due in open_days)]


def lay_out(results: Iterable[Result], enrolment: Enrolment, catalogue: Catalogue) -> list[ResultRow]:
    """Every test on every side, with its results in the order of the due weeks: for each week the result nearest to the due date;
    of two on one day, the one entered by hand.

    The limit of a change is that of the first result against the last (`least_difference`).
    """
    known, rows = list(results), []
    window = timedelta(days=catalogue.tests.window_days)
    for kind, spec in catalogue.tests.kinds.items():
        for side in spec.sides:
            mine = [result for result in known if result.kind == kind and result.side == side]
            cells: list[Result | None] = []
            for day in due_dates(enrolment, catalogue).values():
                near = [] if day is None else [r for r in mine if abs(r.day - day) <= window]
                cells.append(min(near, key=lambda r: (abs(r.day - (day or r.day)), r.filmed, r.day), default=None))
            rows.append(
                ResultRow(
                    kind=kind, side=side, results=tuple(cells), limit=_limit(cells, spec.error), film_differs=spec.film_differs
                )
            )
    return rows


def _limit(cells: list[Result | None], published: float) -> float:
    known = [cell for cell in cells if cell is not None]
    return least_difference(published, known[0].error, known[-1].error) if len(known) > 1 else published
