"""An analysis over time: the signals in the report's JSON, and the CSV with one row a frame."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np

from formcheck.pose.track import Landmark
from formcheck.report.schema import SetReport
from formcheck.support.arrays import FloatArray

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis


def with_series(analysis: Analysis) -> SetReport:
    """Return the report with its signals over time."""
    series = {"time_s": analysis.track.time_s, **analysis.signals}
    return analysis.report.model_copy(
        update={"series": {k: [round(float(x), 4) if np.isfinite(x) else None for x in v] for k, v in series.items()}}
    )


def format_csv(analysis: Analysis) -> str:
    """Return the analysis as CSV, one row a frame: time, rep number, signals, and the landmarks in pixels."""
    rows = io.StringIO(newline="")
    writer = csv.writer(rows, lineterminator="\n")
    signals = list(analysis.signals)
    anybody = bool(analysis.track.present.any())
    landmarks = [] if not anybody else [f"{k.name.lower()}_{axis}" for k in Landmark for axis in ("x_px", "y_px", "visibility")]
    writer.writerow(["frame", "time_s", "rep", *signals, *landmarks])

    def number(value: float, digits: int) -> str:
        return f"{value:.{digits}f}" if np.isfinite(value) else ""

    track = analysis.track
    for frame, time_s in enumerate(track.time_s):
        rep = next((r.number for r in analysis.report.reps if r.start_s <= time_s <= r.end_s), "")
        points = [
            text
            for (x, y), seen in zip(track.points[frame], track.visibility[frame], strict=True)
            for text in (number(x, 2), number(y, 2), number(seen, 3))
            if anybody
        ]
        writer.writerow([frame, f"{time_s:.4f}", rep, *(number(analysis.signals[s][frame], 4) for s in signals), *points])
    return rows.getvalue()


def read_signals(text: str) -> dict[str, FloatArray]:
    """Return the signals of a CSV that `format_csv` wrote, as (T,) arrays by name with ``time_s``; NaN where not measured."""
    rows = list(csv.reader(io.StringIO(text)))
    last = rows[0].index(f"{Landmark(0).name.lower()}_x_px")
    wanted = [k for k, name in enumerate(rows[0][:last]) if name not in ("frame", "rep")]
    return {rows[0][k]: np.array([float(row[k] or "nan") for row in rows[1:]]) for k in wanted}
