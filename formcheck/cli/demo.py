"""``formcheck demo``: the main job on a shipped sample video, from start to opened report."""

from __future__ import annotations

import os
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.support.errors import InputError
from formcheck.support.samples import SAMPLE_HEIGHTS_CM, SHOWN_SAMPLE

if TYPE_CHECKING:
    from formcheck.report.schema import SetReport
    from formcheck.support.progress import Progress

# The analysis as a share of the whole demo; the rest is drawing.
ANALYSIS_SHARE = 0.75


@dataclass(frozen=True)
class Demo:
    """What the demo made."""

    report: SetReport
    html: Path
    written: list[Path]


def demo(
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("formcheck-demo"),
    open_report: Annotated[bool | None, typer.Option("--open/--no-open", help="Show the report in the browser.")] = None,
) -> None:
    """Analyze a shipped sample video: the whole job, from the video to the report."""
    from formcheck.cli.console import as_is, hush_native
    from formcheck.cli.progress import show_progress
    from formcheck.render.text import print_summary

    with hush_native(), show_progress(quiet=False) as progress:
        made = run_demo(out, progress)
    print_summary(made.report, made.written, as_is(sys.stdout))
    opened = (is_desktop() if open_report is None else open_report) and open_page(made.html)
    typer.echo(f"\n{'Opened' if opened else 'Open'} the report: {made.html.resolve()}")


def run_demo(out: Path, progress: Progress | None = None) -> Demo:
    """Analyze the sample video and write every output into the folder ``out``.

    Raises
    ------
    InputError
        If the sample video is not where the installation should have put it.
    OutputError
        If the folder cannot be written.
    """
    from formcheck.analysis.pipeline import run_analysis
    from formcheck.analysis.settings import Settings
    from formcheck.pose.bundles import data_dir
    from formcheck.render.outputs import Outputs
    from formcheck.report.schema import Athlete
    from formcheck.support.progress import part_of

    video = data_dir("sample_videos") / f"{SHOWN_SAMPLE}.mp4"
    if not video.is_file():
        raise InputError(f"{video}: the sample video is missing; reinstall formcheck, or analyze a video of your own")
    html = out / f"{SHOWN_SAMPLE}.html"
    outputs = Outputs(out / f"{SHOWN_SAMPLE}.json", out / f"{SHOWN_SAMPLE}.csv", out / f"{SHOWN_SAMPLE}.annotated.mp4", html)
    outputs.check(video)
    settings = Settings(athlete=Athlete(height_cm=SAMPLE_HEIGHTS_CM[SHOWN_SAMPLE]))
    analysis = run_analysis(video, settings, progress=part_of(progress, 0.0, ANALYSIS_SHARE))
    outputs.write(analysis, progress=part_of(progress, ANALYSIS_SHARE, 1.0))
    return Demo(analysis.report, html, outputs.paths)


def is_desktop() -> bool:
    """Whether a person sits at a screen: a terminal on a desktop session, not a log, a container or a remote shell."""
    if not sys.stdout.isatty() or os.environ.get("CI") or os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_page(page: Path) -> bool:
    """Show a page in the browser; return whether one could be started."""
    try:
        return webbrowser.open(page.resolve().as_uri())
    except (webbrowser.Error, OSError):
        return False
