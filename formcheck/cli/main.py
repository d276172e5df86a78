"""The command line. Every command is one function; what is heavy is imported where it is used."""

from __future__ import annotations

import io
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from formcheck.cli.history import app as history_app
from formcheck.report.names import ExerciseName
from formcheck.support.errors import FormcheckError, InputError, OutputError, UsageError
from formcheck.support.files import DISK_FULL

if TYPE_CHECKING:
    from formcheck.report.schema import SetReport

app = typer.Typer(
    name="formcheck",
    help="Check the form of foot-and-ankle exercises in a video: repetitions, range, faults. Nothing leaves this machine.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: loading rich takes as long as everything else together
    add_completion=False,
    pretty_exceptions_enable=False,
)

# What wrong usage is raised as: Click's ClickException, or the copy of it that newer versions of Typer bring along.
_WrongUsage: Any = typer.BadParameter.__mro__[2]

app.add_typer(history_app, name="history")

ExerciseOption = Literal["auto", ExerciseName]
SideOption = Literal["auto", "left", "right", "both"]
ModelOption = Literal["lite", "full", "heavy"]


@app.command()
def analyze(
    video: Annotated[Path, typer.Argument(help="The video of one set.")],
    exercise: Annotated[ExerciseOption, typer.Option(help="The drill; found from the video by default.")] = "auto",
    side: Annotated[SideOption, typer.Option(help="The working leg; found by default.")] = "auto",
    view: Annotated[Literal["auto", "side", "front"], typer.Option(help="Where the camera stands.")] = "auto",
    height_cm: Annotated[float | None, typer.Option(help="Your height: gives lengths in cm.")] = None,
    mass_kg: Annotated[float | None, typer.Option(help="Your body mass: gives the work of heel raises.")] = None,
    model: Annotated[ModelOption, typer.Option(help="The pose model that follows you.")] = "full",
    out: Annotated[Path | None, typer.Option(help="A folder for all of: JSON, CSV, annotated video, HTML and PDF report.")] = None,
    json_file: Annotated[str | None, typer.Option("--json", help="Write the report as JSON; - is standard output.")] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write one row a frame.")] = None,
    annotated: Annotated[Path | None, typer.Option(help="Write the video with skeleton, angle and counter (MP4).")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as one self-contained HTML page.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the report as a PDF to print or send.")] = None,
    trc: Annotated[Path | None, typer.Option(help="Write the landmarks in metres for OpenSim; needs --height-cm.")] = None,
    mot: Annotated[Path | None, typer.Option(help="Write the angles over time for OpenSim.")] = None,
    series: Annotated[bool, typer.Option("--series", help="Put the signals over time into the JSON.")] = False,
    fps: Annotated[float, typer.Option(help="Analyse, and annotate, at most about this many frames a second.")] = 15.0,
    roll_deg: Annotated[float | None, typer.Option(help="How far the camera was turned, clockwise; corrects the vertical.")] = None,
    sticker_mm: Annotated[float, typer.Option(min=5, max=60, help="How wide the stickers are (short-foot), mm.")] = 19.0,
    workers: Annotated[int | None, typer.Option(help="Cores to use; all by default.")] = None,
    save: Annotated[bool, typer.Option("--save", help="Save the set to your history.")] = False,
    athlete: Annotated[str | None, typer.Option(help="Whose set it is, for --save.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, no summary.")] = False,
) -> None:
    """Analyse a video: count the repetitions, measure them, name the faults."""
    from formcheck.analysis.pipeline import run_analysis
    from formcheck.analysis.settings import Settings
    from formcheck.cli.console import hush_native
    from formcheck.cli.progress import show_progress
    from formcheck.export.csv import format_csv, with_series
    from formcheck.export.opensim import NO_SCALE, write_mot, write_trc
    from formcheck.support.files import write_text
    from formcheck.support.memory import use_few_heaps
    from formcheck.video.frame_cache import PictureStore

    use_few_heaps()
    person = _athlete(athlete, height_cm, mass_kg)
    if roll_deg is not None and not -90 <= roll_deg <= 90:
        raise UsageError(f"--roll-deg is {roll_deg}: give degrees between -90 and 90")
    if (trc or mot) and exercise == "short-foot":
        raise UsageError(f"{trc or mot}: a film of a foot shows no landmarks to write; leave --trc and --mot out")
    if trc and height_cm is None:
        raise UsageError(f"{trc}: {NO_SCALE}")  # known before the work of minutes begins
    if out is not None:
        stem = video.stem or "report"
        json_file = json_file or str(out / f"{stem}.json")
        csv_file = csv_file or out / f"{stem}.csv"
        annotated = annotated or out / f"{stem}.annotated.mp4"
        html = html or out / f"{stem}.html"
        pdf = pdf or out / f"{stem}.pdf"
    written = [Path(p) for p in (json_file, csv_file, annotated, html, pdf, trc, mot) if p and p != "-"]
    _check_outputs(video, written)
    settings = Settings(
        exercise,
        side,
        person,
        model,
        view=view,
        roll_deg=roll_deg,
        max_fps=fps if fps > 0 else None,
        workers=workers,
        sticker_mm=sticker_mm,
    )
    pictures = PictureStore()
    with hush_native(), show_progress(quiet) as progress:
        analysis = run_analysis(video, settings, pictures=pictures, progress=progress)
        report = with_series(analysis) if series else analysis.report
        text = report.model_dump_json(indent=None if json_file == "-" else 1)
        if json_file and json_file != "-":
            write_text(json_file, text + "\n")
        if csv_file:
            write_text(csv_file, format_csv(analysis))
        if annotated:
            from formcheck.render.overlay import write_annotated

            write_annotated(analysis, annotated, pictures=pictures, progress=progress)
        if html or pdf:
            from formcheck.render.documents import write_documents

            write_documents(analysis, html=html, pdf=pdf, compared=_against_history(report, athlete))
        if trc:
            write_trc(analysis, trc)
        if mot:
            write_mot(analysis, mot)
    if save:
        from formcheck.export.curves import make_curves
        from formcheck.history.store.store import open_store
        from formcheck.support.files import hash_file

        open_store().save_report(report, person.name, recording_sha256=hash_file(video), curves=make_curves(analysis))
    if json_file == "-":
        typer.echo(text)
    elif not quiet:
        from formcheck.render.text import print_summary

        print_summary(report, written)


def _against_history(report: SetReport, athlete: str | None) -> list[str]:
    """What the history says of a set of somebody who is in it; nothing where nobody was named."""
    if athlete is None:
        return []
    from formcheck.history.store.store import open_store
    from formcheck.history.trends.comparison import compare_with_history

    with open_store() as store:
        known = store.find_athlete(athlete)
        return compare_with_history(store, known.id, report).statements if known else []


def _check_outputs(video: Path, outputs: list[Path]) -> None:
    """Refuse outputs that would overwrite the video or each other, or that cannot be written, before the work begins."""
    from formcheck.support.targets import check_target

    seen = {video.resolve(): "the video itself"}
    for path in outputs:
        if path.resolve() in seen:
            raise UsageError(f"{path}: would be written over {seen[path.resolve()]}; give each output a name of its own")
        seen[path.resolve()] = "another output"
        check_target(path)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("formcheck-demo"),
    open_report: Annotated[bool | None, typer.Option("--open/--no-open", help="Show the report in the browser.")] = None,
) -> None:
    """Analyse a shipped sample video: the whole job, from the video to the report."""
    from formcheck.cli.console import hush_native
    from formcheck.cli.demo import is_desktop, open_page, run_demo
    from formcheck.cli.progress import show_progress
    from formcheck.render.text import print_summary

    with hush_native(), show_progress(quiet=False) as progress:
        made = run_demo(out, progress)
    print_summary(made.report, made.written)
    opened = (is_desktop() if open_report is None else open_report) and open_page(made.html)
    typer.echo(f"\n{'Opened' if opened else 'Open'} the report: {made.html.resolve()}")


def _athlete(name: str | None, height_cm: float | None, mass_kg: float | None) -> Any:
    from pydantic import ValidationError

    from formcheck.report.schema import Athlete

    try:
        return Athlete(name=name, height_cm=height_cm, mass_kg=mass_kg)
    except ValidationError as error:
        fault = error.errors()[0]
        option = str(fault["loc"][0]).replace("_", "-")
        raise UsageError(f"--{option} is {fault['input']}: {fault['msg'].lower()}") from error


@app.command()
def batch(
    out: Annotated[Path, typer.Option(help="The folder for the table, the reports, and what a later run goes on from.")],
    paths: Annotated[list[str] | None, typer.Argument(help="Videos, folders (with subfolders) and glob patterns.")] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="A CSV with columns file, athlete, exercise, side, height_cm, mass_kg, recorded_at.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes on this machine; one a core by default.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="A running Dask scheduler, like tcp://host:8786.")] = None,
    exercise: Annotated[ExerciseOption, typer.Option(help="The drill; found from each video by default.")] = "auto",
    side: Annotated[SideOption, typer.Option(help="The working leg; found by default.")] = "auto",
    height_cm: Annotated[float | None, typer.Option(help="The height of everybody without their own in the CSV.")] = None,
    mass_kg: Annotated[float | None, typer.Option(help="The body mass of everybody without their own.")] = None,
    athlete: Annotated[str | None, typer.Option(help="Whose sets they are, where the CSV does not say.")] = None,
    model: Annotated[ModelOption, typer.Option(help="The pose model.")] = "full",
    html: Annotated[bool, typer.Option("--html", help="Write an HTML report for each video too.")] = False,
    save: Annotated[bool, typer.Option("--save", help="Save the sets to the history, each once.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, no summary.")] = False,
) -> None:
    """Analyse many videos, here or on a Dask cluster.

    A run that was stopped goes on where it was: give the same command again.
    """
    person = _athlete(athlete, height_cm, mass_kg)
    from formcheck.batch.jobs import Job
    from formcheck.cli.batch import batch_command

    done = batch_command(
        paths or [],
        out,
        manifest=manifest,
        like=Job(Path(), exercise, side, person),
        scheduler=scheduler,
        workers=workers,
        model=model,
        html=html,
        save=save,
        quiet=quiet,
    )
    if not quiet:
        typer.echo(done)


def _own_record(person: Any, exercise: str, side: str) -> float | None:
    """The record of the athlete named, if the drill is named too."""
    if person.name is None or exercise == "auto":
        return None
    from formcheck.history.store.store import open_store
    from formcheck.live.own_record import find_own_record

    with open_store() as store:
        athlete = store.find_athlete(person.name)
        return find_own_record(store, athlete.id, exercise, side, in_cm=bool(person.height_cm)) if athlete else None


@app.command()
def live(
    camera: Annotated[int, typer.Option(min=0, help="The camera's number; 0 is the built-in one.")] = 0,
    source: Annotated[str | None, typer.Option(help="A file or stream address in place of the camera.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="No window.")] = False,
    exercise: Annotated[ExerciseOption, typer.Option(help="The drill; found by default.")] = "auto",
    side: Annotated[SideOption, typer.Option(help="The working leg; found by default.")] = "auto",
    reps: Annotated[int | None, typer.Option(min=0, help="End at this many; by default the drill's own number, 0: no end.")] = None,
    test: Annotated[bool, typer.Option("--test", help="The single-leg heel-raise test, 60 beats a minute.")] = False,
    height_cm: Annotated[float | None, typer.Option(help="Your height: gives lengths in cm.")] = None,
    mass_kg: Annotated[float | None, typer.Option(help="Your body mass: gives the work of heel raises.")] = None,
    model: Annotated[Literal["auto", "lite", "full"], typer.Option(help="The pose model; what keeps up by default.")] = "auto",
    json_file: Annotated[str | None, typer.Option("--json", help="Write the report as JSON; - is standard output.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the recording under this name; it is deleted otherwise.")] = None,
    save: Annotated[bool, typer.Option("--save", help="Save the set to your history.")] = False,
    athlete: Annotated[str | None, typer.Option(help="Whose set it is: for --save, and for your record on the gauge.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No cues, no summary.")] = False,
) -> None:
    """Film one set with a camera: set-up help, counting and cues while you do it, the report at its end."""
    person = _athlete(athlete, height_cm, mass_kg)
    if exercise == "short-foot":
        raise UsageError("short-foot is not counted live: analyse a film of it, or open the app for a guided set")
    if test and exercise not in ("auto", "heel-raise"):
        raise UsageError("--test is the heel-raise test; leave --exercise out, or give heel-raise")
    from formcheck.cli.console import hush_native
    from formcheck.cli.live import live_command
    from formcheck.cli.progress import show_progress
    from formcheck.live import LiveSetup
    from formcheck.support.files import write_text
    from formcheck.support.memory import use_few_heaps

    use_few_heaps()
    drill = "heel-raise" if test else exercise
    record = _own_record(person, drill, side)
    setup = LiveSetup(drill, side, person, target_reps=reps, test=test, own_record=record, model=model)
    with hush_native(), show_progress(quiet) as progress:
        report = live_command(setup, camera=camera, source=source, headless=headless, keep=keep, quiet=quiet, progress=progress)
    text = report.model_dump_json(indent=None if json_file == "-" else 1)
    if json_file and json_file != "-":
        write_text(json_file, text + "\n")
    if save:
        from formcheck.history.store.store import open_store

        open_store().save_report(report, person.name)
    if json_file == "-":
        typer.echo(text)
    elif not quiet:
        from formcheck.render.text import print_summary

        print_summary(report, [p for p in (json_file, keep) if p])


@app.command()
def models() -> None:
    """List the pose models: whether each is present and unaltered, its checksum and licence."""
    from formcheck.pose.bundles import BUNDLE_NAMES, LICENCE, SOURCE, find_bundle
    from formcheck.support.errors import ModelError

    failure: ModelError | None = None
    for name in BUNDLE_NAMES:
        try:
            bundle = find_bundle(name)
            typer.echo(f"{name:7} ok  {bundle.path.stat().st_size:>11,} bytes  SHA-256 {bundle.sha256}  {bundle.path}")
        except ModelError as error:
            failure = error
            typer.echo(f"{name:7} --  {error}")
    typer.echo(f"Licence: {LICENCE}\nSource: {SOURCE}")
    if failure:
        raise failure


@app.command("app")
def serve_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the page.")] = 8501,
    listen: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Let other computers in; needs a login.")] = None,
    name: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name or address by which browsers may call it; may be repeated.")
    ] = None,
    no_login: Annotated[bool, typer.Option("--i-know-there-is-no-login", help="Let them in without one.")] = False,
) -> None:
    """Open the app in the browser, on this computer only."""
    from formcheck.app.serve import serve

    serve(port, listen, no_login_is_fine=no_login, names=name or ())


def report_error(error: FormcheckError) -> int:
    """Print an error as the one line that it is; return its exit code."""
    typer.echo(f"formcheck: {' '.join(str(error).split())}", err=True)
    return error.exit_code


def main() -> None:
    """Run the command line: expected errors become one line, unexpected ones a line and a log."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # numpy's remarks are for whoever works on formcheck, not for its users
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a file's name need not be text, nor the terminal know every character
    try:
        code = app(standalone_mode=False) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_stdout()  # whoever read our output has seen enough
        code = 0
    except FormcheckError as error:
        code = report_error(error)
    except typer.Exit as leave:
        code = leave.exit_code
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("formcheck: stopped", err=True)
        code = 130
    except _WrongUsage as error:
        message = " ".join(error.format_message().split())
        if message:  # without one, the help has been printed
            typer.echo(f"formcheck: {message} (see `formcheck --help`)", err=True)
        code = 2
    except OSError as error:
        if error.errno in DISK_FULL:
            _abandon_stdout()
            code = report_error(OutputError(f"{error.filename or 'an output'}: cannot be written; the disk is full"))
        else:
            code = _log_unexpected(error)
    except Exception as error:
        code = _log_unexpected(error)
    sys.exit(code)


def _abandon_stdout() -> None:
    """Send what is left of standard output nowhere: closing it at exit would fail a second time, with a traceback."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _log_unexpected(error: Exception) -> int:
    """Write the traceback to a log file and tell where."""
    import tempfile
    import traceback

    try:
        with tempfile.NamedTemporaryFile("w", prefix="formcheck-", suffix=".log", delete=False, encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
        where = f"the full log is {log.name}"
    except OSError as failure:
        where = f"no log could be written ({failure.strerror})"
    typer.echo(f"formcheck: unexpected {type(error).__name__}: please report it; {where}", err=True)
    return 1


__all__ = ["InputError", "app", "main"]

if __name__ == "__main__":
    main()
