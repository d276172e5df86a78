"""A person's run through the plan: started, paused, resumed and shifted. The module only computes with dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from formcheck.support.errors import UsageError
from formcheck.training.catalogue import DEFAULT_TRACK
from formcheck.training.programme import PLAN_DAYS

PlanState = Literal["not started", "ahead", "running", "paused", "finished"]


@dataclass(frozen=True)
class Pause:
    """Days on which the plan is paused: from ``first_day`` to the day before ``resumed_on`` (None: it is still paused)."""

    first_day: date
    resumed_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the plan is paused on that day."""
        return self.first_day <= day and (self.resumed_on is None or day < self.resumed_on)

    def days_before(self, day: date) -> int:
        """The number of days of the pause before ``day``."""
        end = day if self.resumed_on is None else min(day, self.resumed_on)
        return max(0, (end - self.first_day).days)


@dataclass(frozen=True)
class Enrolment:
    """A person's run through the plan on a track; the pauses are in order and never overlap."""

    started_on: date
    pauses: tuple[Pause, ...] = ()
    track: str = DEFAULT_TRACK


def start(day: date, track: str = DEFAULT_TRACK) -> Enrolment:
    """Begin the plan on a day."""
    return Enrolment(day, track=track)


def plan_day(enrolment: Enrolment, day: date) -> int | None:
    """The plan's day on a date, from 0 to 83; None before it, after it, and in a pause."""
    if day < enrolment.started_on or any(pause.covers(day) for pause in enrolment.pauses):
        return None
    index = (day - enrolment.started_on).days - sum(pause.days_before(day) for pause in enrolment.pauses)
    return index if index < PLAN_DAYS else None


def state_on(enrolment: Enrolment | None, day: date) -> PlanState:
    """The plan's state on a day."""
    if enrolment is None:
        return "not started"
    if day < enrolment.started_on:
        return "ahead"
    done = (day - enrolment.started_on).days - sum(pause.days_before(day) for pause in enrolment.pauses)
    if done >= PLAN_DAYS:
        return "finished"
    return "paused" if any(pause.covers(day) for pause in enrolment.pauses) else "running"


def last_day(enrolment: Enrolment) -> date | None:
    """The plan's last day; None during an open-ended pause."""
    if any(pause.resumed_on is None for pause in enrolment.pauses):
        return None
    day = enrolment.started_on + timedelta(days=PLAN_DAYS - 1)
    for pause in enrolment.pauses:
        if pause.resumed_on is not None and pause.first_day <= day:
            day += pause.resumed_on - pause.first_day
    return day


def last_year(enrolment: Enrolment) -> int:
    """The latest year of its start and its pauses."""
    days = [enrolment.started_on, *(day for p in enrolment.pauses for day in (p.first_day, p.resumed_on) if day is not None)]
    return max(days).year


def pause(enrolment: Enrolment, day: date) -> Enrolment:
    """Pause from a day on, until :func:`resume`."""
    state = state_on(enrolment, day)
    if state != "running":
        raise UsageError(f"The plan cannot be paused on {day}: it is {state}.")
    if any(later.first_day > day for later in enrolment.pauses):
        raise UsageError(f"The plan cannot be paused from {day} on: it was paused or moved after that day already.")
    return replace(enrolment, pauses=(*enrolment.pauses, Pause(day)))


def resume(enrolment: Enrolment, day: date) -> Enrolment:
    """Continue from a day, with the work at which the plan was paused."""
    current = next((p for p in enrolment.pauses if p.covers(day)), None)
    if current is None:
        raise UsageError(f"The plan is not paused on {day}: it is {state_on(enrolment, day)}.")
    kept = tuple(p for p in enrolment.pauses if p is not current)
    if day > current.first_day:
        kept = (*kept, replace(current, resumed_on=day))
    return replace(enrolment, pauses=tuple(sorted(kept, key=lambda p: p.first_day)))


def shift(enrolment: Enrolment, days: int, on: date) -> Enrolment:
    """Move the work from ``on`` onward by ``days``; a plan that has not begun can also be moved earlier."""
    if days == 0:
        return enrolment
    if on <= enrolment.started_on:
        moved = timedelta(days=days)
        pauses = tuple(Pause(p.first_day + moved, p.resumed_on and p.resumed_on + moved) for p in enrolment.pauses)
        return replace(enrolment, started_on=enrolment.started_on + moved, pauses=pauses)
    if days < 0:
        raise UsageError("A plan that has begun can be moved later, not earlier: give a positive number of days.")
    if state_on(enrolment, on) == "finished":
        raise UsageError(f"The plan cannot be moved on {on}: it is finished.")
    moved = timedelta(days=days)
    current = next((p for p in enrolment.pauses if p.covers(on)), None)
    if current is not None and current.resumed_on is None:
        raise UsageError("The plan is paused: resume it on the day you want to go on.")
    before = tuple(p for p in enrolment.pauses if p.first_day <= on and p is not current)
    later = tuple(Pause(p.first_day + moved, p.resumed_on and p.resumed_on + moved) for p in enrolment.pauses if p.first_day > on)
    gap = Pause(on, on + moved) if current is None else Pause(current.first_day, (current.resumed_on or on) + moved)
    return replace(enrolment, pauses=(*before, gap, *later))
