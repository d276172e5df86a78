"""The work of one worker: analyze a video once, and leave its report and its row where the next run finds them."""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
import traceback
from dataclasses import asdict, dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

import cv2

from formcheck.batch.jobs import Job
from formcheck.export.facts import best_value
from formcheck.pose.bundles import ModelName
from formcheck.report.schema import MEASURES_VERSION, SetReport
from formcheck.support.errors import FormcheckError, InputError, OutputError
from formcheck.support.files import hash_file, write_text
from formcheck.support.reading import read_ordinary

# Folders within the batch's folder.
REPORTS, RESULTS, LOGS = "reports", "results", "logs"
# A row has about 700 bytes; a larger file was not written by a batch.
MAX_RESULT_BYTES = 2**20
# A file's name has at most 255 bytes: this many for the video's name, the rest for key and suffix.
MAX_NAME_BYTES = 120
_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (float, int)}


@dataclass(frozen=True)
class Task:
    """One job as it is sent to a worker; ``out`` is the batch's folder, to which every worker must be able to write."""

    job: Job
    out: Path
    model: ModelName = "full"
    html: bool = False
    log: Path | None = None


@dataclass(frozen=True)
class Row:
    """One video in the result table.

    ``file`` and ``same_as`` are paths as text (`show_path`); ``report`` and ``html`` are relative to the batch's folder;
    ``video_s`` is the video's length, ``seconds`` the time that its analysis took; ``same_as`` names the file of the same content
    that was analyzed in its place; ``saved`` is the number of the set in the history.
    """

    file: str
    status: str
    error: str | None = None
    athlete: str | None = None
    exercise: str | None = None
    side: str | None = None
    condition: str | None = None
    reps: int | None = None
    best: float | None = None
    mean: float | None = None
    sd: float | None = None
    clean_reps: int | None = None
    unjudged_reps: int | None = None
    warnings: str = ""
    video_s: float | None = None
    seconds: float | None = None
    report: str | None = None
    html: str | None = None
    same_as: str | None = None
    saved: int | None = None
    sha256: str | None = None

    @property
    def usable(self) -> bool:
        """Whether the video could be analyzed."""
        return self.status == "ok"


def make_key(sha256: str, task: Task) -> str:
    """Return the key of an analysis: of these bytes, with these settings, by this version."""
    settings = {
        "video": sha256,
        "exercise": task.job.exercise,
        "side": task.job.side,
        "athlete": task.job.athlete.model_dump(),
        "model": task.model,
        "formcheck": version("formcheck"),
        "measures": MEASURES_VERSION,
    }
    if task.job.condition is not None:  # without one the key is that of earlier versions, whose results stay valid
        settings["condition"] = task.job.condition
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:40]


def analyze(task: Task) -> Row:
    """Return the row of one video, from an earlier run if there is one.

    A fault of the video is put into the row; only a fault that concerns every video is raised.

    Raises
    ------
    OutputError
        If the batch's folder cannot be written.
    """
    _use_one_core(task.log)
    path = task.job.path
    started = time.perf_counter()
    try:
        sha256 = hash_file(path)
    except InputError as error:
        return fail(task.job, str(error))
    key = make_key(sha256, task)
    earlier = _read_earlier(task, key)
    if earlier:
        return earlier
    try:
        row = _analyze_now(task, key, sha256, started)
    except OutputError:
        raise
    except InputError as error:
        row = fail(task.job, str(error), sha256, time.perf_counter() - started)
    except FormcheckError as error:
        return fail(task.job, str(error), sha256, time.perf_counter() - started)
    except Exception as error:  # one odd video must not end a night's work; the log has the details
        log = Path(LOGS, f"{_name(path, key)}.log")
        write_text(task.out / log, "".join(traceback.format_exception(error)))
        return fail(task.job, f"unexpected {type(error).__name__}; the full log is {log}", sha256)
    write_text(task.out / RESULTS / f"{key}.json", json.dumps(asdict(row)))
    return row


def fail(job: Job, error: str, sha256: str | None = None, seconds: float | None = None) -> Row:
    """Return the row of a video that could not be analyzed."""
    line = show_text(" ".join(error.split()))
    return Row(show_path(job.path), "error", line, job.athlete.name, sha256=sha256, seconds=_round(seconds))


def rename(row: Row, path: Path) -> Row:
    """Return the row of a file of the same content under this file's name, in its error too."""
    file = show_path(path)
    before, now = (" ".join(name.split()) for name in (row.file, file))
    about_itself = row.error is not None and row.error.startswith(before)
    return replace(row, file=file, error=now + str(row.error)[len(before) :] if about_itself else row.error)


def _analyze_now(task: Task, key: str, sha256: str, started: float) -> Row:
    from formcheck.analysis.pipeline import run_analysis  # loads MediaPipe, which a run that finds everything done does not need
    from formcheck.analysis.settings import Settings
    from formcheck.render.outputs import Outputs

    job = task.job
    settings = Settings(job.exercise, job.side, job.athlete, task.model, workers=1, condition=job.condition)
    analysis = run_analysis(job.path, settings)
    name = _name(job.path, key)
    report, html = f"{REPORTS}/{name}.json", f"{REPORTS}/{name}.html" if task.html else None
    Outputs(json=task.out / report, html=task.out / html if html else None).write(analysis)
    return _describe(job, analysis.report, sha256, report, html, time.perf_counter() - started)


def _describe(job: Job, found: SetReport, sha256: str, report: str, html: str | None, seconds: float) -> Row:
    summary = found.summary
    return Row(
        file=show_path(job.path),
        status="ok",
        athlete=job.athlete.name,
        exercise=found.drill,
        side=found.side,
        condition=found.condition,
        reps=summary.rep_count,
        best=best_value(found),
        mean=summary.mean,
        sd=summary.sd,
        clean_reps=summary.clean_reps,
        unjudged_reps=summary.unjudged_reps,
        warnings=" ".join(found.warning_codes),
        video_s=found.video.duration_s,
        seconds=_round(seconds),
        report=report,
        html=html,
        sha256=sha256,
    )


def _read_earlier(task: Task, key: str) -> Row | None:
    """Return the row of an earlier run, if it is sound and its files still exist.

    A row that was tampered with, or comes from another version, is not sound and will be replaced.
    """
    path = task.out / RESULTS / f"{key}.json"
    try:
        known: dict[str, Any] = json.loads(read_ordinary(path, MAX_RESULT_BYTES))
        row = Row(**known)
        if not _is_sound(row):
            return None
        row = rename(row, task.job.path)
        wanted = [row.report, row.html if task.html else row.report]
        if row.usable and not all(name and (task.out / name).is_file() for name in wanted):
            return None
    except (InputError, OSError, ValueError, TypeError, RecursionError):
        return None
    return row


def _is_sound(row: Row) -> bool:
    """Whether every field is of its type, every number is finite, and the report's files lie in the batch's folder."""
    for field in fields(row):
        value, kind = getattr(row, field.name), str(field.type)
        if value is None and kind.endswith("| None"):
            continue
        if type(value) not in _TYPES[kind.split(" | ")[0]] or (isinstance(value, float) and not math.isfinite(value)):
            return False
    paths = [name for name in (row.report, row.html) if name is not None]
    return row.status in ("ok", "error") and all(PurePosixPath(name).parts[:-1] == (REPORTS,) for name in paths)


def show_path(path: Path) -> str:
    """Return a path as text: bytes that are not UTF-8, which a name may hold and a table may not, as ``\\xff``."""
    return show_text(str(path))


def show_text(text: str) -> str:
    """Return text in which a path may stand, as `show_path` does."""
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def _name(path: Path, key: str) -> str:
    """Return the name of an analysis's files, short enough for any disk."""
    start = os.fsencode(path.stem)[:MAX_NAME_BYTES].decode("utf-8", "ignore")
    return f"{start}-{key[:12]}"


def _round(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _use_one_core(log: Path | None) -> None:
    """Use one core, because there is a worker for each; the native libraries' messages go to ``log``, not to the terminal."""
    cv2.setNumThreads(1)
    if log is not None:
        target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(target, 2)
        os.close(target)
