"""Sets, reps and runs as CSV tables for a spreadsheet, and back: each set's whole report is in the last column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from formcheck.history.exchange.json_file import (
    AthletePart,
    HistoryDocument,
    SetPart,
    export_document,
    import_document,
    read_bounded,
)
from formcheck.history.store.report_columns import rep_columns, set_columns
from formcheck.history.values import Imported
from formcheck.support.errors import InputError
from formcheck.support.files import replacing
from formcheck.support.folders import private_folder

if TYPE_CHECKING:
    from formcheck.history.store.store import Store

SETS_FILE, REPS_FILE, RUNS_FILE = "sets.csv", "reps.csv", "running.csv"
_ATHLETE_FIELDS = ("name", "height_cm", "mass_kg", "birth_year", "sex", "created_at", "sample")
_SET_FIELDS = (
    "recorded_at",
    "day",
    "saved_at",
    "deleted_at",
    "corrected",
    "recording_key",
    "html_path",
    "recording_path",
)
_RUN_FIELDS = ("day", "km", "source", "source_key", "note")
# A spreadsheet takes a cell that begins so for a formula; a leading apostrophe makes it text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
# Reports of long sets pass the csv module's own bound of 128 KB a cell.
_MAX_CELL = 16 * 2**20


def write_tables(store: Store, folder: Path, athlete_id: int | None = None) -> list[Path]:
    """Write ``sets.csv``, ``reps.csv`` and ``running.csv`` into a folder; plan and notes are in the JSON only."""
    document = export_document(store, athlete_id)
    if not folder.is_dir():
        private_folder(folder)
    tables = {
        SETS_FILE: [_set_row(athlete, item) for athlete in document.athletes for item in athlete.sets],
        REPS_FILE: [row for athlete in document.athletes for item in athlete.sets for row in _rep_rows(athlete, item)],
        RUNS_FILE: [
            {**_fields(athlete, _ATHLETE_FIELDS, "athlete_"), **_fields(run, _RUN_FIELDS)}
            for athlete in document.athletes
            for run in athlete.runs
        ],
    }
    return [_write(folder / name, rows) for name, rows in tables.items()]


def import_tables(store: Store, source: Path) -> Imported:
    """Bring ``sets.csv`` and ``running.csv`` in: either file, or the folder with both, in one transaction."""
    paths = [source / SETS_FILE, source / RUNS_FILE] if source.is_dir() else [source]
    athletes: dict[str, dict[str, Any]] = {}
    for path in paths:
        if source.is_dir() and not path.exists():
            continue
        for row in _read(path):
            person = _pick(row, _ATHLETE_FIELDS, "athlete_")
            if not person.get("name"):
                raise InputError(f'{path} is not a table of formcheck\'s: it has no column "athlete_name".')
            mine = athletes.setdefault(str(person["name"]), {**person, "sets": [], "runs": []})
            if "report" in row:
                mine["sets"].append({**_pick(row, _SET_FIELDS), "report": row["report"]})
            elif "km" in row:
                mine["runs"].append(_pick(row, _RUN_FIELDS))
            else:
                raise InputError(f"{path}: import {SETS_FILE} or {RUNS_FILE}; other tables do not hold the whole sets.")
    try:
        document = HistoryDocument.model_validate(
            {
                "schema": "formcheck.history/1",
                "exported_at": "2000-01-01T00:00:00Z",
                "athletes": [_athlete(data) for data in athletes.values()],
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{source} cannot be imported ({place}: {first['msg']}); export the tables again.") from error
    return import_document(store, document, str(source))


def _athlete(data: dict[str, Any]) -> dict[str, Any]:
    sets = [SetPart.model_validate({**item, "report": _report(item["report"])}) for item in data["sets"]]
    return {**data, "sets": sets}


def _report(text: str) -> Any:
    from pydantic_core import from_json

    try:
        return from_json(text)
    except ValueError as error:
        raise InputError('The column "report" holds a report that is cut short; export the tables again.') from error


def _set_row(athlete: AthletePart, item: SetPart) -> dict[str, Any]:
    measured = {name: value for name, value in set_columns(item.report).items() if name != "content_key"}
    return {
        **_fields(athlete, _ATHLETE_FIELDS, "athlete_"),
        **_fields(item, _SET_FIELDS),
        **measured,
        "report": item.report.model_dump_json(),
    }


def _rep_rows(athlete: AthletePart, item: SetPart) -> Iterator[dict[str, Any]]:
    about = {
        "athlete_name": athlete.name,
        "recorded_at": item.recorded_at.isoformat(),
        "exercise": item.report.exercise,
        "side": item.report.side,
    }
    for rep, columns in zip(item.report.reps, rep_columns(item.report), strict=True):
        yield {**about, **columns, **rep.measures}


def _fields(part: Any, names: Iterable[str], prefix: str = "") -> dict[str, Any]:
    values = part.model_dump(mode="json", include=set(names))
    return {prefix + name: values[name] for name in names}


def _pick(row: dict[str, str], names: Iterable[str], prefix: str = "") -> dict[str, str]:
    """The row's own fields; an empty cell is a missing value."""
    return {name: row[prefix + name] for name in names if row.get(prefix + name)}


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row if name != "report"))
    if any("report" in row for row in rows):
        columns.append("report")
    with replacing(path, private=True) as temporary, temporary.open("w", newline="", encoding="utf-8") as out:
        table = csv.DictWriter(out, columns)
        table.writeheader()
        table.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return path


def _cell(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _read(path: Path) -> list[dict[str, str]]:
    try:
        text = read_bounded(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a text file in UTF-8; export the tables again.") from error
    csv.field_size_limit(_MAX_CELL)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError(f"{path} is not a readable CSV table ({error}); export the tables again.") from error
    if any(name is None or value is None for row in rows for name, value in row.items()):
        raise InputError(f"{path} has a row of another length than its first line; export the tables again.")
    return [{name: value.removeprefix("'") for name, value in row.items()} for row in rows]
