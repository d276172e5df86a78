"""A set's place among the person's other sets: the last one, the best one, and the other leg's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from formcheck.export.other_sets import NO_OTHER_SETS, Ghost, OtherSets, Reference, Verdict
from formcheck.history.trends.comparison import ComparisonVerdict, SetComparison, compare_with_history
from formcheck.history.trends.measures import day_text
from formcheck.report.schema import SetReport
from formcheck.support.language import tr

if TYPE_CHECKING:
    from formcheck.history.store.store import Store
    from formcheck.history.values import SetRow

# Sets from before figures were kept have none: so many of the best are opened before giving up.
MOST_TRIED = 20


def find_other_sets(
    store: Store, athlete_id: int, report: SetReport, *, at: datetime | None = None, set_id: int | None = None
) -> OtherSets:
    """Return the athlete's sets that a set is put beside, with what the differences mean.

    Parameters
    ----------
    at
        When the set was done; now by default.
    set_id
        The set's own number, when it is saved already.
    """
    if not report.reps or report.drill is None or report.side is None:
        return NO_OTHER_SETS
    moment = at or datetime.now().astimezone()
    compared = compare_with_history(store, athlete_id, report, at=moment, set_id=set_id)
    best = _find_best_set(store, athlete_id, report, moment, set_id)
    return OtherSets(
        last=_refer(compared.previous, report),
        best=None if best is None or best.headline is None else Reference(best.headline, day_text(best.day.toordinal())),
        other_leg=_refer(compared.other_leg, report),
        since_last=""
        if compared.previous is None
        else tr("Since last time: {comparison}").format(comparison=compared.previous.statement),
        sides="" if compared.other_leg is None else compared.other_leg.statement,
        ghost=find_ghost(store, athlete_id, report.drill, report.side, before=moment, set_id=set_id, condition=report.condition),
    )


def find_ghost(
    store: Store,
    athlete_id: int,
    exercise: str,
    side: str,
    *,
    before: datetime | None = None,
    set_id: int | None = None,
    condition: str | None = None,
) -> Ghost | None:
    """Return the best rep of the best set that kept a figure, for an exercise and leg; None where no set has one.

    Parameters
    ----------
    before
        Only sets done before this moment; any set by default.
    set_id
        A set that is left out.
    condition
        Only sets of which the same was said of how they were done.
    """
    known = _list_known(store, athlete_id, exercise, side, condition, before, set_id)
    for row in sorted(known, key=lambda row: row.headline or 0.0, reverse=True)[:MOST_TRIED]:
        curves = store.get_curves(row.id)
        if curves is not None and curves.figure is not None:
            return Ghost(curves.figure, day_text(row.day.toordinal()))
    return None


def _refer(compared: SetComparison | None, report: SetReport) -> Reference | None:
    """Return the other one of two compared sets, seen from the report's."""
    line = None if compared is None else compared.headline
    if compared is None or line is None or line.first is None or line.second is None:
        return None
    own_is_second = compared.second.report is report
    other, value = (compared.first, line.first) if own_is_second else (compared.second, line.second)
    day = "" if other.day is None else day_text(other.day.toordinal())
    return Reference(
        value=value,
        day=day,
        same_day=compared.first.day == compared.second.day,
        verdict=_turn(line.verdict, own_is_second=own_is_second),
        threshold=line.threshold,
    )


def _turn(verdict: ComparisonVerdict, *, own_is_second: bool) -> Verdict:
    """A verdict as seen from the report's set; sets of one day show no change."""
    if verdict == "more":
        return "more" if own_is_second else "less"
    if verdict == "less":
        return "less" if own_is_second else "more"
    return "unknown error" if verdict == "unknown error" else "within error"


def _find_best_set(store: Store, athlete_id: int, report: SetReport, moment: datetime, set_id: int | None) -> SetRow | None:
    """Return the athlete's earlier set of this leg and condition with the highest headline, under the same definitions."""
    known = _list_known(store, athlete_id, report.drill, report.side, report.condition, moment, set_id)
    alike = [row for row in known if row.measures_version == report.software.measures_version]
    return max(alike, key=lambda row: row.headline or 0.0, default=None)


def _list_known(
    store: Store,
    athlete_id: int,
    exercise: str | None,
    side: str | None,
    condition: str | None,
    before: datetime | None,
    set_id: int | None,
) -> list[SetRow]:
    """Return the usable sets with a number of an exercise, leg and condition, done before a moment, without the set ``set_id``."""
    rows = store.list_sets(athlete_id, exercise=exercise, side=side)
    alike = [row for row in rows if row.usable and row.headline is not None and row.condition == condition]
    return [row for row in alike if row.id != set_id and (before is None or row.recorded_at < before)]
