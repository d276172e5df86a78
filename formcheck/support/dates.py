"""Days in words, in the process's language, and the years that a day may lie in."""

from __future__ import annotations

from datetime import date

from formcheck.support.language import tr

# A day outside these years is a slip of typing, and the far ends of the calendar overflow when they are moved to UTC.
FIRST_YEAR, LAST_YEAR = 1900, 2200

# fmt: off
MONTHS = (
    tr("January"), tr("February"), tr("March"), tr("April"), tr("May"), tr("June"), tr("July"), tr("August"), tr("September"),
    tr("October"), tr("November"), tr("December"),
)
SHORT_MONTHS = (
    tr("Jan"), tr("Feb"), tr("Mar"), tr("Apr"), tr("May"), tr("Jun"), tr("Jul"), tr("Aug"), tr("Sep"), tr("Oct"), tr("Nov"),
    tr("Dec"),
)
SHORT_WEEKDAYS = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))
# fmt: on


def is_sane_year(year: int) -> bool:
    """Whether a year lies between `FIRST_YEAR` and `LAST_YEAR`."""
    return FIRST_YEAR <= year <= LAST_YEAR


def name_day(day: date) -> str:
    """Return a day of this year: "March 3"."""
    return tr("{month} {day}").format(day=day.day, month=MONTHS[day.month - 1])


def name_date(day: date) -> str:
    """Return a day with its year: "March 3, 2026"."""
    return tr("{month} {day}, {year}").format(day=day.day, month=MONTHS[day.month - 1], year=day.year)


def name_short_day(day: date) -> str:
    """Return a day as it stands on a chart's axis: "Mar 3"."""
    return tr("{month} {day}").format(day=day.day, month=SHORT_MONTHS[day.month - 1])


def name_weekday(day: date) -> str:
    """Return a day with its weekday: "Tue, Mar 3"."""
    return tr("{weekday}, {day}").format(weekday=SHORT_WEEKDAYS[day.weekday()], day=name_short_day(day))
