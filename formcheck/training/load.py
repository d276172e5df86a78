"""Running load: the week against the week before, and the single run against the longest of the last 30 days.

- *The week.* It may be at most ten percent above the week before. This is a convention of runners' guides, a ceiling and not a
  goal. Weeks are calendar weeks and begin on Monday. Each week without running lowers the ceiling.
- *The run.* In 5,205 runners, injuries were more frequent after a run longer than 110 % of the longest of the 30 days before:
  hazard ratios 1.64 (up to 1.3 times), 1.52 (up to double) and 2.28 (beyond double). The ratio of one week to the last showed no
  relation to injury (Frandsen 2025, British Journal of Sports Medicine).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from formcheck.support.language import tr
from formcheck.support.units import join_unit

# The 10 % rule, a convention (see above).
MAX_INCREASE = 0.10
# After one, two and three weeks without running the ceiling is this share of the last week's load. Later there is no ceiling:
# the runner starts over. The shares are formcheck's own, chosen cautiously: fitness falls within weeks, and bone and tendon recover
# more slowly.
RETURN_SHARES = (0.9, 0.7, 0.5)
# The longest run is taken from this many preceding days (Frandsen 2025).
SPIKE_DAYS = 30
# Above each of these multiples of the longest run, the spike is small, moderate or large (Frandsen 2025).
SPIKE_BANDS = (1.1, 1.3, 2.0)
SpikeKind = Literal["small", "moderate", "large"]
_HAZARDS: dict[SpikeKind, float] = {"small": 1.64, "moderate": 1.52, "large": 2.28}
_WEEK = timedelta(days=7)
# The unit of exercise, which the 10 % rule does not govern.
REPS = "reps"


@dataclass(frozen=True)
class WeekLoad:
    """A week's load and its ceiling, in the unit of the summed amounts. The ceiling is None if there is nothing to compare with.

    ``walk_run``: walk–run sessions of the plan were done, whose steps set the load; such a week has no ceiling.
    """

    monday: date
    total: float
    ceiling: float | None
    walk_run: bool = False

    @property
    def broke_rule(self) -> bool:
        """Whether the week exceeded its ceiling, as far as numbers of one decimal show it."""
        return self.ceiling is not None and round(self.total, 1) > round(self.ceiling, 1)

    @property
    def left(self) -> float | None:
        """How much of the ceiling is left; 0 if it is exceeded."""
        return None if self.ceiling is None else max(0.0, self.ceiling - self.total)


@dataclass(frozen=True)
class RunSpike:
    """A run longer than 110 % of the longest of the 30 days before it, both in kilometers."""

    day: date
    km: float
    longest_km: float

    @property
    def ratio(self) -> float:
        """The run divided by the longest of the 30 days before."""
        return self.km / self.longest_km

    @property
    def kind(self) -> SpikeKind:
        """The size class of the spike."""
        if self.ratio > SPIKE_BANDS[2]:
            return "large"
        return "moderate" if self.ratio > SPIKE_BANDS[1] else "small"

    @property
    def message(self) -> str:
        """The spike in words, with the hazard ratio found after such runs."""
        kind = {"small": tr("small"), "moderate": tr("moderate"), "large": tr("large")}[self.kind]
        words = tr(
            "The run of {km:.1f} km is a {kind} spike: {ratio:.1f} times the longest of the {days} days before ({longest:.1f} km). "
            "After such runs, injuries were {hazard:.1f} times as frequent (Frandsen 2025)."
        )
        return words.format(
            km=self.km, kind=kind, ratio=self.ratio, days=SPIKE_DAYS, longest=self.longest_km, hazard=_HAZARDS[self.kind]
        )


@dataclass(frozen=True)
class LoadReview:
    """The weeks up to this one, which is the last, and next week's ceiling given the data so far.

    ``spikes`` are the single runs that were much longer than those before, oldest first. ``longest_km`` is the longest run of the
    last 30 days; None without one.
    """

    weeks: tuple[WeekLoad, ...]
    next_ceiling: float | None
    unit: str
    spikes: tuple[RunSpike, ...] = ()
    longest_km: float | None = None

    @property
    def this_week(self) -> WeekLoad:
        """The current week so far."""
        return self.weeks[-1]

    @property
    def broken_weeks(self) -> tuple[WeekLoad, ...]:
        """The weeks that broke the rule."""
        return tuple(week for week in self.weeks if week.broke_rule)

    @property
    def spike_this_week(self) -> RunSpike | None:
        """The largest spike of the current week."""
        return max(
            (spike for spike in self.spikes if spike.day >= self.this_week.monday), key=lambda spike: spike.ratio, default=None
        )

    @property
    def needs_care(self) -> bool:
        """Whether this week exceeded its ceiling, or had a run that was a spike."""
        return self.this_week.broke_rule or self.spike_this_week is not None

    @property
    def message(self) -> str:
        """This week's load and what comes next, in words."""
        week = self.this_week
        done = self.text(week.total)
        spike = self.spike_this_week
        if week.broke_rule:
            over = tr("{done} this week is over the ceiling of {ceiling}: rest or cross-train until Monday.")
            parts = [over.format(done=done, ceiling=self.text(week.ceiling or 0.0))]
        elif spike is not None:
            parts = [tr("{done} this week.").format(done=done)]
        elif week.walk_run:
            stepped = tr(
                "{done} this week. The walk-run steps set the load; the weekly ceiling begins with the first week of running."
            )
            return stepped.format(done=done)
        elif self.unit == REPS:
            parts = [tr("{done} this week. Levels and pain decide how many, not the 10 % rule.").format(done=done)]
        elif week.ceiling is None:
            quiet = tr("{done} this week. After four weeks or more without running, begin with walking and running in turns.")
            parts = [quiet.format(done=done)]
        else:
            left = self.text(week.ceiling - week.total)
            under = tr("{done} this week, {left} left under the ceiling of {ceiling}.")
            parts = [under.format(done=done, left=left, ceiling=self.text(week.ceiling))]
        if spike is not None:
            parts += [spike.message, tr("Keep the next runs short.")]
        elif self.longest_km is not None and not week.broke_rule:
            parts.append(tr("No single run over {longest}.").format(longest=self.text(SPIKE_BANDS[0] * self.longest_km)))
        if self.next_ceiling is not None:
            ceiling = tr("Next week's ceiling, if this week ended now: {ceiling}.")
            parts.append(ceiling.format(ceiling=self.text(self.next_ceiling)))
        return " ".join(parts)

    def text(self, amount: float) -> str:
        """An amount with its unit: kilometers to one decimal, repetitions whole."""
        if self.unit == REPS:
            return f"{math.floor(amount + 1e-9)}{join_unit(self.unit)}"
        return f"{amount:.1f}{join_unit(self.unit)}"


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def ceiling_after(totals: list[float]) -> float | None:
    """The ceiling of the week after these weekly totals (oldest first); None if there is nothing to compare with."""
    empty = next((back for back, total in enumerate(reversed(totals)) if total > 0), None)
    if empty is None or empty > len(RETURN_SHARES):
        return None
    last = totals[-1 - empty]
    return last * (1 + MAX_INCREASE) if empty == 0 else last * RETURN_SHARES[empty - 1]


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


def review_runs(runs: Iterable[tuple[date, float]], today: date, walk_run_days: Iterable[date] = ()) -> LoadReview:
    """Weekly kilometers with their ceilings, and the single runs that were spikes.

    Parameters
    ----------
    walk_run_days
        Days with a walk–run session of the plan. Its steps grow within the rule by themselves; their weeks have no ceiling, because
        a week that holds only some of the sessions says nothing about the next.
    """
    known = sorted((day, km) for day, km in runs if monday_of(day) <= monday_of(today))
    review = review_load(known, today, "km")
    stepped = {monday_of(day) for day in walk_run_days}
    weeks = tuple(replace(week, ceiling=None, walk_run=True) if week.monday in stepped else week for week in review.weeks)
    recent = [km for day, km in known if today - timedelta(days=SPIKE_DAYS) <= day <= today]
    return LoadReview(
        weeks=weeks,
        next_ceiling=review.next_ceiling,
        unit="km",
        spikes=tuple(find_spikes(known)),
        longest_km=max(recent, default=None),
    )


def find_spikes(runs: Iterable[tuple[date, float]]) -> list[RunSpike]:
    """The runs longer than 110 % of the longest of the 30 days before; a run without one before it is not a spike."""
    ordered = sorted(runs)
    days = [day for day, _ in ordered]
    spikes = []
    for day, km in ordered:
        window = ordered[bisect_left(days, day - timedelta(days=SPIKE_DAYS)) : bisect_left(days, day)]
        before = [other for _, other in window]
        if before and round(km, 3) > round(SPIKE_BANDS[0] * max(before), 3):
            spikes.append(RunSpike(day, km, max(before)))
    return spikes
