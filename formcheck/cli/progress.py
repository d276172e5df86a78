"""A progress bar, shown on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from formcheck.cli.console import as_is
from formcheck.support.plain import strip_codes
from formcheck.support.progress import Progress


@contextmanager
def show_progress(quiet: bool) -> Iterator[Progress | None]:
    """Yield a progress callback that draws a bar on standard error; None if that is not a terminal, or if ``quiet``."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description:<22}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(file=as_is(sys.stderr)), transient=True) as bar:
        task = bar.add_task("Reading the video", total=1.0)

        def update(share: float, stage: str) -> None:
            bar.update(task, completed=share, description=strip_codes(stage))

        yield update
