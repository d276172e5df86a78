"""``formcheck history`` export, import, backup, restore, delete, undo, purge and sample."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli.console import as_is
from formcheck.cli.history_common import (
    AthleteOption,
    JsonOption,
    YesOption,
    athlete_or_everybody,
    confirm,
    count_of,
    opened,
    were_there,
)
from formcheck.cli.options import file_to_read
from formcheck.support.errors import UsageError
from formcheck.support.files import is_folder
from formcheck.support.targets import check_target


def export(
    target: Annotated[
        str | None, typer.Argument(metavar="FILE|FOLDER", help="A .json file (- is standard output), or with --csv a folder.")
    ] = None,
    athlete: AthleteOption = None,
    csv: Annotated[bool, typer.Option("--csv", help="Write tables of sets, reps and runs into the folder.")] = False,
    json_file: JsonOption = None,
) -> None:
    """Export the history: everything as JSON, or sets, reps and runs as CSV tables."""
    from formcheck.history.exchange.csv_tables import write_tables
    from formcheck.history.exchange.json_file import stream_json, write_json

    where = json_file or target
    if where is None:
        raise UsageError("Name the target: a file (or - for stdout), or a folder with --csv.")
    if where != "-":
        check_target(Path(where, "sets.csv") if csv else Path(where))
    with opened() as store:
        person = athlete_or_everybody(store, athlete)
        if csv:
            done = write_tables(store, Path(where), person.id if person else None)
        elif where == "-":
            done = stream_json(store, as_is(sys.stdout), person.id if person else None)
        else:
            done = write_json(store, Path(where), person.id if person else None)
    for path in done.paths:
        typer.echo(f"{path} written.", err=True)
    if done.warning:
        typer.echo(done.warning, err=True)


def import_(source: Annotated[Path, file_to_read("What formcheck history export wrote.", "FILE|FOLDER")]) -> None:
    """Import a formcheck export: a .json file, sets.csv, running.csv, or the folder with both."""
    from formcheck.history.exchange.csv_tables import import_tables
    from formcheck.history.exchange.json_file import import_json_file

    with opened() as store:
        if is_folder(source) or source.suffix.lower() == ".csv":
            result = import_tables(store, source)
        else:
            result = import_json_file(store, source)
    typer.echo(
        f"Imported {count_of('set', result.sets)} and {count_of('run', result.runs)} ({count_of('new athlete', result.athletes)}); "
        f"{were_there(result.already_there)}."
    )


def backup(
    target: Annotated[
        Path | None, typer.Argument(metavar="FILE|FOLDER", help="Where to; by default the backups folder beside the history.")
    ] = None,
) -> None:
    """Copy the whole history into one file."""
    from formcheck.history.exchange.backup import back_up

    if target is not None and not is_folder(target):
        check_target(target)
    with opened() as store:
        done = back_up(store, target)
    typer.echo(f"{done.paths[0]} written.")
    if done.warning:
        typer.echo(done.warning, err=True)


def restore(
    source: Annotated[Path, file_to_read("The backup.", "FILE")],
    yes: YesOption = False,
    leave_out_damaged: Annotated[
        bool, typer.Option("--leave-out-damaged", help="Restore the other sets of a backup in which some are damaged.")
    ] = False,
) -> None:
    """Replace the history with a backup, whatever is there now; what is replaced is kept."""
    from formcheck.history.exchange import backup

    backup.check_backup(source)
    confirm(f"Replace the whole history by {source}?", yes)
    done = backup.restore(source, leave_out_damaged=leave_out_damaged)
    typer.echo(f"Restored {count_of('set', done.sets)}." + (f" The history as it was is kept in {done.kept}." if done.kept else ""))
    if done.left_out:
        typer.echo(f"Damaged in the backup, and so left out: {', '.join(done.left_out)}.")


def delete(
    set_ids: Annotated[list[int] | None, typer.Argument(metavar="SET...", help="The sets' numbers.")] = None,
    athlete: AthleteOption = None,
    yes: YesOption = False,
) -> None:
    """Move sets to the bin (undo brings them back); --athlete deletes everything about an athlete, for good."""
    if bool(set_ids) == (athlete is not None):
        raise UsageError("Name the sets to delete by their numbers, or the athlete with --athlete NAME.")
    with opened() as store:
        if set_ids:
            count = store.delete_sets(set_ids)
            rest = len(set(set_ids)) - count
            there = f" {count_of('set', rest)} in the bin already." if rest else ""
            typer.echo(f"{count_of('set', count)} deleted; formcheck history undo brings back what was deleted last.{there}")
            return
        person = store.resolve_athlete(athlete)
        confirm(f"Delete everything about {person.name} for good?", yes)
        erased = store.delete_athlete(person.id)
    gone = f"{count_of('set', erased.sets)}, {count_of('file', len(erased.files_removed))}"
    typer.echo(f"Everything about {erased.athlete} is deleted: {gone}.")
    for path in erased.files_left:
        typer.echo(f"Not deleted, because it lies outside formcheck's folders: {path}")
    for path in erased.backups_left:
        typer.echo(f"This backup may still have their data: {path}")


def undo(
    set_id: Annotated[
        int | None, typer.Argument(metavar="SET", help="A set in the bin; by default all that were deleted last.")
    ] = None,
) -> None:
    """Bring back what was deleted last, or one set."""
    from formcheck.history.trends.measures import moment_text

    with opened() as store:
        restored = store.undo_delete(set_id)
    if restored:
        typer.echo(f"Back again: {'; '.join(moment_text(row.recorded_at) for row in restored)}.")
    else:
        typer.echo("There is nothing to bring back.")


def purge(yes: YesOption = False) -> None:
    """Empty the bin for good."""
    confirm("Delete the sets in the bin for good?", yes)
    with opened() as store:
        typer.echo(f"{count_of('set', store.purge())} deleted for good.")


def sample(remove: Annotated[bool, typer.Option("--remove", help="Remove the sample data.")] = False) -> None:
    """Fill a demo athlete with eleven made-up weeks, or remove it again."""
    from formcheck.history.sample import add_sample, remove_sample

    with opened() as store:
        if remove:
            gone = remove_sample(store)
            typer.echo("The sample data is removed." if gone else "There is no sample data.")
            return
        athlete = add_sample(store)
        typer.echo(f"Added {athlete.name} with {count_of('set', len(store.list_sets(athlete.id)))}; sample --remove removes it.")
