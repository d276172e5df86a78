"""One run, entered by hand or read from a watch's file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# The longest run that is believed; a longer one is a typing error or a drive.
MAX_RUN_KM = 500.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the day, the distance in km, and its source ("hand", "csv", "gpx", "fit", "sample")."""

    day: date
    km: float
    source: str
    source_key: str | None = None
    note: str | None = None
    id: int | None = None
