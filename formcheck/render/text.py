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

from formcheck.export.facts import headline_of, title_of
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.render.parts import EXPLAIN_ERROR, list_sections, make_table
from formcheck.render.scale import mark_scale
from formcheck.render.summary import states_error
from formcheck.report.schema import SetReport
from formcheck.support.language import tr
from formcheck.support.plain import strip_codes

# The width where no terminal reports one: wide enough for the table, so that a log is not cut.
PLAIN_WIDTH = 140


def print_summary(
    report: SetReport, written: Sequence[str | Path] = (), file: TextIO | None = None, compared: OtherSets = NO_OTHER_SETS
) -> None:
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
    _write_summary(console, report, compared)
    if written:
        console.print(f"[bold]{tr('Written')}[/bold]")
        for path in written:
            console.print(f"  {escape(strip_codes(str(path)))}", soft_wrap=True)
    # An old console's code page may lack ± or °: a question mark is better than no report
    encoding = out.encoding or "utf-8"
    out.write(buffer.getvalue().encode(encoding, errors="replace").decode(encoding))
    out.flush()


def _write_summary(console: Console, report: SetReport, compared: OtherSets) -> None:
    console.print(f"\n[bold]{title_of(report)}[/bold]  [dim]{escape(strip_codes(report.video.file))}[/dim]\n")
    if report.reps:
        console.print(_rep_table(report))
        if states_error(report):
            console.print(f"  {EXPLAIN_ERROR}")
        console.print()
        _write_scale(console, report, compared)
    for section in list_sections(report, compared):
        console.print(f"[bold]{section.title}[/bold]")
        for sentence in section.sentences:
            console.print(Padding(escape(strip_codes(sentence)), (0, 0, 0, 2)))
        console.print()


def _write_scale(console: Console, report: SetReport, compared: OtherSets) -> None:
    """The set's value among the person's other sets; nothing without other sets."""
    marks, headline = mark_scale(report, compared), headline_of(report)
    if headline is None or len(marks) < 2:
        return
    console.print(f"[bold]{headline.label}[/bold]")
    width = max(len(mark.name) for mark in marks)
    for mark in marks:
        console.print(escape(strip_codes(f"  {mark.name:<{width}}  {mark.text}")), highlight=False)
    console.print()


def _rep_table(report: SetReport) -> Table:
    content = make_table(report)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=bool(content.errors))
    table.add_column(tr("Rep"), "±", no_wrap=True)
    table.add_column(tr("Starts"), justify="right", no_wrap=True)
    errors = content.errors or ("",) * len(content.columns)
    for (label, unit), error in zip(content.columns, errors, strict=True):
        table.add_column(f"{label}\n({unit})" if unit else label, error, justify="right")
    table.add_column(tr("Form"), min_width=14)
    for row in content.rows:
        style = "magenta" if row.faulty else "blue"
        form = f"[{style}]{'! ' if row.faulty else ''}{row.form}[/{style}]"
        table.add_row(f"{row.number}{tr(' (best)') if row.is_best else ''}", row.start, *row.values, form)
    return table
