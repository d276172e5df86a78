"""A batch from jobs to rows: nothing is analyzed or saved twice, and a bad video is one bad row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.batch.cluster import run_on_cluster
from formcheck.batch.jobs import Job
from formcheck.batch.pool import WorkerDied, run_local
from formcheck.batch.table import TABLE_NAMES, write_table
from formcheck.batch.work import LOGS, REPORTS, RESULTS, Row, Task, fail, rename, show_path
from formcheck.pose.bundles import ModelName, find_bundle
from formcheck.report.schema import MAX_REPORT_BYTES, SetReport
from formcheck.support.checked_json import parse_json
from formcheck.support.cores import count_workers
from formcheck.support.errors import FormcheckError, InputError, OutputError
from formcheck.support.files import hash_file
from formcheck.support.reading import read_ordinary
from formcheck.support.targets import check_target

if TYPE_CHECKING:
    from formcheck.history.store.store import Store

Seen = Callable[[Row], None]
"""Called with each row when it is ready."""

DIED = "the worker died each time it was analyzed (out of memory?); analyze it alone"


@dataclass(frozen=True)
class BatchSettings:
    """How a batch is run.

    Attributes
    ----------
    out
        The folder for the table, reports and results; with ``scheduler``, one that all workers reach under the same path.
    model
        The pose model.
    html
        Whether each video gets an HTML report too.
    scheduler
        The address of a running Dask scheduler; None for processes of this computer.
    workers
        How many processes; None for one per core.
    """

    out: Path
    model: ModelName = "full"
    html: bool = False
    scheduler: str | None = None
    workers: int | None = None


def run_batch(jobs: Iterable[Job], settings: BatchSettings, *, store: Store | None = None, seen: Seen | None = None) -> list[Row]:
    """Analyze many videos, write their table and return its rows, in the order of the jobs.

    A run that is stopped writes the table so far, and the next continues where it was: what lies in the folder is not analyzed
    again. Files of the same content and settings are analyzed once. A video whose worker is killed is given to another.

    Parameters
    ----------
    store
        Where sets with repetitions are saved, each once.

    Raises
    ------
    UsageError, OutputError, ModelError
        If the cluster, the folder or the pose model cannot be used.
    """
    find_bundle(settings.model)
    out = settings.out
    wanted = list(dict.fromkeys(jobs))
    _make_folders(out)
    first_of = find_twins(wanted)
    log = None if settings.scheduler else out / LOGS / "workers.log"
    rows: dict[Job, Row] = {}

    def finish(job: Job, row: Row) -> None:
        rows[job] = save_row(store, job, row, out) if store else row
        if seen:
            seen(rows[job])

    tasks = [Task(job=job, out=out, model=settings.model, html=settings.html, log=log) for job in wanted if first_of[job] == job]
    twins = defaultdict(list)
    for job in wanted:
        if first_of[job] != job:
            twins[first_of[job]].append(job)
    try:
        with closing(_start(tasks, settings)) as answers:
            for task, answer in answers:
                job = task.job
                row = fail(job, f"{show_path(job.path)}: {DIED}") if isinstance(answer, WorkerDied) else answer
                finish(job, row)
                for twin in twins[job]:
                    finish(twin, replace(rename(row, twin.path), same_as=show_path(job.path)))
    finally:
        ready = [rows[job] for job in wanted if job in rows]
        write_table(ready, out)
    return ready


def _start(tasks: list[Task], settings: BatchSettings) -> Generator[tuple[Task, Row | WorkerDied], None, None]:
    """Begin the analyses, on the cluster or on processes of this computer."""
    if settings.scheduler:
        return run_on_cluster(tasks, settings.scheduler)
    return run_local(tasks, min(count_workers(settings.workers), max(1, len(tasks))))


def find_twins(jobs: list[Job]) -> dict[Job, Job]:
    """Return, for each job, the first one with the same content and settings; for most jobs that is itself.

    Only files of equal size are read and compared.
    """
    alike: defaultdict[tuple[int, Job], list[Job]] = defaultdict(list)
    first_of = {job: job for job in jobs}
    for job in first_of:
        try:
            alike[job.path.stat().st_size, replace(job, path=Path(), recorded_at=None)].append(job)
        except (OSError, ValueError):  # its worker reports what is wrong with it
            continue
    for group in alike.values():
        first_with: dict[str, Job] = {}
        for job in group if len(group) > 1 else []:
            try:
                first_of[job] = first_with.setdefault(hash_file(job.path), job)
            except InputError:  # likewise
                continue
    return first_of


def save_row(store: Store, job: Job, row: Row, out: Path) -> Row:
    """Save a row's set, unless the history has it or it has no repetitions.

    Its time is the manifest's; without one, the report's; without either, the file's last change, which most cameras leave at the
    time of the recording.
    """
    if not (row.usable and row.report and row.reps):
        return row
    kept = out / row.report
    try:
        report = parse_json(SetReport, read_ordinary(kept, MAX_REPORT_BYTES), str(kept), "analyze the video again")
        stated = job.recorded_at or report.recorded_at
        moment = datetime.fromisoformat(stated) if stated else datetime.fromtimestamp(job.path.stat().st_mtime)
        saved = store.save_report(
            report,
            job.athlete.name,
            recorded_at=moment.astimezone(),
            recording_sha256=row.sha256,
            html_path=out / row.html if row.html else None,
        )
    except OutputError:
        raise
    except (FormcheckError, OSError, ValueError) as error:
        return replace(row, error=f"analyzed, but not saved: {' '.join(str(error).split())}")
    return replace(row, saved=saved.id)


def _make_folders(out: Path) -> None:
    """Make the batch's folders, if all that goes into them can be written."""
    for name in TABLE_NAMES + tuple(f"{folder}/x" for folder in (REPORTS, RESULTS, LOGS)):
        check_target(out / name)
    for name in (REPORTS, RESULTS, LOGS):
        folder = out / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{folder}: cannot be made ({(error.strerror or 'error').lower()}); choose another --out") from error
