"""Read running distances from a file of a watch or a spreadsheet: CSV, GPX or FIT.

The files may come from anybody. They are read piece by piece, with limits on bytes, rows, depth and sessions, so that a small file
cannot fill the memory. XML entities are refused, and every fault in a file ends in a one-line error.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from formcheck.support.dates import LAST_YEAR
from formcheck.support.errors import InputError
from formcheck.support.reading import read_ordinary
from formcheck.support.spreadsheets import find_delimiter
from formcheck.training.run import MAX_RUN_KM, Run

# Ten hours of a watch's points, one per second, are 6 MB of GPX.
MAX_FILE_BYTES = 16 * 2**20
MAX_RUNS = 20_000
MAX_LINE = 10_000
# A watch's GPX, with its extensions, is nested six levels deep.
MAX_DEPTH = 32
# A day of a watch's records, one per second, with 25 values each (and one for the record itself): about ten seconds of decoding.
MAX_FIT_VALUES = 24 * 3600 * 26
# A FIT message names its definition by four bits. More definitions than that, without messages between them, define nothing.
FIT_LOCAL_TYPES = 16
# No watch or table is older; 1970 itself is what a clock that was never set shows.
FIRST_RUN_YEAR = 1970
_CHUNK = 2**16
_EARTH_RADIUS_KM = 6371.0088  # mean radius (IUGG)
_KM_PER_MILE = 1.609344
# A watch that lost its fix reports jumps: farther than a person runs between two points of one track.
_MAX_STEP_KM = 2.0

_DATE_NAMES = ("date", "day", "activity date", "start", "start time", "datum")
# The column's name, and its unit in kilometers.
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
    """The runs in a file; its file name extension determines its kind."""
    return read_runs(path.name, read_ordinary(path, MAX_FILE_BYTES, "give the name of a CSV, GPX or FIT file of one run"))


def read_runs(name: str, data: bytes) -> list[Run]:
    """The runs in an uploaded file, each with a key that identifies the same run if it is imported again."""
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
    """Read a table with a date and a distance column; comma, semicolon or tab between them, decimal point or comma."""
    lines = _text_lines(name, data)
    header = next(lines, "").lower()
    delimiter = find_delimiter(header)
    columns = {column.strip(): place for place, column in enumerate(next(csv.reader([header], delimiter=delimiter), []))}
    day_place = next((columns[key] for key in _DATE_NAMES if key in columns), None)
    distance_key = next((key for key in _DISTANCE_NAMES if key in columns), None)
    if day_place is None or distance_key is None:
        raise InputError(f'{name} needs a column "date" and a column "km" (or "miles" or "m") in its first line.')
    kind_place = columns.get("type", columns.get("activity type"))
    width = max(columns.values()) + 1  # if two columns share a name, the last one counts
    seen: Counter[tuple[date, float]] = Counter()
    runs = []
    try:
        for line, row in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=2):
            if line > MAX_RUNS + 1:
                raise InputError(f"{name} has more than {MAX_RUNS} rows; import it in parts.")
            if not any(cell.strip() for cell in row):
                continue
            where = f"{name}, line {line}"
            cells = [*row, *[""] * (width - len(row))]
            if kind_place is not None and "run" not in (cells[kind_place] or "run").lower():
                continue
            day = _parse_day(cells[day_place], where)
            km = _sane_km(_parse_number(cells[columns[distance_key]], where) * _DISTANCE_NAMES[distance_key], where)
            if km is None:
                continue
            seen[day, km] += 1
            # Two equal runs on one day are two runs; the same table imported again adds none.
            key = hashlib.sha256(f"csv {day.isoformat()} {km:.3f} {seen[day, km]}".encode()).hexdigest()
            runs.append(Run(day, km, "csv", key))
    except csv.Error as error:
        raise InputError(f"{name} is not a readable CSV table ({error}); save it again as CSV.") from error
    return runs


def _text_lines(name: str, data: bytes) -> Iterator[str]:
    """The lines of a table, one at a time."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    try:
        while line := text.readline(MAX_LINE + 1):
            if len(line) > MAX_LINE:
                raise InputError(f"{name} has a line of more than {MAX_LINE} letters; save the table as CSV (UTF-8).")
            yield line
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not a text file in UTF-8; save the table as CSV (UTF-8).") from error


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
    """A number whose last comma or point is the decimal sign; another one before it groups thousands."""
    text = text.strip().replace(" ", "")
    if text.rfind(",") > text.rfind("."):
        text = text.replace(".", "").replace(",", ".")
    try:
        return float(text.replace(",", ""))
    except ValueError as error:
        raise InputError(f'{where}: "{text[:40]}" is not a distance; write it like 7.5.') from error


def _sane_km(km: float, where: str) -> float | None:
    """The distance rounded to meters; None if it is zero."""
    if not math.isfinite(km) or km < 0 or km > MAX_RUN_KM:
        raise InputError(f"{where}: {km:g} km is not the length of a run; correct it (0 to {MAX_RUN_KM:g} km).")
    return round(km, 3) or None


def _sane_day(day: date, where: str) -> date:
    if not FIRST_RUN_YEAR <= day.year <= LAST_YEAR:
        raise InputError(f"{where}: the year {day.year} cannot be right; correct the date.")
    return day


# --- GPX ----------------------------------------------------------------------------------------------------------


def _read_gpx(name: str, data: bytes) -> list[Run]:
    """The total length of all track segments, on the day of the first point that has a time."""
    from xml.sax import SAXException

    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import make_parser

    track = _Track()
    parser = make_parser()
    parser.setContentHandler(track)
    try:
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
        parser.close()
    except _OffEarthError as error:
        raise InputError(f"{name} has a point that is not on the Earth; export the run again.") from error
    except (SAXException, DefusedXmlException, ValueError, LookupError) as error:
        raise InputError(f"{name} is not a readable GPX file; export the run again.") from error
    if track.first_time is None:
        raise InputError(f"{name} has no time in it, so its day is not known; enter the run by hand.")
    return _one_run(name, hashlib.sha256(data).digest(), "gpx", _local_day(track.first_time, name), track.km)


class _OffEarthError(ValueError):
    """A point outside the range of latitude and longitude."""


class _Track(ContentHandler):
    """Adds up a GPX track while it is read, so that no tree of the file is ever built."""

    def __init__(self) -> None:
        super().__init__()
        self.km = 0.0
        self.first_time: datetime | None = None
        self._before: tuple[float, float] | None = None
        self._depth = 0
        self._time = ""
        self._in_time = False

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the parser's own name
        tag = name.rpartition(":")[2]
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ValueError("nested too deep")
        if tag == "trkseg":
            self._before = None
        elif tag == "trkpt":
            here = (float(attrs.get("lat", "nan")), float(attrs.get("lon", "nan")))
            if not (abs(here[0]) <= 90 and abs(here[1]) <= 180):
                raise _OffEarthError
            if self._before is not None and (step := _great_circle_km(self._before, here)) <= _MAX_STEP_KM:
                self.km += step
            self._before = here
        self._in_time = tag == "time" and self.first_time is None

    def characters(self, content: str) -> None:
        if self._in_time and len(self._time) <= MAX_LINE:
            self._time += content

    def endElement(self, name: str) -> None:  # noqa: N802 - the parser's own name
        self._depth -= 1
        if self._in_time:
            self.first_time = datetime.fromisoformat(self._time.strip())
            self._in_time = False


def _great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The haversine distance between two points given in degrees of latitude and longitude."""
    lat_a, lon_a, lat_b, lon_b = (math.radians(value) for value in (*a, *b))
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


# --- FIT ----------------------------------------------------------------------------------------------------------


def _read_fit(name: str, data: bytes) -> list[Run]:
    """The running sessions of a FIT file; without a session message, its last distance record."""
    import fitdecode

    reader = fitdecode.FitReader(
        io.BytesIO(data),
        check_crc=fitdecode.CrcCheck.RAISE,
        error_handling=fitdecode.ErrorHandling.IGNORE,  # otherwise its warnings go to the user's terminal
    )
    try:
        with reader:
            return _read_messages(name, _bounded(reader, name), hashlib.sha256(data).digest())
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
        # fitdecode lets errors from damaged bytes pass: those of its arithmetic, and its own assertions
        raise InputError(f"{name} is not a readable FIT file; export the run from your watch again.") from error


def _read_messages(name: str, messages: Iterable[Any], digest: bytes) -> list[Run]:
    runs: list[Run] = []
    sessions = 0
    first_moment: object = None
    furthest_km = 0.0
    for message in messages:
        if message.name == "session":
            sessions += 1
            if message.get_value("sport", fallback="running") != "running":
                continue
            if sessions > MAX_RUNS:
                raise InputError(f"{name} has more than {MAX_RUNS} sessions; export the runs one by one.")
            moment = message.get_value("start_time", fallback=None) or message.get_value("timestamp")
            km = float(message.get_value("total_distance")) / 1000
            runs += _one_run(name, digest, "fit", _local_day(moment, name), km, len(runs))
        elif message.name == "record" and message.has_field("distance") and message.has_field("timestamp"):
            distance = message.get_value("distance")
            if distance is not None:
                first_moment = first_moment or message.get_value("timestamp")
                furthest_km = max(furthest_km, float(distance) / 1000)
    if not sessions and first_moment is not None:
        return _one_run(name, digest, "fit", _local_day(first_moment, name), furthest_km)
    return runs


def _bounded(frames: Iterable[Any], name: str) -> Iterator[Any]:
    """The data messages of a FIT file, up to the limits on its values and on definitions that nothing uses.

    Raises
    ------
    InputError
        At the first part of the file that is over a limit.
    """
    import fitdecode

    values = unused = 0
    for frame in frames:
        if frame.frame_type == fitdecode.FIT_FRAME_HEADER:  # a file may hold several, each with definitions of its own
            unused = 0
        elif frame.frame_type == fitdecode.FIT_FRAME_DEFINITION:
            unused += 1
            values += len(frame.field_defs) + len(frame.dev_field_defs)
        elif frame.frame_type == fitdecode.FIT_FRAME_DATA:
            unused = max(0, unused - 1)
            values += len(frame.fields)
        values += 1
        if unused > FIT_LOCAL_TYPES:
            raise InputError(f"{name} is not a readable FIT file; export the run from your watch again.")
        if values > MAX_FIT_VALUES:
            raise InputError(f"{name} holds more than a day of a watch's records; export the runs one by one.")
        if frame.frame_type == fitdecode.FIT_FRAME_DATA:
            yield frame


def _local_day(moment: object, name: str) -> date:
    """The calendar day of a moment in this computer's zone; watches write UTC."""
    if not isinstance(moment, datetime):
        raise InputError(f"{name} has no time in it, so its day is not known; enter the run by hand.")
    _sane_day(moment.date(), name)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone().date()


def _one_run(name: str, digest: bytes, source: str, day: date, km: float, index: int = 0) -> list[Run]:
    """A run with its own key (the file's hash and the run's place in it), as a list; an empty one if its length is zero."""
    sane = _sane_km(km, name)
    if sane is None:
        return []
    # One byte for the first 256, as in earlier versions, so that a file they imported is still recognized.
    place = index.to_bytes(1 if index < 256 else 4)
    return [Run(day, sane, source, hashlib.sha256(digest + place).hexdigest())]
