"""The coming days as a calendar file (iCalendar, RFC 5545).

It needs no library: one kind of all-day event takes 40 lines, and people have one dependency less to install.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from formcheck.support.language import tr
from formcheck.support.plain import strip_codes
from formcheck.training.days import DayPlan

# RFC 5545, 3.1: a content line has at most 75 octets; the rest follows on a line that begins with a space.
_LINE_OCTETS = 75


def write_calendar(days: Iterable[DayPlan], tests: Iterable[tuple[date, str]] = (), made_at: datetime | None = None) -> str:
    """Return the days with work, and the tests on their due dates, as all-day events.

    Parameters
    ----------
    tests
        Due dates, each with the name of what is due.
    made_at
        The time at which the file is made; now by default.
    """
    stamp = (made_at or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//formcheck//programme//EN", "CALSCALE:GREGORIAN"]
    for day in days:
        work = [item for item in day.items if item.work.name != "recovery"]
        if work:
            titles = list(dict.fromkeys(item.work.title for item in work))
            key = f"formcheck {day.day} "
            lines += _event(day.day, key, "formcheck: " + ", ".join(titles), "\n".join(day.lines), stamp)
    for due, title in tests:
        summary = tr("formcheck test: {title}").format(title=title)
        lines += _event(due, f"formcheck test {due} {summary}", summary, title, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _event(day: date, key: str, summary: str, description: str, stamp: str) -> list[str]:
    """An all-day event; ``key`` is what stays the same when it is written again, so that a calendar replaces it."""
    identity = sha256(key.encode()).hexdigest()[:32]
    return [
        "BEGIN:VEVENT",
        f"UID:{identity}@formcheck",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escape(summary)}",
        f"DESCRIPTION:{_escape(description)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escape(text: str) -> str:
    return strip_codes(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> str:
    """Split a line into pieces of at most 75 octets, never inside a character."""
    pieces: list[str] = []
    piece = ""
    for letter in line:
        limit = _LINE_OCTETS - (1 if pieces else 0)
        if len((piece + letter).encode()) > limit:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
