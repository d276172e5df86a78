"""What the ``formcheck history`` commands share: options, the opened store, tables and JSON out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from formcheck.cli.console import as_is, for_terminal
from formcheck.report.names import ExerciseName, WorkingSide
from formcheck.support.errors import InputError, UsageError
from formcheck.support.plain import escape_json

if TYPE_CHECKING:
    from formcheck.history.store.store import Store
    from formcheck.history.values import Athlete, Period

AthleteOption = Annotated[str | None, typer.Option("--athlete", metavar="NAME", help="The athlete; needed if there are several.")]
JsonOption = Annotated[
    str | None, typer.Option("--json", metavar="FILE|-", help="Write JSON to a file, or to standard output (-).")
]
ExerciseOption = Annotated[ExerciseName | None, typer.Option("--exercise", help="Only this exercise.")]
SetArgument = Annotated[int, typer.Argument(metavar="SET", help="The set's number, as formcheck history list shows it.")]
SideOption = Annotated[WorkingSide | None, typer.Option("--side", help="Only this leg.")]
SinceOption = Annotated[str | None, typer.Option("--since", metavar="DATE", help="First day, like 2026-03-01.")]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="DATE", help="Last day, included.")]
NOBODY = "Nobody is here yet: formcheck plan start begins the plan, formcheck history athletes --add NAME adds a person."
NO_SETS = "No set was found; formcheck analyze VIDEO --save keeps one."
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@contextmanager
def opened() -> Iterator[Store]:
    """Open the history for one command; a migration is reported on stderr."""
    from formcheck.history.store.store import open_store

    with open_store() as store:
        if store.migrated_from is not None:
            typer.echo(f"The history was brought up to date; the old one is kept in {store.migrated_from}.", err=True)
        yield store


def parse_day(text: str | None, default: date | None = None) -> date | None:
    """A day as written on the command line."""
    if text is None:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date; write it like 2026-03-31.") from error


def parse_period(since: str | None, until: str | None) -> Period:
    """The days from --since to --until. Raises `UsageError`."""
    from formcheck.history.values import make_period

    return make_period(parse_day(since), parse_day(until))


def count_of(noun: str, count: int) -> str:
    """A count with its noun: ``1 set``, ``2 sets``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def were_there(count: int) -> str:
    """How many of an import were known: ``1 was there already``."""
    return f"{count} {'was' if count == 1 else 'were'} there already"


def print_table(title: str, columns: list[str], rows: list[list[str]], *, empty: str = "") -> None:
    """Print a table on stdout; one without rows is replaced by ``empty``, if this is given."""
    if empty and not rows:
        typer.echo(empty)
        return
    from rich.console import Console
    from rich.table import Column, Table

    # A cell that is too long for its column goes on in the next line: a fault cut to "heel-lift…" could not be searched for.
    headings = [Column(for_terminal(name), overflow="fold") for name in columns]
    table = Table(*headings, title=for_terminal(title), title_justify="left")
    for row in rows:
        table.add_row(*map(for_terminal, row))
    # Piped into a file, a table keeps its columns instead of being squeezed to 80 characters.
    console = Console(file=as_is(sys.stdout), width=None if sys.stdout.isatty() else 160, markup=False, highlight=False)
    console.print(table)


def write_json(data: Any, target: str) -> None:
    """Write JSON to stdout for "-", otherwise to a file, whole or not at all."""
    text = data if isinstance(data, str) else json.dumps(data, indent=1, default=_plain, ensure_ascii=False)
    if target == "-":
        as_is(sys.stdout).write(escape_json(text) + "\n")
        return
    from formcheck.support.files import write_text
    from formcheck.support.targets import check_target

    check_target(target)
    write_text(target, text + "\n", private=True)


def as_dict(record: Any) -> dict[str, Any]:
    """A frozen record as a dictionary."""
    from dataclasses import asdict

    return asdict(record)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def athlete_or_everybody(store: Store, athlete: str | None) -> Athlete | None:
    """The athlete named, or everybody."""
    return None if athlete is None else store.resolve_athlete(athlete)


def confirm(question: str, yes: bool) -> None:
    """Ask before what cannot be undone; without a terminal, only --yes will do."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("This cannot be undone, so formcheck asks; without a terminal, repeat it with --yes.")
    if not typer.confirm(question):
        raise InputError("Nothing was changed.")
