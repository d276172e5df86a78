"""Text for a cell of a CSV, which a spreadsheet or a terminal may show."""

from __future__ import annotations

import re

# Excel, LibreOffice and Google Sheets take a cell that begins so for a formula, in some languages also by the wide letters. An
# apostrophe is doubled, so that it can be undone.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
# Control characters (C0, C1), line separators, and those that turn the direction of writing.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def find_delimiter(header: str) -> str:
    """What separates the cells of a CSV, by its first line: a comma, a semicolon (where the comma is the decimal sign) or a tab."""
    return max(",;\t", key=header.count)


def as_text(cell: str) -> str:
    """Return the cell, with an apostrophe before it where a spreadsheet would otherwise compute it.

    Characters that would end a line or reach a terminal as a command are written out, as ``\\x1b``.
    """
    shown = _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), cell)
    return "'" + shown if shown.startswith(FORMULA_STARTS) else shown
