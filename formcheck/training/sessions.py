"""Build the sessions that move a person up or down their ladders from saved sets, ticks and pain scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from formcheck.support.form import FormCount
from formcheck.training.catalogue import Catalogue, Drill
from formcheck.training.days import DoneSet, amount_of, is_deload_day
from formcheck.training.enrolment import Enrolment
from formcheck.training.ladder import Ladder, Session, climb_by_leg
from formcheck.training.pain import PainAction, PainScores, count_step_backs, describe_help, describe_lasting_pain, judge_pain

Ticks = Mapping[tuple[date, str, str], int]
# Pain of sessions that are longer ago says nothing about today.
_RECENT = timedelta(days=14)


@dataclass(frozen=True)
class TrainingLog:
    """What a person did and felt: ticks by hand, pain by the day of the session, and levels set by hand.

    ``leg_levels`` are levels set by hand for one leg, by exercise and leg.
    """

    ticks: Ticks = field(default_factory=dict)
    pain: Mapping[date, PainScores] = field(default_factory=dict)
    chosen_levels: Mapping[str, Mapping[date, str]] = field(default_factory=dict)
    leg_levels: Mapping[tuple[str, str], Mapping[date, str]] = field(default_factory=dict)


def gather_sessions(name: str, drill: Drill, sets: Iterable[DoneSet], log: TrainingLog) -> list[Session]:
    """The sessions of one exercise, one a day; one recording analyzed twice counts once."""
    films: dict[date, list[DoneSet]] = {}
    seen: set[tuple[datetime, str | None, str | None]] = set()
    for row in sets:
        levels = [level for level in drill.levels if level.is_filmed_by(name, row.exercise, row.condition)]
        if not levels or row.rep_count < 1 or (row.recorded_at, row.exercise, row.side) in seen:
            continue
        seen.add((row.recorded_at, row.exercise, row.side))
        films.setdefault(row.day, []).append(row)
    ticked: dict[date, dict[str, int]] = {}
    for (day, work, side), count in log.ticks.items():
        if work == name and count > 0:
            ticked.setdefault(day, {})[side] = count
    return [
        _make_session(day, name, drill, films.get(day, []), ticked.get(day, {}), log.pain.get(day, PainScores()))
        for day in sorted({*films, *ticked})
    ]


def _make_session(day: date, name: str, drill: Drill, films: list[DoneSet], ticked: Mapping[str, int], pain: PainScores) -> Session:
    own: dict[str, tuple[int, ...]] = {}
    others: dict[str, dict[str, tuple[int, ...]]] = {}
    form: dict[str, FormCount] = {}
    for row in films:
        side = row.side or "both"
        form[side] = form.get(side, FormCount()) + row.form
        if row.exercise == name:
            own[side] = (*own.get(side, ()), row.rep_count)
        for level in drill.levels:
            if level.exercise is not None and level.is_filmed_by(name, row.exercise, row.condition):
                by_side = others.setdefault(level.id, {})
                by_side[side] = (*by_side.get(side, ()), amount_of(row, level))
    return Session(day=day, ticked=ticked, filmed=own, pain=pain, filmed_as=others, form=form)


def build_ladders(
    enrolment: Enrolment, sets: Iterable[DoneSet], log: TrainingLog, until: date, catalogue: Catalogue
) -> dict[str, Ladder]:
    """Every exercise's ladder, from the sessions of this run through the plan up to a day."""
    rows = list(sets)
    ladders = {}
    track = catalogue.tracks.get(enrolment.track)
    for name, drill in catalogue.drills.items():
        spared = track is not None and name in track.spares
        own = gather_sessions(name, drill, rows, log)
        sessions = [replace(session, spared=spared) for session in own if enrolment.started_on <= session.day <= until]
        by_side = {
            "both": log.chosen_levels.get(name, {}),
            **{leg: log.leg_levels.get((name, leg), {}) for leg in ("left", "right")},
        }
        chosen = {side: {day: level for day, level in levels.items() if day <= until} for side, levels in by_side.items()}
        ladders[name] = climb_by_leg(
            drill, sessions, catalogue, lambda day: is_deload_day(enrolment, day, catalogue), chosen, until
        )
    return ladders


def list_pain_actions(pain: Mapping[date, PainScores], until: date, catalogue: Catalogue) -> list[tuple[date, PainAction]]:
    """The action that each day's scores lead to, oldest first."""
    return [(day, judge_pain(pain[day], catalogue.pain)) for day in sorted(pain) if day <= until]


def describe_need(pain: Mapping[date, PainScores], until: date, catalogue: Catalogue, running: Iterable[date] = ()) -> str:
    """Why a professional should be seen, in a sentence; empty if there is no reason.

    The latest days with scores were step-backs, as many in a row as the programme allows; days with running and the others are
    also counted apart, because calm exercises on the days between say nothing about running. Or pain has not come down for weeks.
    """
    actions, ran = list_pain_actions(pain, until, catalogue), frozenset(running)
    groups = (actions, [it for it in actions if it[0] in ran], [it for it in actions if it[0] not in ran])
    if any(count_step_backs([action for _, action in group]) >= catalogue.pain.step_backs_before_help for group in groups):
        return describe_help(catalogue.pain)
    judged = [(day, action) for day, action in actions if action != "ask"]
    last_calm = max((day for day, action in judged if action == "progress"), default=date.min)
    since = min((day for day, _ in judged if day > last_calm), default=until)
    if until - since >= timedelta(weeks=catalogue.pain.weeks_before_help) and judged[-1][0] > until - _RECENT:
        return describe_lasting_pain(catalogue.pain)
    return ""
