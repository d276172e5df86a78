"""The main job on a shipped sample video, from start to opened report."""

from __future__ import annotations

import os
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings
from formcheck.export.csv import format_csv
from formcheck.pose.bundles import data_dir
from formcheck.render.overlay import write_annotated
from formcheck.render.page import write_html
from formcheck.report.schema import Athlete, SetReport
from formcheck.support.errors import InputError, OutputError
from formcheck.support.files import write_text
from formcheck.support.progress import Progress, part_of

SAMPLE = "df_right_female_heellift"
# The rendered woman's stature, from the truth beside the clip (meta.body.stature).
SAMPLE_HEIGHT_CM = 156.0
# Of the whole demo, what the analysis takes; the rest is drawing.
ANALYSIS_SHARE = 0.75


@dataclass(frozen=True)
class Demo:
    """What the demo made."""

    report: SetReport
    html: Path
    written: list[Path]


def run_demo(out: Path, progress: Progress | None = None) -> Demo:
    """Analyse the sample video and write every output into the folder ``out``.

    Raises
    ------
    InputError
        If the sample video is not where the installation should have put it.
    OutputError
        If the folder cannot be written.
    """
    video = data_dir("sample_videos") / f"{SAMPLE}.mp4"
    if not video.is_file():
        raise InputError(f"{video}: the sample video is missing; reinstall formcheck, or analyse a video of your own")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{out}: cannot be written ({(error.strerror or 'no such folder').lower()}); choose another folder"
        ) from error
    settings = Settings(athlete=Athlete(height_cm=SAMPLE_HEIGHT_CM))
    analysis = run_analysis(video, settings, progress=part_of(progress, 0.0, ANALYSIS_SHARE))
    json_file, csv_file = out / f"{SAMPLE}.json", out / f"{SAMPLE}.csv"
    annotated, html = out / f"{SAMPLE}.annotated.mp4", out / f"{SAMPLE}.html"
    write_text(json_file, analysis.report.model_dump_json(indent=1) + "\n")
    write_text(csv_file, format_csv(analysis))
    write_annotated(analysis, annotated, progress=part_of(progress, ANALYSIS_SHARE, 1.0))
    write_html(analysis, html)
    return Demo(analysis.report, html, [html, annotated, json_file, csv_file])


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
