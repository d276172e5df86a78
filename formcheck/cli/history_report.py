"""``formcheck history report``: the progress of some weeks as a page or a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli.history_common import AthleteOption, opened, parse_day
from formcheck.support.errors import UsageError

KINDS = (".html", ".htm", ".pdf")


def report(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it: a .html or a .pdf file.")],
    athlete: AthleteOption = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day; twelve weeks back by default.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included; today by default.")] = None,
) -> None:
    """Write the progress of some weeks: trends by leg, sets against the plan, running."""
    if out.suffix.lower() not in KINDS:
        raise UsageError(f"{out}: give a name that ends in .html or .pdf")
    from formcheck.history.trends.progress import gather_progress
    from formcheck.render.documents import write_progress
    from formcheck.support.targets import check_target

    check_target(out)
    with opened() as store:
        person = store.resolve_athlete(athlete)
        progress = gather_progress(store, person, parse_day(since), parse_day(until))
    write_progress(progress, out)
    for sentence in progress.summary:
        typer.echo(sentence)
    typer.echo(f"Written to {out}")
