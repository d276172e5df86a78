"""The set of files that an analysis is written to: checked before the work, written after it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.support.errors import UsageError
from formcheck.support.files import write_text
from formcheck.support.language import tr
from formcheck.support.targets import check_target, is_stream

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis
    from formcheck.support.progress import Progress
    from formcheck.video.frame_cache import PictureStore

FILM_WITHOUT_LANDMARKS = tr("a video of a foot shows no landmarks to write; leave --trc and --mot out")


@dataclass(frozen=True)
class Outputs:
    """Where each part of an analysis is to be written; None leaves it out.

    Attributes
    ----------
    json, csv
        The report, and one row a frame.
    annotated
        The video with skeleton, angle and counter.
    html, pdf
        The report to read.
    trc, mot
        Landmarks and angles for OpenSim.
    series
        Whether the report's JSON has the signals over time too.
    """

    json: Path | None = None
    csv: Path | None = None
    annotated: Path | None = None
    html: Path | None = None
    pdf: Path | None = None
    trc: Path | None = None
    mot: Path | None = None
    series: bool = False

    @property
    def paths(self) -> list[Path]:
        """What is written, in order."""
        places = (self.json, self.csv, self.annotated, self.html, self.pdf, self.trc, self.mot)
        return [path for path in places if path is not None]

    def completed(self, folder: Path, stem: str, *, json: bool = True) -> Outputs:
        """Return them with all that is usually wanted put into ``folder`` where no place of its own is given.

        Parameters
        ----------
        stem
            What the files' names begin with.
        json
            Whether the report's JSON is among them.
        """
        return replace(
            self,
            json=self.json or (folder / f"{stem}.json" if json else None),
            csv=self.csv or folder / f"{stem}.csv",
            annotated=self.annotated or folder / f"{stem}.annotated.mp4",
            html=self.html or folder / f"{stem}.html",
            pdf=self.pdf or folder / f"{stem}.pdf",
        )

    def check(self, video: Path) -> None:
        """Refuse outputs that cannot be written, before the work begins.

        Raises
        ------
        UsageError
            If one would overwrite the video or another one.
        OutputError
            If one cannot be written (see `check_target`).
        """
        taken = {os.path.realpath(video): tr("the video itself")}
        for path in self.paths:
            place = os.path.realpath(path)
            if place in taken and not is_stream(path):
                raise UsageError(
                    tr("{path}: would be written over {taken}; give each output a name of its own").format(
                        path=path, taken=taken[place]
                    )
                )
            taken[place] = tr("another output")
            check_target(path)

    def write(
        self,
        analysis: Analysis,
        *,
        pictures: PictureStore | None = None,
        compared: OtherSets = NO_OTHER_SETS,
        progress: Progress | None = None,
    ) -> None:
        """Write all of them, each whole or not at all.

        Parameters
        ----------
        pictures
            The frames that the analysis kept; the video is read again without them.
        compared
            The person's other sets, as the history knows them, for the HTML and PDF report.
        progress
            Called while the annotated video is drawn, which takes most of the time.

        Raises
        ------
        OutputError
            If one cannot be written.
        InputError
            If the video can no longer be read.
        """
        if self.json:
            write_text(self.json, self.format_json(analysis) + "\n")
        if self.csv:
            from formcheck.export.csv import format_csv

            write_text(self.csv, format_csv(analysis))
        if self.annotated:
            from formcheck.render.overlay import write_annotated

            write_annotated(analysis, self.annotated, pictures=pictures, progress=progress)
        if self.html or self.pdf:
            from formcheck.render.documents import write_documents

            write_documents(analysis, html=self.html, pdf=self.pdf, compared=compared)
        if self.trc or self.mot:
            from formcheck.export.opensim import write_mot, write_trc

            if self.trc:
                write_trc(analysis, self.trc)
            if self.mot:
                write_mot(analysis, self.mot)

    def format_json(self, analysis: Analysis, indent: int | None = 1) -> str:
        """Return the report as JSON, with the signals over time where they are wanted."""
        from formcheck.export.csv import with_series

        report = with_series(analysis) if self.series else analysis.report
        return report.model_dump_json(indent=indent)
