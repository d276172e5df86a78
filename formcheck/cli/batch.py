"""``formcheck batch``: many videos, their table, and what the terminal shows meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli import options
from formcheck.support.errors import InputError, UsageError

if TYPE_CHECKING:
    from formcheck.batch.jobs import Job
    from formcheck.batch.run import BatchSettings, Seen
    from formcheck.batch.work import Row
    from formcheck.history.store.store import Store


@dataclass(frozen=True)
class VideoOptions:
    """Which videos, and what is known of their sets."""

    paths: Annotated[list[str] | None, typer.Argument(help="Videos, folders (with subfolders) and glob patterns.")] = None
    manifest: Annotated[
        Path | None,
        typer.Option(
            help="A CSV: file, and any of athlete, exercise, side, height_cm, mass_kg, recorded_at, condition.", readable=False
        ),
    ] = None
    exercise: options.ExerciseOption = "auto"
    side: options.SideOption = "auto"
    condition: options.ConditionOption = None
    height_cm: Annotated[float | None, typer.Option(help="The height of everyone without their own in the CSV.")] = None
    mass_kg: Annotated[float | None, typer.Option(help="The body mass of everyone without their own.")] = None
    athlete: Annotated[str | None, typer.Option(help="Whose sets they are, where the CSV does not say.")] = None

    def jobs(self) -> list[Job]:
        """The videos to analyze (raises `UsageError`, `InputError`)."""
        options.check_text("--athlete", self.athlete)
        person = options.read_athlete(self.athlete, self.height_cm, self.mass_kg)
        if not self.paths and self.manifest is None:
            raise UsageError("batch: give videos, folders or patterns, or a table of them with --manifest")
        from formcheck.batch.jobs import Job, find_jobs, read_manifest

        if self.paths and self.condition is not None:  # rows of a manifest are checked one by one: they may name their exercise
            from formcheck.analysis.settings import check_condition

            check_condition(self.exercise, self.condition)
        like = Job(Path(), self.exercise, self.side, person, condition=self.condition)
        return find_jobs(self.paths or [], like) + (read_manifest(self.manifest, like) if self.manifest else [])


@dataclass(frozen=True)
class RunOptions:
    """How the videos are analyzed."""

    out: Annotated[Path, typer.Option(help="The folder for the table and the reports; a later run continues from it.")]
    workers: Annotated[int | None, typer.Option(min=1, help="Processes on this computer; one per core by default.")] = None
    scheduler: Annotated[str | None, typer.Option(help="A running Dask scheduler, like tcp://host:8786.")] = None
    model: options.ModelOption = "full"
    html: Annotated[bool, typer.Option("--html", help="Write an HTML report for each video too.")] = False

    def settings(self) -> BatchSettings:
        """The settings of the run (raises `UsageError`, `OutputError`)."""
        if self.scheduler is not None and self.workers is not None:
            raise UsageError("--scheduler and --workers exclude each other: a running cluster has its own workers")
        from formcheck.batch.run import BatchSettings

        return BatchSettings(
            out=self.out.absolute(), model=self.model, html=self.html, scheduler=self.scheduler, workers=self.workers
        )


@options.grouped
def batch(
    videos: VideoOptions,
    run: RunOptions,
    save: Annotated[bool, typer.Option("--save", help="Save the sets to the history, each once.")] = False,
    quiet: options.QuietOption = False,
) -> None:
    """Analyze many videos, here or on a Dask cluster.

    A run that was stopped continues where it was: give the same command again.
    """
    settings, jobs = run.settings(), videos.jobs()

    from formcheck.batch.run import run_batch
    from formcheck.batch.table import TABLE

    with ExitStack() as stack:
        store = stack.enter_context(_open_store(jobs)) if save else None
        seen = stack.enter_context(_show_progress(len(set(jobs)), quiet))
        try:
            rows = run_batch(jobs, settings, store=store, seen=seen)
        except KeyboardInterrupt:
            print(f"formcheck: stopped; the same command continues from {run.out}", file=sys.stderr)
            raise
    closing = _summarize(rows, run.out / f"{TABLE}.csv")
    if not quiet:
        typer.echo(closing)


def _open_store(jobs: Sequence[Job]) -> Store:
    from formcheck.history.store.store import open_store

    store = open_store()
    for name in {job.athlete.name for job in jobs}:
        store.check_owner(name)  # reports a missing name now, not after a night's work
    return store


def _summarize(rows: Sequence[Row], table: Path) -> str:
    """Return the closing line; `InputError` if no video could be used."""
    used = sum(row.usable for row in rows)
    if not used:
        first = next(row.error for row in rows)
        raise InputError(f"none of the {len(rows)} videos could be used ({first}); {table} says why for each")
    failed = len(rows) - used
    unsaved = sum(row.usable and row.error is not None for row in rows)
    return (
        f"{used} of {len(rows)} videos analyzed"
        + (f"; {failed} could not be used" if failed else "")
        + (f"; {unsaved} analyzed but not saved" if unsaved else "")
        + f". The table is {table}"
    )


@contextmanager
def _show_progress(total: int, quiet: bool) -> Iterator[Seen | None]:
    """Yield a callback that counts the rows in a bar on standard error; None if that is not a terminal, or if ``quiet``."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from formcheck.cli.console import as_is
    from formcheck.support.plain import strip_codes

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("videos, time left"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(file=as_is(sys.stderr))) as bar:
        task = bar.add_task("starting the workers", total=total)

        def update(row: Row) -> None:
            if not row.usable:
                bar.console.print(strip_codes(row.error or ""), style="red", markup=False, highlight=False)
            bar.update(task, advance=1, description=escape(strip_codes(Path(row.file).name)))

        yield update
