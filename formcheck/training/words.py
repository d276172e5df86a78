"""Days in words."""

from __future__ import annotations

from datetime import date


def name_day(day: date) -> str:
    """A day of this year, such as "3 March"."""
    return f"{day.day} {day:%B}"
