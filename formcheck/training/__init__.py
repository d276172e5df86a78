"""The plan: the guide's drills inside a 12-week progression that can be started, paused and shifted.

It knows no store: :mod:`formcheck.history.store.plans` keeps the enrolment and the ticks.
"""

from formcheck.training.days import (
    DayPlan,
    DoneSet,
    DoneSets,
    WeekAdherence,
    WorkItem,
    adherence,
    calendar,
    count_done_sets,
    day_plan,
)
from formcheck.training.enrolment import Enrolment, Pause, PlanState, last_day, pause, plan_day, resume, shift, start, state_on
from formcheck.training.programme import PHASES, PLAN_DAYS, WARNINGS, WEEKS, WORK, Phase, Work, WorkName, WorkSide

__all__ = [
    "PHASES",
    "PLAN_DAYS",
    "WARNINGS",
    "WEEKS",
    "WORK",
    "DayPlan",
    "DoneSet",
    "DoneSets",
    "Enrolment",
    "Pause",
    "Phase",
    "PlanState",
    "WeekAdherence",
    "Work",
    "WorkItem",
    "WorkName",
    "WorkSide",
    "adherence",
    "calendar",
    "count_done_sets",
    "day_plan",
    "last_day",
    "pause",
    "plan_day",
    "resume",
    "shift",
    "start",
    "state_on",
]
