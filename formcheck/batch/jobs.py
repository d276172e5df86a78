"""The videos that a batch analyzes: from folders, glob patterns, single files and a CSV manifest."""

from __future__ import annotations

import csv
import glob
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from formcheck.report.schema import Athlete, ConditionName, ExerciseName, WorkingSide
from formcheck.support.dates import is_sane_year
from formcheck.support.errors import InputError, UsageError, reason_of
from formcheck.support.reading import read_ordinary
from formcheck.support.spreadsheets import find_delimiter

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".3gp", ".mts", ".m2ts", ".ts", ".wmv", ".flv", ".ogv"}
)
# `formcheck analyze --out` writes such files: they are results, not recordings.
RESULT_SUFFIX = ".annotated.mp4"
COLUMNS = ("file", "athlete", "exercise", "side", "height_cm", "mass_kg", "recorded_at", "condition")
_CHOICES: dict[str, tuple[str, ...]] = {
    "exercise": ("auto", *get_args(ExerciseName)),
    "side": ("auto", *get_args(WorkingSide)),
    "condition": get_args(ConditionName),
}
# A row has about 100 bytes, and a job takes some 1.5 kB of memory: a larger table must not fill it.
MAX_MANIFEST_BYTES = 16 * 2**20
MAX_JOBS = 100_000
# The size of a spreadsheet's cell; no path or name is longer. The csv module's own limit is global, and reading the history's
# tables raises it.
MAX_CELL_LETTERS = 32767


@dataclass(frozen=True)
class Job:
    """One video to analyze: its absolute path, and what is known about the set.

    ``recorded_at`` is an ISO date and time. ``condition`` is what the person says about how it was done.
    """

    path: Path
    exercise: str = "auto"
    side: str = "auto"
    athlete: Athlete = field(default_factory=Athlete)
    recorded_at: str | None = None
    condition: ConditionName | None = None


def find_jobs(paths: Iterable[str | Path], like: Job) -> list[Job]:
    """Return a job for every video of the given files, folders (with their subfolders) and glob patterns.

    Parameters
    ----------
    like
        The settings of every job; its path is not used.

    Raises
    ------
    InputError
        If a path does not exist, or has no video in it.
    """
    found: list[Job] = []
    for path in map(str, paths):
        try:
            found += [replace(like, path=video) for video in _find_videos(path)]
        except (OSError, ValueError, RecursionError) as error:  # a name or pattern that no file can have
            raise InputError(f"{path[:60]}{'…' * (len(path) > 60)}: not a path ({reason_of(error)}); correct it") from error
    return list(dict.fromkeys(found))


def _find_videos(text: str) -> Iterator[Path]:
    path = Path(text)
    if path.is_dir():
        videos = sorted(_walk(path))
        if not videos:
            raise InputError(f"{path}: no video is in this folder; give the folder that holds them")
        yield from videos
    elif path.exists():
        yield path.absolute()
    elif glob.has_magic(text):
        matches = sorted(Path(name) for name in glob.iglob(text, recursive=True))  # noqa: PTH207 - may be absolute
        videos = [match.absolute() for match in matches if match.is_file()]
        if not videos:
            raise InputError(f"{text}: no file matches; check the pattern")
        yield from videos
    else:
        raise InputError(f"{path}: no such file or folder; check the path")


def _walk(folder: Path) -> Iterator[Path]:
    """Yield a folder's videos by their suffix; hidden files and folders are skipped, an unreadable folder is an error."""

    def refuse(error: OSError) -> None:
        raise InputError(f"{error.filename}: this folder cannot be read ({error.strerror}); check its permissions")

    for root, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            known = Path(name).suffix.lower() in VIDEO_SUFFIXES and not name.endswith(RESULT_SUFFIX)
            if known and not name.startswith("."):
                yield Path(root, name).absolute()


def read_manifest(path: str | Path, like: Job) -> list[Job]:
    """Return the jobs of a CSV manifest.

    The first row names the columns: ``file`` (relative to the manifest's folder), and any of ``athlete``, ``exercise``, ``side``,
    ``height_cm``, ``mass_kg``, ``recorded_at`` and ``condition``. An empty cell takes the value of ``like``. Commas,
    semicolons or tabs separate.

    Raises
    ------
    InputError
        If the file cannot be read or a row is wrong; the message says which line, and what.
    """
    path = Path(path)
    text = _read_text(path)
    # line by line, so that an unclosed quote is found at the end of the file
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text.partition("\n")[0]), strict=True)
    jobs: list[Job] = []
    try:
        rows = _bound_cells(reader)
        header = [name.strip().lower() for name in next(rows, [])]
        _check_header(path, header)
        for cells in rows:
            if any(cell.strip() for cell in cells):
                if len(jobs) == MAX_JOBS:
                    raise InputError(f"{path}: names more than {MAX_JOBS} videos; give it in parts")
                where = f"{path}, line {reader.line_num}"
                if len(cells) > len(header):
                    raise InputError(f"{where}: has {len(cells)} cells, but there are {len(header)} columns; quote the commas")
                jobs.append(_make_job(where, path.parent, dict(zip(header, map(str.strip, cells), strict=False)), like))
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: not CSV ({error}); export the table again as CSV") from error
    if not jobs:
        raise InputError(f"{path}: names no video; give one row for each")
    return list(dict.fromkeys(jobs))


def _read_text(path: Path) -> str:
    data = read_ordinary(path, MAX_MANIFEST_BYTES, "give --manifest a CSV table, in parts if it is long")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the manifest is not UTF-8 text; export the table again as CSV in UTF-8") from error
    if "\0" in text:
        raise InputError(f"{path}: the manifest has NUL characters in it; export the table again as CSV in UTF-8")
    return text


def _bound_cells(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the rows (raises `csv.Error` for a cell that is too long)."""
    for cells in rows:
        if max(map(len, cells), default=0) > MAX_CELL_LETTERS:
            raise csv.Error(f"a cell has more than {MAX_CELL_LETTERS} letters")
        yield cells


def _check_header(path: Path, header: list[str]) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    if "file" not in header or unknown or len(set(header)) != len(header):
        seen = ", ".join(header)[:100] or "nothing"
        raise InputError(f"{path}: the first row must name the columns, file and any of {', '.join(COLUMNS[1:])}; it has {seen}")


def _make_job(where: str, folder: Path, row: dict[str, str], like: Job) -> Job:
    if not row.get("file"):
        raise InputError(f"{where}: names no file; fill in the file column")
    known = {name: text for name, text in row.items() if text}
    for name, choices in _CHOICES.items():
        if known.get(name, choices[0]) not in choices:
            raise InputError(f"{where}: {name} is {known[name][:40]!r}; use one of {', '.join(choices)}")
    if "recorded_at" in known:
        _check_moment(where, known["recorded_at"])
    person = like.athlete.model_dump() | {
        name: known[column]
        for name, column in (("name", "athlete"), ("height_cm", "height_cm"), ("mass_kg", "mass_kg"))
        if column in known
    }
    try:
        athlete = Athlete.model_validate(person)
    except ValidationError as error:
        fault = error.errors()[0]
        raise InputError(f"{where}: {fault['loc'][0]} is {str(fault['input'])[:40]!r}: {fault['msg'].lower()}") from error
    exercise = known.get("exercise", like.exercise)
    return Job(
        path=Path(os.path.abspath(folder / known["file"])),  # noqa: PTH100 - links stay as they were given
        exercise=exercise,
        side=known.get("side", like.side),
        athlete=athlete,
        recorded_at=known.get("recorded_at", like.recorded_at),
        condition=_read_condition(where, exercise, known.get("condition", like.condition)),
    )


def _read_condition(where: str, exercise: str, text: str | None) -> ConditionName | None:
    """A condition that the exercise has; `InputError` otherwise."""
    from formcheck.analysis.settings import check_condition  # loads the exercises, which a run without a manifest does not need

    try:
        return check_condition(exercise, text)
    except UsageError as error:
        raise InputError(f"{where}: {error}") from error


def _check_moment(where: str, text: str) -> None:
    try:
        year = datetime.fromisoformat(text).year
    except ValueError as error:
        raise InputError(f"{where}: recorded_at is {text[:40]!r}; write it like 2026-03-03T18:30") from error
    if not is_sane_year(year):
        raise InputError(f"{where}: recorded_at is {text[:40]!r}; correct the year")
