"""Build the sessions that move a person up or down their ladders from saved sets, ticks and pain scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from formcheck.training.catalogue import Catalogue
from formcheck.training.days import DoneSet, is_deload_day
from formcheck.training.enrolment import Enrolment
from formcheck.training.ladder import Ladder, Session, climb
from formcheck.training.pain import PainAction, PainScores, count_step_backs, judge_pain

Ticks = Mapping[tuple[date, str, str], int]


@dataclass(frozen=True)
class TrainingLog:
    """What a person did and felt: ticks by hand, pain by the day of the session, and levels set by hand."""

    ticks: Ticks = field(default_factory=dict)
    pain: Mapping[date, PainScores] = field(default_factory=dict)
    chosen_levels: Mapping[str, Mapping[date, str]] = field(default_factory=dict)


def gather_sessions(drill: str, sets: Iterable[DoneSet], log: TrainingLog) -> list[Session]:
    """The sessions of one exercise, one a day; one recording analyzed twice counts once."""
    filmed: dict[date, dict[str, tuple[int, ...]]] = {}
    clean: dict[date, int] = {}
    seen: set[tuple[datetime, str | None]] = set()
    for row in sets:
        if row.exercise != drill or row.rep_count < 1 or (row.recorded_at, row.side) in seen:
            continue
        seen.add((row.recorded_at, row.side))
        by_side = filmed.setdefault(row.day, {})
        side = row.side or "both"
        by_side[side] = (*by_side.get(side, ()), row.rep_count)
        clean[row.day] = clean.get(row.day, 0) + row.clean_reps
    ticked: dict[date, dict[str, int]] = {}
    for (day, work, side), count in log.ticks.items():
        if work == drill and count > 0:
            ticked.setdefault(day, {})[side] = count
    return [
        Session(day, ticked.get(day, {}), filmed.get(day, {}), clean.get(day, 0), log.pain.get(day, PainScores()))
        for day in sorted({*filmed, *ticked})
    ]


def build_ladders(
    enrolment: Enrolment, sets: Iterable[DoneSet], log: TrainingLog, until: date, catalogue: Catalogue
) -> dict[str, Ladder]:
    """Every exercise's ladder, from the sessions of this run through the plan up to a day."""
    rows = list(sets)
    ladders = {}
    for name, drill in catalogue.drills.items():
        sessions = [s for s in gather_sessions(name, rows, log) if enrolment.started_on <= s.day <= until]
        chosen = {day: level for day, level in log.chosen_levels.get(name, {}).items() if day <= until}
        ladders[name] = climb(drill, sessions, catalogue, lambda day: is_deload_day(enrolment, day, catalogue), chosen)
    return ladders


def list_pain_actions(pain: Mapping[date, PainScores], until: date, catalogue: Catalogue) -> list[tuple[date, PainAction]]:
    """The action that each day's scores lead to, oldest first."""
    return [(day, judge_pain(pain[day], catalogue.pain)) for day in sorted(pain) if day <= until]


def needs_professional(pain: Mapping[date, PainScores], until: date, catalogue: Catalogue) -> bool:
    """Whether the latest days with scores were step-backs, as many in a row as the programme allows."""
    actions = [action for _, action in list_pain_actions(pain, until, catalogue)]
    return count_step_backs(actions) >= catalogue.pain.step_backs_before_help
