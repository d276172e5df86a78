"""Which saved sets are worth comparing: with the last time, with the other leg, and of an athlete's whole history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from formcheck.exercises import EXERCISES
from formcheck.report.schema import SetReport
from formcheck.support.language import lower_first, tr
from formcheck.support.legs import LEG_WORDS, OPPOSITE

if TYPE_CHECKING:
    from formcheck.history.store.store import Store
    from formcheck.history.values import SetRow


def find_previous(store: Store, athlete_id: int, report: SetReport, at: datetime, *, not_set: int | None = None) -> SetRow | None:
    """The athlete's last set of the same exercise, leg and condition before ``at``: of an earlier day, if there is any."""
    rows = [row for row in _candidates(store, athlete_id, report, report.side, not_set) if row.recorded_at < at]
    day = at.astimezone().date()
    return next((row for row in rows if row.day < day), rows[0] if rows else None)


def find_other_leg(store: Store, athlete_id: int, report: SetReport, at: datetime) -> SetRow | None:
    """The set of the other leg that is nearest in time to ``at``; None for a set of both legs."""
    other = OPPOSITE.get(report.side or "")
    if other is None:
        return None
    return min(
        _candidates(store, athlete_id, report, other, None),
        key=lambda row: abs((row.recorded_at - at).total_seconds()),
        default=None,
    )


def _candidates(store: Store, athlete_id: int, report: SetReport, side: str | None, not_set: int | None) -> list[SetRow]:
    """Usable sets of the exercise and leg with a number, of the same condition, measure definitions and view, newest first."""
    if report.drill is None or side is None:
        return []
    rows = store.list_sets(athlete_id, exercise=report.drill, side=side, newest_first=True)
    version, view = report.software.measures_version, report.view.kind
    return [
        row
        for row in rows
        if row.usable
        and row.headline is not None
        and row.measures_version == version
        and row.condition == report.condition
        and view in (None, row.view or view)
        and row.id != not_set
    ]


def suggest_pairs(rows: Iterable[SetRow]) -> list[tuple[str, SetRow, SetRow]]:
    """Pairs worth comparing among an athlete's sets: (title, first, second), the most useful first.

    For each exercise, and each condition that was said of it, the latest left against the latest right, then the first against the
    latest of each leg. The titles name exercise and condition where there are pairs of several.
    """
    usable = sorted((r for r in rows if r.usable and r.headline is not None), key=lambda r: (r.recorded_at, r.id))
    sides: list[tuple[str, SetRow, SetRow]] = []
    times: list[tuple[str, SetRow, SetRow]] = []
    for kind in dict.fromkeys((r.exercise, r.condition) for r in reversed(usable) if r.exercise):
        alike = [r for r in usable if (r.exercise, r.condition) == kind]
        newest = max(r.measures_version for r in alike)
        of_drill = [r for r in alike if r.measures_version == newest]
        by_side = {side: [r for r in of_drill if r.side == side] for side in ("left", "right", "both")}
        if by_side["left"] and by_side["right"]:
            sides.append((tr("Left and right, the latest"), by_side["left"][-1], by_side["right"][-1]))
        for side, title in LEG_WORDS.items():
            if len({r.day for r in by_side[side]}) > 1:
                times.append((tr("First and latest, {leg}").format(leg=title), by_side[side][0], by_side[side][-1]))
    pairs = [*sides, *times]
    if len({(first.exercise, first.condition) for _, first, _ in pairs}) < 2:
        return pairs
    words = tr("{exercise}: {pair}")
    return [
        (words.format(exercise=_name_kind(first), pair=lower_first(title)), first, second)
        for title, first, second in pairs
        if first.exercise in EXERCISES
    ]


def _name_kind(row: SetRow) -> str:
    """A set's exercise, and the condition that was said of it: "Balance, eyes closed"."""
    exercise = EXERCISES[row.exercise or ""]
    condition = exercise.conditions.get(row.condition or "", "").lower()
    return ", ".join(part for part in (exercise.short_title, condition) if part)
