"""Text for a cell of a CSV that a spreadsheet may open."""

from __future__ import annotations

# Excel, LibreOffice and Google Sheets take a cell that begins so for a formula. An apostrophe is doubled, so that it can be undone.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


def as_text(cell: str) -> str:
    """Return the cell, with an apostrophe before it where a spreadsheet would otherwise compute it."""
    return "'" + cell if cell.startswith(_FORMULA_STARTS) else cell
