"""A finished analysis as the pages need it: a folder of files, so that nothing large stays in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from formcheck.export.csv import read_signals
from formcheck.export.curves import Curves, make_curves
from formcheck.export.facts import has_curve
from formcheck.export.figure import Figure, figure_of
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.render.colors import DARK, LIGHT
from formcheck.render.outputs import Outputs
from formcheck.render.words import typical_movement
from formcheck.report.schema import Athlete, ConditionName, SetReport
from formcheck.support.arrays import FloatArray
from formcheck.support.errors import FormcheckError
from formcheck.support.files import hash_file, write_text
from formcheck.support.language import tr
from formcheck.support.progress import Progress, part_of

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis
    from formcheck.live.state import LiveEstimate

# Shares of the whole job: the analysis ends at the first, the annotated video at the second.
ANALYSIS_SHARE = 0.9
VIDEO_SHARE = 0.97
ANALYSIS_FILE = "analysis-{}.npz"
MISSED_FILE = "missed.jpg"


@dataclass(frozen=True)
class Request:
    """What to analyze, and how."""

    path: Path
    shown_name: str
    athlete: Athlete
    exercise: str = "auto"
    side: str = "auto"
    view: Literal["auto", "side", "front"] = "auto"
    origin: Literal["video", "live"] = "video"
    live: LiveEstimate | None = None
    condition: ConditionName | None = None


@dataclass(frozen=True)
class Result:
    """A finished analysis in its folder."""

    folder: Path

    @cached_property
    def report(self) -> SetReport:
        """The report."""
        return SetReport.model_validate_json(self.json)

    @property
    def json(self) -> str:
        """The report as JSON."""
        return (self.folder / "report.json").read_text(encoding="utf-8")

    @cached_property
    def series(self) -> dict[str, FloatArray]:
        """The signals over time, from the rows of frames."""
        return read_signals(self.csv.decode("utf-8"))

    def page(
        self, compared: OtherSets = NO_OTHER_SETS, report: SetReport | None = None, pictures: Mapping[int, bytes] | None = None
    ) -> str:
        """The report as one self-contained page.

        Parameters
        ----------
        compared
            The person's other sets, as the history knows them.
        report
            The report where more is known now, such as whose it is; the finished one by default.
        pictures
            The pictures to show, by rep number: none where no person is visible; all by default.
        """
        from formcheck.render.page import render_html

        return render_html(report or self.report, self.series, self.pictures if pictures is None else pictures, compared)

    def pdf(self, compared: OtherSets = NO_OTHER_SETS) -> bytes:
        """The same as a PDF."""
        from formcheck.render.pdf import render_pdf

        return render_pdf(self.report, self.series, self.pictures, compared)

    @property
    def csv(self) -> bytes:
        """One row a frame."""
        return (self.folder / "frames.csv").read_bytes()

    @property
    def steps(self) -> int:
        """How many corrections by hand were made; the analysis after each is kept, so that each can be taken back."""
        return max(0, len(list(self.folder.glob(ANALYSIS_FILE.format("*")))) - 1)

    @property
    def correctable(self) -> bool:
        """Whether the analysis is there, to correct its report."""
        return self.analysis_file(0).is_file()

    def analysis_file(self, step: int) -> Path:
        """Where the analysis is kept, as it was after so many corrections."""
        return self.folder / ANALYSIS_FILE.format(step)

    def video_file(self, step: int) -> Path:
        """The annotated video after so many corrections, where it was drawn again."""
        return self.folder / ("annotated.mp4" if step == 0 else f"annotated-{step}.mp4")

    @property
    def trc(self) -> bytes | None:
        """The landmarks for OpenSim; None without a scale."""
        path = self.folder / "markers.trc"
        return path.read_bytes() if path.is_file() else None

    @property
    def mot(self) -> bytes:
        """The angles for OpenSim."""
        return (self.folder / "angles.mot").read_bytes()

    @property
    def video(self) -> Path:
        """The annotated video: the newest that there is."""
        return next(path for step in range(self.steps, -1, -1) if (path := self.video_file(step)).is_file() or step == 0)

    @property
    def video_is_current(self) -> bool:
        """Whether the annotated video shows the report as it is corrected now."""
        return self.video == self.video_file(self.steps)

    def chart(self, theme: str) -> Any:
        """The signal over time, with the reps marked, in the colors of the ``light`` or ``dark`` theme; None without a curve."""
        import altair as alt

        drawn = self.chart_file(theme)
        return alt.Chart.from_json(drawn.read_text(encoding="utf-8")) if drawn.is_file() else None

    def chart_file(self, theme: str) -> Path:
        """Where the chart in the colors of a theme is."""
        return self.folder / f"chart-{theme}.json"

    @cached_property
    def pictures(self) -> dict[int, bytes]:
        """Pictures of the best and of the faulty reps, by rep number."""
        numbered = sorted((int(path.stem), path) for path in (self.folder / "pictures").glob("*"))
        return {number: path.read_bytes() for number, path in numbered}

    @property
    def upload(self) -> Path:
        """The video, as long as the report is open (`formcheck.app.shared.uploads.store_upload`)."""
        return self.folder / "upload"

    @property
    def missed_picture(self) -> bytes | None:
        """The frame of a movement that was not counted, of a video in which nothing counts."""
        path = self.folder / MISSED_FILE
        return path.read_bytes() if path.is_file() else None

    @property
    def curves(self) -> Curves | None:
        """The set's curves, for comparing it; None where it has no rep."""
        path = self.folder / "curves.json"
        return Curves.model_validate_json(path.read_bytes()) if path.is_file() else None

    @property
    def figure(self) -> Figure | None:
        """The best rep as a figure; None if there is none, or if a correction made another rep the best."""
        curves = self.curves
        return None if curves is None else figure_of(self.report, curves.figure)

    @property
    def recording_sha256(self) -> str:
        """SHA-256 of the recording's bytes: the same video is the same set."""
        return (self.folder / "recording.sha256").read_text(encoding="ascii")

    @property
    def saved_as(self) -> int | None:
        """The set's number in the history if this page saved it; otherwise None."""
        note = self.folder / "saved"
        return int(note.read_text(encoding="ascii")) if note.is_file() else None

    def note_saved(self, set_id: int) -> None:
        """Remember the set's number in the history."""
        write_text(self.folder / "saved", str(set_id))

    @property
    def complete(self) -> bool:
        """Whether the folder is still there."""
        return (self.folder / "report.json").is_file()


def make_result(request: Request, folder: Path, progress: Progress) -> Result:
    """Analyze a video and write everything that its page shows into ``folder``.

    Raises
    ------
    FormcheckError
        With the person's own name for the video.
    Cancelled
        If ``progress`` raised it.
    """
    # Loaded in the worker's thread, so that the first page is there at once.
    from formcheck.analysis.archive import write_analysis
    from formcheck.analysis.pipeline import run_analysis
    from formcheck.analysis.settings import Settings
    from formcheck.render.overlay import write_annotated
    from formcheck.video.frame_cache import PictureStore

    pictures = PictureStore()
    with _in_their_words(request):
        analysis = run_analysis(
            request.path,
            Settings(
                request.exercise,
                request.side,
                request.athlete,
                view=request.view,
                origin=request.origin,
                condition=request.condition,
            ),
            pictures=pictures,
            progress=part_of(progress, 0.0, ANALYSIS_SHARE),
        )
        analysis = _renamed(analysis, request.shown_name)
        if request.live is not None:
            from formcheck.live.difference import with_live

            analysis = replace(analysis, report=with_live(analysis.report, request.live))
        drawing = part_of(progress, ANALYSIS_SHARE, VIDEO_SHARE)
        write_annotated(analysis, folder / "annotated.mp4", pictures=pictures, progress=drawing)
        progress(VIDEO_SHARE, tr("Writing the report"))
        write_text(folder / "recording.sha256", hash_file(request.path))
        if analysis.stickers is None:  # what was read off stickers is not measured again by hand
            write_analysis(analysis, Result(folder).analysis_file(0))
        write_outputs(analysis, folder)
    return Result(folder)


def write_outputs(analysis: Analysis, folder: Path) -> None:
    """Write what a page shows of an analysis, except the annotated video, over what was there of it."""
    from formcheck.render.charts import series_of, signal_chart
    from formcheck.render.frames import picture_at, rep_pictures

    result, pictures = Result(folder), folder / "pictures"
    pictures.mkdir(exist_ok=True)
    for old in pictures.iterdir():
        old.unlink()
    if analysis.info.path.is_file():
        for number, picture in rep_pictures(analysis).items():
            (pictures / str(number)).write_bytes(picture)
        missed = None if analysis.report.reps else typical_movement(analysis.report)
        if missed is not None and (frame := picture_at(analysis, missed.peak_s)) is not None:
            (folder / MISSED_FILE).write_bytes(frame)
    if (curves := make_curves(analysis)) is not None:
        write_text(folder / "curves.json", curves.model_dump_json())
    scaled = analysis.report.scale.cm_per_px is not None
    Outputs(
        json=folder / "report.json",
        csv=folder / "frames.csv",
        mot=folder / "angles.mot",
        trc=folder / "markers.trc" if scaled else None,
    ).write(analysis)
    drawn = has_curve(analysis.report, series_of(analysis))
    for theme in (LIGHT, DARK):
        if drawn:
            write_text(result.chart_file(theme.name), signal_chart(analysis, theme=theme, width="container").to_json())
        else:
            result.chart_file(theme.name).unlink(missing_ok=True)


def _renamed(analysis: Analysis, name: str) -> Analysis:
    """The same analysis with the person's own name for the video."""
    video = analysis.report.video.model_copy(update={"file": name})
    return replace(analysis, report=analysis.report.model_copy(update={"video": video}))


@contextmanager
def _in_their_words(request: Request) -> Iterator[None]:
    """Replace our name of the file in an error by the person's."""
    try:
        yield
    except FormcheckError as error:
        named = f"“{request.shown_name}”"
        # "path: is a photo" as it stands in a terminal; on a page the name is the sentence's subject
        said = re.sub(rf"^{re.escape(str(request.path))}: (?:this )?(?=is |has )", lambda _: f"{named} ", str(error))
        message = said.replace(str(request.path), named)
        raise type(error)(message.replace("say --exercise short-foot", "choose it under “Exercise, leg and camera”")) from error
