"""Running distance out of a file from a watch or a spreadsheet: CSV, GPX or FIT.

The files are strangers': they are bounded in size, XML entities are refused, and whatever is wrong with one ends in one
line.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
import struct
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from formcheck.support.errors import InputError
from formcheck.training.run import Run

MAX_FILE_BYTES = 64 * 2**20
MAX_RUNS = 20_000
MAX_RUN_KM = 500.0
_EARTH_RADIUS_KM = 6371.0088  # mean radius (IUGG)
_KM_PER_MILE = 1.609344
# A watch that lost its fix jumps; nobody runs a leap of this length between two points of one track.
_MAX_STEP_KM = 2.0

_DATE_NAMES = ("date", "day", "activity date", "start", "start time", "datum")
# The column's name, and how many kilometres its unit is.
_DISTANCE_NAMES = {
    "km": 1.0,
    "distance": 1.0,
    "distance_km": 1.0,
    "distance (km)": 1.0,
    "kilometers": 1.0,
    "kilometres": 1.0,
    "distanz": 1.0,
    "mi": _KM_PER_MILE,
    "miles": _KM_PER_MILE,
    "distance_mi": _KM_PER_MILE,
    "distance (mi)": _KM_PER_MILE,
    "m": 0.001,
    "meters": 0.001,
    "metres": 0.001,
    "distance_m": 0.001,
    "distance (m)": 0.001,
}


def read_runs_file(path: Path) -> list[Run]:
    """The runs in a file; its name's ending says of which kind it is."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path} is larger than any recording of a run; choose another file.")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: this file cannot be read ({error.strerror}); check the path.") from error
    return read_runs(path.name, data)


def read_runs(name: str, data: bytes) -> list[Run]:
    """The runs in an uploaded file, each with a key by which the same run is known when it is imported again."""
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"{name} is larger than any recording of a run; choose another file.")
    readers = {".csv": _read_csv, ".gpx": _read_gpx, ".fit": _read_fit}
    reader = readers.get(Path(name).suffix.lower())
    if reader is None:
        raise InputError(f"{name}: runs are read from .csv, .gpx and .fit files; export one of these from your watch.")
    runs = reader(name, data)
    if not runs:
        raise InputError(f"{name} has no run in it; check that it is the right file.")
    return runs


# --- CSV ----------------------------------------------------------------------------------------------------------


def _read_csv(name: str, data: bytes) -> list[Run]:
    """A table with a date and a distance column; comma, semicolon or tab between them, decimal point or comma."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not a text file in UTF-8; save the table as CSV (UTF-8).") from error
    header = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=header.count)
    try:
        table = list(csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputError(f"{name} is not a readable CSV table ({error}); save it again as CSV.") from error
    if len(table) > MAX_RUNS:
        raise InputError(f"{name} has more than {MAX_RUNS} rows; import it in parts.")
    columns = {(column or "").strip().lower(): column for column in (table[0] if table else {}) if column}
    date_column = next((columns[key] for key in _DATE_NAMES if key in columns), None)
    distance_key = next((key for key in _DISTANCE_NAMES if key in columns), None)
    if date_column is None or distance_key is None:
        raise InputError(f'{name} needs a column "date" and a column "km" (or "miles" or "m") in its first line.')
    kind_column = columns.get("type") or columns.get("activity type")
    seen: Counter[tuple[date, float]] = Counter()
    runs = []
    for line, row in enumerate(table, start=2):
        if kind_column and "run" not in (row[kind_column] or "run").lower():
            continue
        day = _parse_day(row[date_column] or "", f"{name}, line {line}")
        km = _parse_number(row[columns[distance_key]] or "", f"{name}, line {line}") * _DISTANCE_NAMES[distance_key]
        sane = _sane_km(km, f"{name}, line {line}")
        if sane is None:
            continue
        seen[day, sane] += 1
        # Two equal runs on a day are two runs; the same table again is not.
        key = hashlib.sha256(f"csv {day.isoformat()} {sane:.3f} {seen[day, sane]}".encode()).hexdigest()
        runs.append(Run(day, sane, "csv", key))
    return runs


def _parse_day(text: str, where: str) -> date:
    text = text.strip()
    if german := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4}).*", text):
        text = f"{german[3]}-{int(german[2]):02d}-{int(german[1]):02d}"
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError as error:
        raise InputError(f'{where}: "{text[:40]}" is not a date; write it like 2026-03-31.') from error
    return _sane_day(day, where)


def _parse_number(text: str, where: str) -> float:
    text = text.strip().replace(" ", "")
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    try:
        return float(text.replace(",", ""))
    except ValueError as error:
        raise InputError(f'{where}: "{text[:40]}" is not a distance; write it like 7.5.') from error


def _sane_km(km: float, where: str) -> float | None:
    """The distance rounded to metres; None for none at all."""
    if not math.isfinite(km) or km < 0 or km > MAX_RUN_KM:
        raise InputError(f"{where}: {km:g} km is not the length of a run; correct it (0 to {MAX_RUN_KM:g} km).")
    return round(km, 3) or None


def _sane_day(day: date, where: str) -> date:
    if not 1970 <= day.year <= 2200:
        raise InputError(f"{where}: the year {day.year} cannot be right; correct the date.")
    return day


# --- GPX ----------------------------------------------------------------------------------------------------------


def _read_gpx(name: str, data: bytes) -> list[Run]:
    """The length of all track segments, on the day of the first point that has a time."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    km = 0.0
    before: tuple[float, float] | None = None
    first_time: datetime | None = None
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end")):
            tag = element.tag.rpartition("}")[2]
            if event == "start":
                if tag == "trkseg":
                    before = None
                continue
            if tag == "trkpt":
                here = (float(element.get("lat", "nan")), float(element.get("lon", "nan")))
                if not (abs(here[0]) <= 90 and abs(here[1]) <= 180):
                    raise InputError(f"{name} has a point that is not on the Earth; export the run again.")
                if before is not None and (step := _great_circle_km(before, here)) <= _MAX_STEP_KM:
                    km += step
                before = here
            elif tag == "time" and first_time is None:
                first_time = datetime.fromisoformat((element.text or "").strip())
            if tag in ("trkpt", "trkseg"):
                element.clear()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise InputError(f"{name} is not a readable GPX file; export the run again.") from error
    if first_time is None:
        raise InputError(f"{name} has no time in it, so its day is not known; enter the run by hand.")
    return _one_run(name, data, "gpx", _local_day(first_time, name), km)


def _great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The haversine distance between two points given in degrees of latitude and longitude."""
    lat_a, lon_a, lat_b, lon_b = (math.radians(value) for value in (*a, *b))
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


# --- FIT ----------------------------------------------------------------------------------------------------------


def _read_fit(name: str, data: bytes) -> list[Run]:
    """The running sessions of a FIT file; without a session message, its last distance record."""
    import fitdecode

    runs: list[Run] = []
    recorded: list[tuple[datetime, float]] = []
    try:
        reader = fitdecode.FitReader(
            io.BytesIO(data),
            check_crc=fitdecode.CrcCheck.RAISE,
            error_handling=fitdecode.ErrorHandling.IGNORE,  # its warnings would go to the user's terminal
        )
        with reader:
            for frame in reader:
                if frame.frame_type != fitdecode.FIT_FRAME_DATA:
                    continue
                if frame.name == "session":
                    if frame.get_value("sport", fallback="running") != "running":
                        continue
                    moment = frame.get_value("start_time", fallback=None) or frame.get_value("timestamp")
                    km = float(frame.get_value("total_distance")) / 1000
                    runs += _one_run(name, data, "fit", _local_day(moment, name), km, len(runs))
                elif frame.name == "record" and frame.has_field("distance") and frame.has_field("timestamp"):
                    distance = frame.get_value("distance")
                    if distance is not None:
                        recorded.append((frame.get_value("timestamp"), float(distance) / 1000))
    except InputError:
        raise
    except (
        fitdecode.FitError,
        struct.error,
        AssertionError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        # fitdecode lets through what damaged bytes do to its arithmetic and its own assertions
        raise InputError(f"{name} is not a readable FIT file; export the run from your watch again.") from error
    if not runs and recorded:
        runs = _one_run(name, data, "fit", _local_day(recorded[0][0], name), max(km for _, km in recorded))
    return runs


def _local_day(moment: object, name: str) -> date:
    """The calendar day of a moment in this computer's zone; watches write UTC."""
    if not isinstance(moment, datetime):
        raise InputError(f"{name} has no time in it, so its day is not known; enter the run by hand.")
    _sane_day(moment.date(), name)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone().date()


def _one_run(name: str, data: bytes, source: str, day: date, km: float, index: int = 0) -> list[Run]:
    sane = _sane_km(km, name)
    if sane is None:
        return []
    return [Run(day, sane, source, hashlib.sha256(hashlib.sha256(data).digest() + bytes([index % 256])).hexdigest())]
