"""A file read piece by piece, within limits: a small file cannot fill the memory, and an endless one ends.

JSON is read with ijson: its events cost a few hundred bytes whatever the file's size, while a parser that returns the whole
document takes up to five hundred times the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from formcheck.history.exchange.limits import MAX_ENTRIES, MAX_IMPORT_BYTES
from formcheck.support.errors import InputError
from formcheck.support.reading import open_ordinary

# A set's report with all its corrections lies ten deep.
MAX_DEPTH = 32
# Numbers, names and brackets of one set: its curves have up to 2,400 a minute, of an hour 144,000.
MAX_PARTS = 400_000
# Bytes of one value, and of one row of a table: the longest report is some 300 kB, a picture is 100 kB.
MAX_VALUE_BYTES = 8 * 2**20
_CHUNK = 2**16
# How a refused file's message ends, on a page and in the terminal.
ADVICE = "export one with formcheck history export, or on the History page under Data"

Events = Iterator[tuple[str, Any]]
Opener = Callable[[], BinaryIO]
"""Opens the file from its beginning; a save that has to be tried again reads it again."""


@dataclass
class BoundedFile(io.RawIOBase):
    """A binary file that refuses to be read past a limit, or without a value ending for too long."""

    file: BinaryIO
    name: str
    max_bytes: int = MAX_IMPORT_BYTES
    total: int = field(default=0, init=False)
    since_value: int = field(default=0, init=False)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next piece."""
        chunk = self.file.read(min(len(buffer), _CHUNK))
        self.total += len(chunk)
        self.since_value += len(chunk)
        if self.total > self.max_bytes:
            raise InputError(f"{self.name} is larger than {self.max_bytes // 2**20} MB, and so than any formcheck export.")
        if self.since_value > MAX_VALUE_BYTES:
            raise InputError(f"{self.name} is not a formcheck export: it has a value of more than {MAX_VALUE_BYTES // 2**20} MB.")
        buffer[: len(chunk)] = chunk
        return len(chunk)


def open_file(path: Path) -> Opener:
    """A way to open an ordinary file again and again.

    Raises
    ------
    InputError
        If it is missing, or no ordinary file: a pipe or a device might never end.
    """

    def opener() -> BinaryIO:
        return open_ordinary(path, "give the name of an export")

    opener().close()
    return opener


def open_bytes(data: bytes | str) -> Opener:
    """A way to read bytes in memory, or text, again and again."""
    return lambda: io.BytesIO(data.encode("utf-8", "replace") if isinstance(data, str) else data)


# --- JSON ---------------------------------------------------------------------------------------------------------


def read_events(file: BinaryIO, name: str) -> Events:
    """The events of a JSON text (`ijson.basic_parse`), within the limits.

    Raises
    ------
    InputError
        If the text is not JSON, a number does not fit in 64 bits, or a limit is exceeded.
    """
    bounded = BoundedFile(file, name)
    depth = 0
    try:
        for event, value in ijson.basic_parse(bounded, use_float=True, buf_size=_CHUNK):
            bounded.since_value = 0
            depth += event.startswith("start_") - event.startswith("end_")
            if depth > MAX_DEPTH:
                raise InputError(f"{name} is not a formcheck export: it is nested too deep.")
            yield event, value
    except (ijson.JSONError, UnicodeDecodeError, ValueError) as error:
        reason = str(error.args[0] if error.args else error).replace("b'", "").split("\n")[0].split("\\n")[0]
        raise InputError(f"{name} is not a formcheck history export ({reason}); {ADVICE}.") from error


def build_value(events: Events, event: str, value: Any, name: str) -> Any:
    """The value that begins with an event, as Python objects; the events up to its end are used up."""
    builder = ijson.ObjectBuilder()
    depth = parts = 0
    while True:
        builder.event(event, value)
        parts += 1
        if parts > MAX_PARTS:
            raise InputError(f"{name} is not a formcheck export: one of its values has more than {MAX_PARTS} parts.")
        depth += event.startswith("start_") - event.startswith("end_")
        if depth == 0:
            break
        event, value = next(events)
    built = builder.value
    if isinstance(built, list | dict) and len(built) > MAX_ENTRIES:
        raise InputError(f"{name} is not a formcheck export: one of its lists has more than {MAX_ENTRIES} entries.")
    return built


# --- tables -------------------------------------------------------------------------------------------------------


def read_rows(file: BinaryIO, name: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV table by the names in its first line, one at a time.

    Raises
    ------
    InputError
        If it is not a table in UTF-8, a row differs in length from the first line, or a limit is exceeded.
    """
    bounded = BoundedFile(file, name)
    text = io.TextIOWrapper(io.BufferedReader(bounded, _CHUNK), encoding="utf-8-sig", newline="")
    csv.field_size_limit(MAX_VALUE_BYTES)
    try:
        table = csv.reader(iter(lambda: text.readline(MAX_VALUE_BYTES), ""), strict=True)
        header = next(table, None)
        for row in table:
            if not row:
                continue
            bounded.since_value = 0
            if header is None or len(row) != len(header):
                raise InputError(f"{name} has a row of another length than its first line; export the tables again.")
            yield {column: cell.removeprefix("'") for column, cell in zip(header, row, strict=True)}
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not a text file in UTF-8; export the tables again.") from error
    except csv.Error as error:
        raise InputError(f"{name} is not a readable CSV table ({error}); export the tables again.") from error
