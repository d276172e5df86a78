"""``formcheck live``: one set in front of a camera."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from formcheck.cli import options, saving
from formcheck.support.errors import UsageError

if TYPE_CHECKING:
    from formcheck.live import LiveSetup
    from formcheck.report.schema import Athlete


@dataclass(frozen=True)
class SourceOptions:
    """Where the pictures come from, and where they are shown and kept."""

    camera: Annotated[int, typer.Option(min=0, help="The camera's number; 0 is the built-in one.")] = 0
    source: Annotated[str | None, typer.Option(help="A file or stream address in place of the camera.")] = None
    headless: Annotated[bool, typer.Option("--headless", help="Open no window.")] = False
    keep: Annotated[Path | None, typer.Option(help="Keep the recording under this name; it is deleted otherwise.")] = None


@dataclass(frozen=True)
class SetOptions:
    """What is to be filmed."""

    exercise: options.ExerciseOption = "auto"
    side: options.SideOption = "auto"
    condition: options.ConditionOption = None
    reps: Annotated[
        int | None, typer.Option(min=0, help="End after this many reps; by default as many as the exercise asks for; 0: no end.")
    ] = None
    test: Annotated[bool, typer.Option("--test", help="The single-leg heel-raise test, 60 beats a minute.")] = False
    height_cm: options.HeightOption = None
    mass_kg: options.MassOption = None
    model: Annotated[
        Literal["auto", "lite", "full"], typer.Option(help="The pose model; by default the one that keeps up here.")
    ] = "auto"
    athlete: Annotated[str | None, typer.Option(help="Whose set it is: for --save, and for your record on the gauge.")] = None

    def setup(self) -> LiveSetup:
        """The set to film (raises `UsageError`)."""
        from formcheck.live import LiveSetup

        options.check_text("--athlete", self.athlete)
        person = options.read_athlete(self.athlete, self.height_cm, self.mass_kg)
        if self.exercise == "short-foot":
            raise UsageError("short-foot is not counted live: analyze a film of it, or open the app for a guided set")
        if self.test and self.exercise not in ("auto", "heel-raise"):
            raise UsageError("--test is the heel-raise test; leave --exercise out, or give heel-raise")
        from formcheck.analysis.settings import check_condition
        from formcheck.exercises import EXERCISES

        exercise = "heel-raise" if self.test else self.exercise
        if exercise in EXERCISES:
            EXERCISES[exercise].check_side(self.side)
        record = _own_record(person, exercise, self.side, self.condition)
        return LiveSetup(
            exercise,
            self.side,
            person,
            target_reps=self.reps,
            test=self.test,
            own_record=record,
            model=self.model,
            condition=check_condition(exercise, self.condition),
        )


@options.grouped
def live(
    source: SourceOptions,
    wanted: SetOptions,
    json_file: options.JsonOption = None,
    save: options.SaveOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print no cues and no summary.")] = False,
) -> None:
    """Film one set with a camera: set-up help, counting and cues while you do it, the report at its end."""
    setup = wanted.setup()

    from formcheck.cli.console import as_is, hush_native
    from formcheck.cli.live_window import film_and_analyze
    from formcheck.cli.progress import show_progress
    from formcheck.support.files import write_text
    from formcheck.support.memory import use_few_heaps
    from formcheck.support.plain import escape_json
    from formcheck.support.targets import check_target

    written = [Path(p) for p in (json_file, source.keep) if p and p != "-"]
    for path in written:
        check_target(path)
    if save:
        saving.check_owner(setup.athlete.name)
    use_few_heaps()
    with hush_native(), show_progress(quiet) as progress:
        report = film_and_analyze(setup, source, quiet=quiet, progress=progress)
    if json_file and json_file != "-":
        write_text(json_file, report.model_dump_json(indent=1) + "\n")
    saved = saving.save_set(report, setup.athlete.name) if save else None
    if json_file == "-":
        print(escape_json(report.model_dump_json()), file=as_is(sys.stdout))
    elif not quiet:
        from formcheck.render.text import print_summary

        print_summary(report, written, as_is(sys.stdout))
        if saved is not None:
            typer.echo(saved)


def _own_record(person: Athlete, exercise: str, side: str, condition: str | None) -> float | None:
    """The record of the athlete named, if the exercise is named too."""
    if person.name is None or exercise == "auto":
        return None
    from formcheck.history.store.store import open_store
    from formcheck.live.own_record import find_own_record

    with open_store() as store:
        athlete = store.find_athlete(person.name)
        if athlete is None:
            return None
        return find_own_record(store, athlete.id, exercise, side, in_cm=bool(person.height_cm), condition=condition)
