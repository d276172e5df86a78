"""Sets, reps and runs as CSV tables for a spreadsheet, and back: each set's whole report is in the last column."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from formcheck.history.exchange.document import AthletePart, Exporter, SetPart
from formcheck.history.exchange.importing import Importer
from formcheck.history.exchange.json_file import Exported, refusing
from formcheck.history.exchange.limits import MAX_ENTRIES
from formcheck.history.exchange.streams import build_value, open_file, read_events, read_rows
from formcheck.history.store.report_columns import rep_columns, set_columns
from formcheck.history.store.store import Store
from formcheck.history.store.tables import AthleteRecord
from formcheck.history.values import Imported
from formcheck.support.errors import InputError
from formcheck.support.files import is_folder, replacing
from formcheck.support.folders import private_folder
from formcheck.support.plain import escape_json, strip_codes
from formcheck.support.spreadsheets import FORMULA_STARTS

_Row = dict[str, Any]

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


def write_tables(store: Store, folder: Path, athlete_id: int | None = None) -> Exported:
    """Write ``sets.csv``, ``reps.csv`` and ``running.csv`` into a folder; plan and notes are in the JSON only.

    A folder that is not there is made, and taken away again if no table could be written.
    """
    if is_folder(folder):
        return _write_tables(store, folder, athlete_id)
    private_folder(folder)
    try:
        return _write_tables(store, folder, athlete_id)
    except Exception:
        if not any(folder.iterdir()):
            folder.rmdir()
        raise


def _write_tables(store: Store, folder: Path, athlete_id: int | None) -> Exported:
    kinds: dict[str, Callable[[Exporter], Iterator[_Row]]] = {SETS_FILE: _set_rows, REPS_FILE: _rep_rows, RUNS_FILE: _run_rows}
    paths, unreadable = [], []
    with store.reading("exporting the history") as session:
        for name, rows_of in kinds.items():
            exporter = Exporter(session, athlete_id)
            # The columns are known once all rows were made: the measures of each exercise are its own.
            columns = list(dict.fromkeys(column for row in rows_of(exporter) for column in row))
            paths.append(_write(folder / name, columns, rows_of(Exporter(session, athlete_id))))
            unreadable += exporter.unreadable
    return Exported(tuple(paths), tuple(dict.fromkeys(unreadable)))


def import_tables(store: Store, source: Path) -> Imported:
    """Import ``sets.csv`` and ``running.csv``: either file, or the folder with both, in one transaction."""
    in_folder = is_folder(source)
    paths = [source / SETS_FILE, source / RUNS_FILE] if in_folder else [source]
    openers = {str(path): open_file(path) for path in paths if not in_folder or os.path.lexists(path)}
    if not openers:
        raise InputError(f"{source} has neither {SETS_FILE} nor {RUNS_FILE} in it; give the folder of an export.")

    def change(session: Session) -> Imported:
        importer = Importer(store, session)
        for name, opener in openers.items():
            with opener() as file, refusing(name, "export the tables again"):
                _read_table(read_rows(file, name), importer, name)
        return importer.imported

    return store.write(f"importing {source}", change)


def _read_table(rows: Iterator[dict[str, str]], importer: Importer, name: str) -> None:
    people: dict[str, tuple[AthleteRecord, dict[str, Any], list[Any]]] = {}
    for row in rows:
        person = _pick(row, _ATHLETE_FIELDS, "athlete_")
        if not person.get("name"):
            raise InputError(f'{name} is not a table of formcheck\'s: it has no column "athlete_name".')
        if person["name"] not in people:
            people[person["name"]] = (importer.add_athlete(person["name"]), person, [])
        record, _, runs = people[person["name"]]
        if "report" in row:
            report = _report(row["report"], name)
            importer.add_set(record.id, SetPart.model_validate({**_pick(row, _SET_FIELDS), "report": report}))
        elif "km" in row:
            runs.append(_pick(row, _RUN_FIELDS))
            if len(runs) > MAX_ENTRIES:
                raise InputError(f"{name} has more than {MAX_ENTRIES} runs of one athlete; export the tables again.")
        else:
            raise InputError(f"{name}: import {SETS_FILE} or {RUNS_FILE}; other tables do not hold the whole sets.")
    for record, person, runs in people.values():
        importer.fill_athlete(record, AthletePart.model_validate({**person, "runs": runs}))


def _report(text: str, name: str) -> Any:
    events = read_events(io.BytesIO(text.encode()), f'{name}: the column "report"')
    return build_value(events, *next(events), name)


def _set_rows(exporter: Exporter) -> Iterator[_Row]:
    for athlete, sets in exporter.athletes():
        for item in sets:
            yield _set_row(athlete, item)


def _rep_rows(exporter: Exporter) -> Iterator[_Row]:
    for athlete, sets in exporter.athletes():
        for item in sets:
            yield from _reps_of(athlete, item)


def _run_rows(exporter: Exporter) -> Iterator[_Row]:
    for athlete, _ in exporter.athletes():
        for run in athlete.runs:
            yield {**_fields(athlete, _ATHLETE_FIELDS, "athlete_"), **_fields(run, _RUN_FIELDS)}


def _set_row(athlete: AthletePart, item: SetPart) -> _Row:
    measured = {name: value for name, value in set_columns(item.report).items() if name != "content_key"}
    return {
        **_fields(athlete, _ATHLETE_FIELDS, "athlete_"),
        **_fields(item, _SET_FIELDS),
        **measured,
        "report": escape_json(item.report.model_dump_json()),
    }


def _reps_of(athlete: AthletePart, item: SetPart) -> Iterator[_Row]:
    about = {
        "athlete_name": athlete.name,
        "recorded_at": item.recorded_at.isoformat(),
        "exercise": item.report.drill,
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


def _write(path: Path, columns: list[str], rows: Iterator[_Row]) -> Path:
    ordered = [name for name in columns if name != "report"] + [name for name in columns if name == "report"]
    with replacing(path, private=True) as temporary, temporary.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(map(_cell, ordered))
        table.writerows([_cell(row.get(name)) for name in ordered] for row in rows)
    return path


def _cell(value: Any) -> Any:
    """Return a cell that is no formula and no command to a terminal; a note keeps its lines, so that it comes back as it was."""
    if not isinstance(value, str):
        return value
    text = strip_codes(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text
