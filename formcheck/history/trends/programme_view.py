"""How an athlete stands on the programme: tests from films and by hand, and one line for the clinician's view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from formcheck import training
from formcheck.history.trends.measures import main_measure
from formcheck.history.values import Athlete, SetRow
from formcheck.support.language import lower_first, tr
from formcheck.training.calendar_tests import DueTest, Result, due_dates, find_due
from formcheck.training.catalogue import Catalogue, WorkSide

if TYPE_CHECKING:
    from formcheck.history.store.store import Store

# The days that the clinician's view sums up.
_RECENT = timedelta(days=7)
# Tests that any saved set of an exercise is: the exercise, and the measure of a rep whose error is the result's.
_FILMED = {"range": ("half-kneeling", "valid_peak_deg"), "knee-to-wall": ("knee-to-wall", "knee_over_toe_cm")}
_SIDES: dict[str, WorkSide] = {"left": "left", "right": "right"}


def list_results(store: Store, athlete_id: int) -> list[Result]:
    """Every test result by day: those entered by hand, and those read from filmed sets."""
    errors = {kind: store.list_errors(athlete_id, measure) for kind, (_, measure) in _FILMED.items()}
    filmed = [result for row in store.list_sets(athlete_id) if (result := _filmed_result(store, row, errors)) is not None]
    return sorted([*store.diary.results(athlete_id), *filmed], key=lambda result: result.day)


def _filmed_result(store: Store, row: SetRow, errors: dict[str, dict[int, float]]) -> Result | None:
    side = _SIDES.get(row.side or "")
    if side is None or not row.usable:
        return None
    if row.exercise == "heel-raise" and row.test is not None:
        reason = store.get_report(row.id).end_reason
        return Result("heel-raise-endurance", side, row.day, float(row.rep_count), reason, filmed=True)
    for kind, (exercise, _) in _FILMED.items():
        if row.exercise == exercise:
            value = _read_value(kind, row)
            return None if value is None else Result(kind, side, row.day, value, filmed=True, error=errors[kind].get(row.id))
    return None


def _read_value(kind: str, row: SetRow) -> float | None:
    """A filmed set's result: the furthest trial of the knee-to-wall test (unknown without a height), the set's range otherwise."""
    if kind == "knee-to-wall":
        return row.best_knee_over_toe_cm
    measure = main_measure(row.exercise)
    return None if measure is None else measure.value_of(row, "mean")


@dataclass(frozen=True)
class Overview:
    """One athlete in the clinician's view. ``attention`` is the reason to see this athlete first; empty without one."""

    athlete: Athlete
    track: str
    week: int | None
    state: str
    done: int
    asked: int
    worst_pain: int | None
    levels: dict[str, str]
    due: tuple[DueTest, ...]
    attention: tuple[str, ...]


def view_athlete(store: Store, athlete: Athlete, today: date) -> Overview:
    """One athlete: what was done in the last seven days, pain, levels, tests that are due."""
    rules = training.current_catalogue()
    enrolment = store.plans.enrolment(athlete.id)
    days = store.plans.calendar(athlete.id, today - _RECENT + timedelta(days=1), today)
    drills = [item for day in days for item in day.items if item.work.is_drill]
    pain = [s.worst for day, s in store.diary.pain(athlete.id).items() if today - _RECENT < day <= today and s.worst is not None]
    progress = store.plans.progress(athlete.id, today)
    stopped = bool(progress.stops_on(today))
    due = () if enrolment is None or stopped else tuple(find_due(list_results(store, athlete.id), enrolment, today, rules))
    track = rules.tracks.get("" if enrolment is None else enrolment.track)
    return Overview(
        athlete=athlete,
        track=tr("no plan") if track is None else track.title,
        week=days[-1].week,
        state=days[-1].state,
        done=sum(min(item.sets_done, item.work.sets) for item in drills),
        asked=sum(item.work.sets for item in drills),
        worst_pain=max(pain, default=None),
        levels={} if enrolment is None else list_levels(enrolment, progress, today),
        due=due,
        attention=_attention(store, athlete.id, progress, max(pain, default=None), today),
    )


def _attention(store: Store, athlete_id: int, progress: training.Progress, worst: int | None, today: date) -> tuple[str, ...]:
    rules = progress.catalogue
    reasons = [
        tr("Red flag, to be seen {when}: {question} Yes.").format(when=flag.when, question=flag.question)
        for flag in progress.stops_on(today)
    ]
    if need := store.plans.describe_need(athlete_id, today):
        reasons.append(need)
    elif worst is not None and worst > rules.pain.tolerated_up_to:
        reasons.append(tr("Pain reached {worst} in the last seven days.").format(worst=worst))
    return tuple(reasons)


def view_everybody(store: Store, today: date) -> list[Overview]:
    """Every athlete, those who need attention first, then those whose test is due, then by name."""
    found = [view_athlete(store, athlete, today) for athlete in store.list_athletes()]
    return sorted(found, key=lambda item: (not item.attention, not item.due, item.athlete.name.casefold()))


def list_levels(enrolment: training.Enrolment, progress: training.Progress, day: date) -> dict[str, str]:
    """The level of each exercise of the person's track, by the exercise's name."""
    rules = progress.catalogue
    track = rules.tracks.get(enrolment.track)
    names = dict.fromkeys(name for work in (track.days if track else ()) for name in work if name in rules.drills)
    return {name: _describe_level(name, progress, day) for name in names}


def _describe_level(drill: str, progress: training.Progress, day: date) -> str:
    """A drill's level: "Heel raise on one leg", or each leg's where they differ."""
    levels = progress.catalogue.drills[drill].levels
    if not progress.legs_differ(drill, day):
        return levels[progress.standing_on(drill, day).level].title
    left, right = (levels[progress.standing_on(drill, day, leg).level].title for leg in ("left", "right"))
    return tr("left leg: {left}, right leg: {right}").format(left=lower_first(left), right=lower_first(right))


def list_test_days(enrolment: training.Enrolment, rules: Catalogue) -> list[tuple[date, str]]:
    """The due dates of the tests, each with what is due, for a calendar."""
    titles = ", ".join(kind.title for kind in rules.tests.kinds.values())
    return [
        (day, tr("week {week}: {titles}").format(week=week, titles=titles))
        for week, day in due_dates(enrolment, rules).items()
        if day is not None
    ]
