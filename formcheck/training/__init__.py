"""The plan: the guide's exercises as ladders of levels, on a track of twelve weeks that can be started, paused and shifted.

The package knows no store: :mod:`formcheck.history.store.plans` and :mod:`formcheck.history.store.diary` keep what is entered.
"""

from formcheck.training.catalogue import Catalogue, current_catalogue
from formcheck.training.days import (
    DayPlan,
    DoneSet,
    DoneSets,
    Progress,
    WeekAdherence,
    WorkItem,
    adherence,
    calendar,
    count_done_sets,
    day_plan,
)
from formcheck.training.enrolment import Enrolment, Pause, PlanState, last_day, pause, plan_day, resume, shift, start, state_on
from formcheck.training.explain import explain_day, explain_next
from formcheck.training.pain import PainScores
from formcheck.training.programme import PLAN_DAYS, WARNINGS, WEEKS, Work, all_work, sides_of

__all__ = [
    "PLAN_DAYS",
    "WARNINGS",
    "WEEKS",
    "Catalogue",
    "DayPlan",
    "DoneSet",
    "DoneSets",
    "Enrolment",
    "PainScores",
    "Pause",
    "PlanState",
    "Progress",
    "WeekAdherence",
    "Work",
    "WorkItem",
    "adherence",
    "all_work",
    "calendar",
    "count_done_sets",
    "current_catalogue",
    "day_plan",
    "explain_day",
    "explain_next",
    "last_day",
    "pause",
    "plan_day",
    "resume",
    "shift",
    "sides_of",
    "start",
    "state_on",
]
