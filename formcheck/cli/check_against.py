"""``formcheck check-against``: a user's own inclinometer and ruler against a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli import options

if TYPE_CHECKING:
    from formcheck.report.schema import SetReport

ADVICE = "give the JSON that formcheck analyze --json wrote, or the video itself"


def check_against(
    readings: Annotated[Path, options.file_to_read("A CSV: repetition, degrees (inclinometer), centimeters (ruler).")],
    measured: Annotated[Path, options.file_to_read("The set: its report as JSON, or its video.")],
    exercise: options.ExerciseOption = "auto",
    height_cm: options.HeightOption = None,
    quiet: options.QuietOption = False,
) -> None:
    """Compare a set with your own inclinometer and ruler: bias and limits of agreement."""
    from formcheck.export.agreement import compare_readings, describe_agreement, read_readings

    own = read_readings(readings)
    report = _read_report(measured) if measured.suffix.lower() == ".json" else _analyze(measured, exercise, height_cm, quiet)
    typer.echo("\n\n".join(describe_agreement(agreement) for agreement in compare_readings(report, own)))


def _read_report(path: Path) -> SetReport:
    from formcheck.report.schema import MAX_REPORT_BYTES, SetReport
    from formcheck.support.checked_json import parse_json
    from formcheck.support.reading import read_ordinary

    return parse_json(SetReport, read_ordinary(path, MAX_REPORT_BYTES, ADVICE), str(path), ADVICE)


def _analyze(video: Path, exercise: options.ExerciseChoice, height_cm: float | None, quiet: bool) -> SetReport:
    from formcheck.analysis.pipeline import run_analysis
    from formcheck.analysis.settings import Settings
    from formcheck.cli.console import hush_native
    from formcheck.cli.progress import show_progress

    settings = Settings(exercise, athlete=options.read_athlete(None, height_cm, None))
    with hush_native(), show_progress(quiet) as progress:
        return run_analysis(video, settings, progress=progress).report
