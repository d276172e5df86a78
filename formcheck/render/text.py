"""The report in the terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from formcheck.export.facts import (
    best_rep,
    exercise_of,
    format_error,
    format_number,
    format_time,
    format_unit,
    shown_measures,
    side_in_words,
)
from formcheck.render.words import describe_faults, describe_set
from formcheck.report.schema import SetReport
from formcheck.support.plain import strip_codes

# Where no terminal tells its width: wide enough for the table, so that a log is not cut.
PLAIN_WIDTH = 140


def print_summary(report: SetReport, written: Sequence[str | Path] = (), file: TextIO | None = None) -> None:
    """Print the set in words and as a table of its reps, and where the outputs were written, to a file: standard output if None."""
    out = file or sys.stdout
    terminal = out.isatty()
    buffer = io.StringIO()
    real = Console(file=out)
    console = Console(
        file=buffer,
        force_terminal=terminal,
        color_system=real.color_system,  # type: ignore[arg-type]
        width=real.width if terminal else PLAIN_WIDTH,
        highlight=False,
    )
    _write_summary(console, report)
    if written:
        console.print("[bold]Written[/bold]")
        for path in written:
            console.print(f"  {escape(strip_codes(str(path)))}", soft_wrap=True)
    # An old console's code page may lack ± or °: a question mark is better than no report
    encoding = out.encoding or "utf-8"
    out.write(buffer.getvalue().encode(encoding, errors="replace").decode(encoding))
    out.flush()


def _write_summary(console: Console, report: SetReport) -> None:
    exercise = exercise_of(report)
    title = f"{exercise.title}, {side_in_words(report)}" if exercise else "No drill seen"
    console.print(f"\n[bold]{title}[/bold]  [dim]{escape(strip_codes(report.video.file))}[/dim]\n")
    if report.reps:
        console.print(_rep_table(report))
        console.print()
    words = describe_set(report)
    for heading, sentences in (
        ("What you did", words.well),
        ("What to change on the next rep", words.change),
        ("What limits these numbers", words.missing),
    ):
        if sentences:
            console.print(f"[bold]{heading}[/bold]")
            for sentence in sentences:
                console.print(Padding(escape(strip_codes(sentence)), (0, 0, 0, 2)))
            console.print()


def _rep_table(report: SetReport) -> Table:
    measures, best = shown_measures(report), best_rep(report)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=bool(report.quality.expected_error))
    table.add_column("Rep", "error", no_wrap=True)
    table.add_column("Starts", justify="right", no_wrap=True)
    for measure in measures:
        heading = f"{measure.label}\n({format_unit(measure.unit).strip()})"
        table.add_column(heading, format_error(measure, report), justify="right")
    table.add_column("Form", min_width=14)
    for rep in report.reps:
        name = f"{rep.number}{' (best)' if rep is best else ''}"
        values = [format_number(rep.measures.get(m.name), m.decimals) for m in measures]
        style = "magenta" if rep.faults else "blue"
        form = f"[{style}]{'! ' if rep.faults else ''}{describe_faults(rep)}[/{style}]"
        table.add_row(name, format_time(rep.start_s), *values, form)
    return table
