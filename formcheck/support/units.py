"""Inches beside centimeters, for whom they say more: chosen once for a computer, and shown wherever a length is."""

from __future__ import annotations

import math
import os
from pathlib import Path

from formcheck.support.errors import OutputError
from formcheck.support.files import write_text
from formcheck.support.folders import home_folder, private_folder
from formcheck.support.language import tr

# 1 for this process, 0 against it, whatever was chosen in the app.
INCHES_VARIABLE = "FORMCHECK_INCHES"
CM_PER_INCH = 2.54


def join_unit(unit: str) -> str:
    """Return a unit as it follows a number: a degree sign closes up, the others stand off, by a space that does not break."""
    return unit if unit in ("", "°") else f"\u00a0{unit}"


def _choice() -> Path:
    return home_folder() / "inches"


def shows_inches() -> bool:
    """Whether inches stand beside centimeters: ``FORMCHECK_INCHES``, or what was chosen on this computer."""
    given = os.environ.get(INCHES_VARIABLE, "")
    return given != "0" if given else _choice().is_file()


def inches_are_fixed() -> bool:
    """Whether ``FORMCHECK_INCHES`` decides, so that a choice would change nothing."""
    return bool(os.environ.get(INCHES_VARIABLE))


def choose_inches(shown: bool) -> None:
    """Keep the choice in the user's data folder; `OutputError` where that cannot be written."""
    if shown:
        private_folder(home_folder())
        write_text(_choice(), "Lengths are shown in inches too.\n")
        return
    try:
        _choice().unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{_choice()}: cannot be removed ({error.strerror}).") from error


def add_inches(value: float | None, unit: str) -> str:
    """Return `` (3.9 in)`` for a length in cm where inches are shown; empty for anything else."""
    if unit.strip() != "cm" or value is None or not math.isfinite(value) or not shows_inches():
        return ""
    inches = value / CM_PER_INCH
    return tr("\u00a0({inches:.1f}\u00a0in)").format(inches=inches).replace("-", "−")


def format_sd(sd: float, decimals: int) -> str:
    """Return a standard error rounded up (GUM, JCGM 100:2008, 7.2.6): it is never read as smaller than it is."""
    steps = 10**decimals
    return f"{math.ceil(round(sd * steps, 6)) / steps:.{decimals}f}"
