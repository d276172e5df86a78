"""``formcheck analyze``: one video, its report and the files asked for."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from formcheck.cli import options, saving
from formcheck.support.errors import UsageError

if TYPE_CHECKING:
    from formcheck.analysis.settings import Settings
    from formcheck.export.other_sets import OtherSets
    from formcheck.render.outputs import Outputs
    from formcheck.report.schema import Athlete, SetReport


@dataclass(frozen=True)
class HowOptions:
    """How the video is analyzed."""

    exercise: options.ExerciseOption = "auto"
    side: options.SideOption = "auto"
    view: Annotated[Literal["auto", "side", "front"], typer.Option(help="Where the camera stands.")] = "auto"
    height_cm: options.HeightOption = None
    mass_kg: options.MassOption = None
    model: options.ModelOption = "full"
    fps: Annotated[float, typer.Option(help="Analyze, and annotate, about this many frames per second; 0: all.")] = 15.0
    roll_deg: Annotated[float | None, typer.Option(help="How far the camera was turned, clockwise; corrects the vertical.")] = None
    sticker_mm: Annotated[float, typer.Option(min=5, max=60, help="Diameter of the stickers (short-foot), mm.")] = 19.0
    workers: Annotated[int | None, typer.Option(min=1, help="Cores to use; all by default.")] = None
    condition: options.ConditionOption = None
    athlete: Annotated[str | None, typer.Option(help="Whose set it is, for --save.")] = None

    def person(self) -> Athlete:
        """The athlete described (raises `UsageError`)."""
        return options.read_athlete(self.athlete, self.height_cm, self.mass_kg)

    def settings(self) -> Settings:
        """The settings of the analysis (raises `UsageError`)."""
        from formcheck.analysis.settings import Settings

        if self.roll_deg is not None and not -90 <= self.roll_deg <= 90:
            raise UsageError(f"--roll-deg is {self.roll_deg}: give degrees between -90 and 90")
        if not 0 <= self.fps < math.inf:
            raise UsageError(f"--fps is {self.fps}: give frames per second, or 0 for all of them")
        if math.isnan(self.sticker_mm):
            raise UsageError("--sticker-mm is not a number: give the diameter in millimeters")
        return Settings(
            self.exercise,
            self.side,
            self.person(),
            self.model,
            view=self.view,
            roll_deg=self.roll_deg,
            max_fps=self.fps or None,
            workers=self.workers,
            sticker_mm=self.sticker_mm,
            condition=self.condition,
        )


@dataclass(frozen=True)
class OutputOptions:
    """Which files are written."""

    out: Annotated[Path | None, typer.Option(help="A folder for all of: JSON, CSV, annotated video, HTML and PDF report.")] = None
    json_file: options.JsonOption = None
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write one row per frame.")] = None
    annotated: Annotated[Path | None, typer.Option(help="Write the video with skeleton, angle and counter (MP4).")] = None
    html: Annotated[Path | None, typer.Option(help="Write the report as one self-contained HTML page.")] = None
    pdf: Annotated[Path | None, typer.Option(help="Write the report as a PDF to print or send.")] = None
    trc: Annotated[Path | None, typer.Option(help="Write the landmarks in meters for OpenSim; needs --height-cm.")] = None
    mot: Annotated[Path | None, typer.Option(help="Write the angles over time for OpenSim.")] = None
    series: Annotated[bool, typer.Option("--series", help="Put the signals over time into the JSON.")] = False

    def outputs(self, video: Path, settings: Settings) -> Outputs:
        """The outputs, those in the folder included; checked.

        Raises
        ------
        UsageError, OutputError
            If one of them cannot be made of this set, or cannot be written.
        """
        from formcheck.export.opensim import NO_SCALE
        from formcheck.render.outputs import FILM_WITHOUT_LANDMARKS, Outputs

        if (self.trc or self.mot) and settings.exercise == "short-foot":
            raise UsageError(f"{self.trc or self.mot}: {FILM_WITHOUT_LANDMARKS}")
        if self.trc and settings.athlete.height_cm is None:
            raise UsageError(f"{self.trc}: {NO_SCALE}")
        json_file = None if self.json_file in (None, "-") else Path(str(self.json_file))
        named = Outputs(
            json=json_file,
            csv=self.csv_file,
            annotated=self.annotated,
            html=self.html,
            pdf=self.pdf,
            trc=self.trc,
            mot=self.mot,
            series=self.series,
        )
        outputs = named if self.out is None else named.completed(self.out, video.stem or "report", json=self.json_file is None)
        outputs.check(video)
        return outputs


@options.grouped
def analyze(
    video: Annotated[Path, options.file_to_read("The video of one set.")],
    how: HowOptions,
    wanted: OutputOptions,
    save: options.SaveOption = False,
    quiet: options.QuietOption = False,
) -> None:
    """Analyze a video: count the reps, measure them, name the faults."""
    settings = how.settings()
    options.check_text("--athlete", how.athlete)
    outputs = wanted.outputs(video, settings)
    if save:
        saving.check_owner(settings.athlete.name)

    from formcheck.analysis.pipeline import run_analysis
    from formcheck.cli.console import as_is, hush_native
    from formcheck.cli.progress import show_progress
    from formcheck.support.memory import use_few_heaps
    from formcheck.support.plain import escape_json
    from formcheck.video.frame_cache import PictureStore

    use_few_heaps()
    pictures = PictureStore()
    with hush_native(), show_progress(quiet) as progress:
        analysis = run_analysis(video, settings, pictures=pictures, progress=progress)
        compared = _find_other_sets(analysis.report, video, how.athlete)
        outputs.write(analysis, pictures=pictures, compared=compared, progress=progress)
    saved = None
    if save:
        from formcheck.export.curves import make_curves

        saved = saving.save_set(analysis.report, settings.athlete.name, video=video, curves=make_curves(analysis))
    if wanted.json_file == "-":
        print(escape_json(outputs.format_json(analysis, indent=None)), file=as_is(sys.stdout))
    elif not quiet:
        from formcheck.render.text import print_summary

        print_summary(analysis.report, outputs.paths, as_is(sys.stdout), compared)
        if saved is not None:
            typer.echo(saved)


def _find_other_sets(report: SetReport, video: Path, athlete: str | None) -> OtherSets:
    """The other sets of a person who is in the history, without this one if it was saved before; none without a name."""
    from formcheck.export.other_sets import NO_OTHER_SETS

    if athlete is None:
        return NO_OTHER_SETS
    from formcheck.history.store.store import open_store
    from formcheck.history.trends.beside import find_other_sets
    from formcheck.support.files import hash_file

    with open_store() as store:
        known = store.find_athlete(athlete)
        if known is None:
            return NO_OTHER_SETS
        own = store.find_set(known.id, report, hash_file(video))
        return find_other_sets(store, known.id, report, set_id=own)
