"""The batch command: what is asked for on the command line, and what the terminal shows meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from formcheck.batch.jobs import Job, find_jobs, read_manifest
from formcheck.batch.run import Seen, run_batch
from formcheck.batch.table import TABLE
from formcheck.batch.work import Row
from formcheck.pose.bundles import ModelName
from formcheck.support.errors import InputError, UsageError


def batch_command(
    paths: Sequence[str],
    out: Path,
    *,
    manifest: Path | None,
    like: Job,
    scheduler: str | None,
    workers: int | None,
    model: ModelName,
    html: bool,
    save: bool,
    quiet: bool,
) -> str:
    """Analyse what was asked for and return the closing line.

    Raises
    ------
    UsageError
        If the options do not go together.
    InputError
        If no video could be used; the table is written all the same, and says why.
    """
    if not paths and manifest is None:
        raise UsageError("batch: give videos, folders or patterns, or a table of them with --manifest")
    if scheduler is not None and workers is not None:
        raise UsageError("--scheduler and --workers exclude each other: a running cluster has its own workers")
    jobs = find_jobs(paths, like) + (read_manifest(manifest, like) if manifest else [])
    with ExitStack() as stack:
        store = None
        if save:
            from formcheck.history.store.store import open_store

            store = stack.enter_context(open_store())
            if any(job.athlete.name is None for job in jobs):
                store.resolve_athlete(None, create=True)  # says now, not after a night's work, that a name is missing
        seen = stack.enter_context(_show_progress(len(set(jobs)), quiet))
        try:
            rows = run_batch(jobs, out, scheduler=scheduler, workers=workers, model=model, html=html, store=store, seen=seen)
        except KeyboardInterrupt:
            print(f"formcheck: stopped; the same command goes on from {out}", file=sys.stderr)
            raise
    return _close(rows, out / f"{TABLE}.csv")


def _close(rows: Sequence[Row], table: Path) -> str:
    used = sum(row.usable for row in rows)
    if not used:
        first = next(row.error for row in rows)
        raise InputError(f"none of the {len(rows)} videos could be used ({first}); {table} says why for each")
    failed = len(rows) - used
    unsaved = sum(row.usable and row.error is not None for row in rows)
    return (
        f"{used} of {len(rows)} videos analysed"
        + (f"; {failed} could not be used" if failed else "")
        + (f"; {unsaved} analysed but not saved" if unsaved else "")
        + f". The table is {table}"
    )


@contextmanager
def _show_progress(total: int, quiet: bool) -> Iterator[Seen | None]:
    """Yield what counts the rows in a bar on standard error; None where that is no terminal, or ``quiet``."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("videos, time left"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("starting the workers", total=total)

        def update(row: Row) -> None:
            if not row.usable:
                bar.console.print(row.error, style="red", markup=False, highlight=False)
            bar.update(task, advance=1, description=Path(row.file).name.replace("[", r"\["))

        yield update
