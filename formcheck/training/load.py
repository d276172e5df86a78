"""The 10 % rule: how much more than last week, in running kilometres and in repetitions.

The rule is a convention of runners' guides: a week's load at most ten per cent above the week's before. It is a ceiling
and not a goal. Weeks are calendar weeks and begin on Monday.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MAX_INCREASE = 0.10
# After weeks without any load the ceiling is the last load of this many weeks, without an increase; before that, none.
MEMORY_WEEKS = 4
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class WeekLoad:
    """A week's load and its ceiling, in the unit of what was summed. No ceiling: there is nothing to compare with."""

    monday: date
    total: float
    ceiling: float | None

    @property
    def broke_rule(self) -> bool:
        """Whether the week went over its ceiling, as far as can be seen in numbers of one decimal."""
        return self.ceiling is not None and round(self.total, 1) > round(self.ceiling, 1)

    @property
    def left(self) -> float | None:
        """How much of the ceiling is left; 0 when it is passed."""
        return None if self.ceiling is None else max(0.0, self.ceiling - self.total)


@dataclass(frozen=True)
class LoadReview:
    """The weeks up to this one, the last of them being this week, and next week's ceiling as things stand today."""

    weeks: tuple[WeekLoad, ...]
    next_ceiling: float | None
    unit: str

    @property
    def this_week(self) -> WeekLoad:
        """The current week so far."""
        return self.weeks[-1]

    @property
    def broken_weeks(self) -> tuple[WeekLoad, ...]:
        """The weeks that broke the rule."""
        return tuple(week for week in self.weeks if week.broke_rule)

    @property
    def message(self) -> str:
        """Where this week stands, and next week's ceiling, in words."""
        week = self.this_week
        done = self.text(week.total)
        if week.ceiling is None:
            sentence = f"{done} this week; there is no week before it to compare with, so start easy."
        elif week.broke_rule:
            sentence = f"{done} this week is over the ceiling of {self.text(week.ceiling)}: rest or cross-train until Monday."
        else:
            left = self.text(week.ceiling - week.total)
            sentence = f"{done} this week, {left} left under the ceiling of {self.text(week.ceiling)}."
        if self.next_ceiling is not None:
            sentence += f" Next week's ceiling, if this week ended now: {self.text(self.next_ceiling)}."
        return sentence

    def text(self, amount: float) -> str:
        """An amount with its unit: kilometres to one decimal, repetitions whole."""
        if self.unit == "reps":
            return f"{math.floor(amount + 1e-9)} {self.unit}"
        return f"{amount:.1f} {self.unit}"


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def ceiling_after(totals: list[float]) -> float | None:
    """The ceiling of the week that follows these weeks' totals (oldest first)."""
    if totals and totals[-1] > 0:
        return totals[-1] * (1 + MAX_INCREASE)
    recent = [total for total in totals[-MEMORY_WEEKS:] if total > 0]
    return recent[-1] if recent else None


def review_load(amounts: Iterable[tuple[date, float]], today: date, unit: str = "km") -> LoadReview:
    """Sum amounts by week up to today's week, empty weeks included, each with its ceiling."""
    by_week: defaultdict[date, float] = defaultdict(float)
    this_monday = monday_of(today)
    for day, amount in amounts:
        if monday_of(day) <= this_monday:
            by_week[monday_of(day)] += amount
    first = min(by_week, default=this_monday)
    totals: list[float] = []
    weeks = []
    for i in range((this_monday - first).days // 7 + 1):
        monday = first + i * _WEEK
        weeks.append(WeekLoad(monday, by_week.get(monday, 0.0), ceiling_after(totals)))
        totals.append(by_week.get(monday, 0.0))
    return LoadReview(tuple(weeks), ceiling_after(totals), unit)
