"""Export and import the whole history without loss: one JSON document (``formcheck.history/1``), written and read part by part."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from pydantic import ValidationError
from sqlalchemy.orm import Session

from formcheck.history.exchange.document import SCHEMA, AthletePart, Exporter, HistoryDocument, SetPart
from formcheck.history.exchange.importing import Importer
from formcheck.history.exchange.limits import MAX_ATHLETES
from formcheck.history.exchange.streams import ADVICE, Events, Opener, build_value, open_bytes, open_file, read_events
from formcheck.history.store.store import Store
from formcheck.history.store.tables import AthleteRecord
from formcheck.history.values import Imported
from formcheck.support.checked_json import first_problem
from formcheck.support.errors import FormcheckError, InputError
from formcheck.support.files import replacing
from formcheck.support.plain import escape_json


@dataclass(frozen=True)
class Exported:
    """What an export wrote, and the sets that could not be read and are missing in it, by day, time and athlete."""

    paths: tuple[Path, ...]
    unreadable: tuple[str, ...] = ()

    @property
    def warning(self) -> str:
        """The missing sets in one line; empty where there are none."""
        if not self.unreadable:
            return ""
        return f"Damaged, and so not exported: {', '.join(self.unreadable)}. Restore a backup, or delete them."


# --- out ----------------------------------------------------------------------------------------------------------


def export_json(store: Store) -> str:
    """The history as JSON text."""
    with store.reading("exporting the history") as session:
        return "".join(_write_parts(Exporter(session)))


def stream_json(store: Store, out: TextIO, athlete_id: int | None = None) -> Exported:
    """Write the history as JSON text to an open stream, which may be a terminal."""
    with store.reading("exporting the history") as session:
        exporter = Exporter(session, athlete_id)
        out.writelines(map(escape_json, _write_parts(exporter)))
    return Exported((), tuple(exporter.unreadable))


def write_json(store: Store, path: Path, athlete_id: int | None = None) -> Exported:
    """Write the history as a JSON file, whole or not at all."""
    with (
        store.reading("exporting the history") as session,
        replacing(path, private=True) as temporary,
        temporary.open("w", encoding="utf-8") as out,
    ):
        exporter = Exporter(session, athlete_id)
        out.writelines(_write_parts(exporter))
    return Exported((path,), tuple(exporter.unreadable))


def _write_parts(exporter: Exporter) -> Iterator[str]:
    """The document's text, one set at a time."""
    yield f'{{"schema":"{SCHEMA}","exported_at":"{datetime.now(UTC).isoformat()}","athletes":['
    for number, (athlete, sets) in enumerate(exporter.athletes()):
        yield (",\n" if number else "\n") + athlete.model_dump_json(exclude={"sets"}).removesuffix("}") + ',"sets":['
        for place, item in enumerate(sets):
            yield (",\n" if place else "\n") + item.model_dump_json()
        yield "\n]}"
    yield "\n]" + (f',"unreadable":{json.dumps(exporter.unreadable)}' if exporter.unreadable else "") + "}\n"


# --- in -----------------------------------------------------------------------------------------------------------


def import_json(store: Store, data: bytes | str, name: str = "the file") -> Imported:
    """Import an export in one transaction; what is already there stays as it is."""
    return _import(store, open_bytes(data), name)


def import_json_file(store: Store, path: Path) -> Imported:
    """Import an export's file without ever holding all of it in memory."""
    return _import(store, open_file(path), str(path))


def _import(store: Store, opener: Opener, name: str) -> Imported:
    def change(session: Session) -> Imported:
        importer = Importer(store, session)
        with opener() as file, refusing(name):
            _read_document(read_events(file, name), importer, name)
        return importer.imported

    return store.write(f"importing {name}", change)


@contextmanager
def refusing(name: str, advice: str = ADVICE) -> Iterator[None]:
    """Turn what is wrong with an imported part into one line that begins with the file's name and ends with the advice."""
    try:
        yield
    except ValidationError as error:
        raise InputError(f"{name} is not a formcheck history export ({first_problem(error)}); {advice}.") from error
    except FormcheckError as error:
        if str(error).startswith(name):
            raise
        raise InputError(f"{name} cannot be imported: {str(error).rstrip('.')}; {advice}.") from error


def _read_document(events: Events, importer: Importer, name: str) -> None:
    """Walk through the document; the sets of an athlete are imported one by one."""
    head: dict[str, Any] = {}
    _expect(events, "start_map", name)
    for event, key in events:
        if event == "end_map":
            break
        if key == "athletes":
            _expect(events, "start_array", name)
            for count, (begin, _) in enumerate(iter(lambda: next(events), ("end_array", None)), start=1):
                if begin != "start_map" or count > MAX_ATHLETES:
                    raise InputError(f"{name} is not a formcheck history export (athletes); {ADVICE}.")
                _read_athlete(events, importer, name)
            head[key] = []
        else:
            head[key] = build_value(events, *next(events), name)
    for _ in events:  # ends, or raises at what follows the document
        pass
    HistoryDocument.model_validate(head)


def _read_athlete(events: Events, importer: Importer, name: str) -> None:
    fields: dict[str, Any] = {}
    record: AthleteRecord | None = None
    for event, key in events:
        if event == "end_map":
            break
        if key != "sets":
            fields[key] = build_value(events, *next(events), name)
            continue
        if record is None:
            record = importer.add_athlete(_name_of(fields, name))
        _expect(events, "start_array", name)
        for begin, value in iter(lambda: next(events), ("end_array", None)):
            importer.add_set(record.id, SetPart.model_validate(build_value(events, begin, value, name)))
    part = AthletePart.model_validate(fields)
    importer.fill_athlete(record or importer.add_athlete(part.name), part)


def _name_of(fields: dict[str, Any], name: str) -> str:
    found = fields.get("name")
    if not isinstance(found, str):
        raise InputError(f"{name} is not a formcheck history export (an athlete's name must stand before the sets); {ADVICE}.")
    return found


def _expect(events: Events, wanted: str, name: str) -> None:
    event, _ = next(events, ("nothing", None))
    if event != wanted:
        raise InputError(f"{name} is not a formcheck history export ({event.replace('_', ' ')}); {ADVICE}.")
