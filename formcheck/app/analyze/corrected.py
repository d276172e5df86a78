"""What a correction by hand does to the files of a finished analysis. Tasks for `formcheck.app.shared.worker_process`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formcheck.app.analyze.results import Result, write_outputs
from formcheck.support.language import tr
from formcheck.support.progress import Progress

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis


@dataclass(frozen=True)
class Change:
    """One of `formcheck.analysis.remeasure`'s changes by its name, with what it takes besides the analysis."""

    name: str
    arguments: tuple[Any, ...]

    def __call__(self, analysis: Analysis) -> Analysis:
        """Return the analysis with the change made."""
        from formcheck.analysis import remeasure

        changed: Analysis = getattr(remeasure, self.name)(analysis, *self.arguments)
        return changed


def correct_result(folder: Path, change: Callable[[Analysis], Analysis], progress: Progress) -> None:
    """Make a correction: the new analysis is kept beside the older ones, and everything shown is written again."""
    from formcheck.analysis.archive import read_analysis, write_analysis

    progress(0.0, tr("Measuring again"))
    result = Result(folder)
    step = result.steps
    corrected = change(read_analysis(result.analysis_file(step)))
    result.video_file(step + 1).unlink(missing_ok=True)
    write_analysis(corrected, result.analysis_file(step + 1))
    progress(0.5, tr("Writing the report"))
    write_outputs(corrected, folder)


def go_back(folder: Path, step: int, progress: Progress) -> None:
    """Undo corrections until so many are left."""
    from formcheck.analysis.archive import read_analysis

    progress(0.0, tr("Writing the report"))
    result = Result(folder)
    for later in range(result.steps, step, -1):
        result.analysis_file(later).unlink()
        result.video_file(later).unlink(missing_ok=True)
    write_outputs(read_analysis(result.analysis_file(step)), folder)


def draw_video_again(folder: Path, progress: Progress) -> None:
    """Draw the annotated video of the corrected report."""
    from formcheck.analysis.archive import read_analysis
    from formcheck.render.overlay import write_annotated

    result = Result(folder)
    write_annotated(read_analysis(result.analysis_file(result.steps)), result.video_file(result.steps), progress=progress)
