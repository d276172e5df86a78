"""Add a warning to the report if it differs from the live set."""

from __future__ import annotations

import math

from formcheck.export.facts import headline_of
from formcheck.live.state import LiveEstimate
from formcheck.report.schema import QualityWarning, SetReport
from formcheck.support.language import tr, tr_count

# A live number is shown whole, which may add half a unit.
ROUNDING = 0.5
WHY = tr("Live, fewer frames are analyzed and a rep is judged before it is over; the report's numbers count.")
WHY_LITE = tr(
    "This computer was too slow for the full model during the set, and the lite one misses reps; the report's numbers count."
)


def with_live(report: SetReport, live: LiveEstimate) -> SetReport:
    """Return the report of a live set's recording, with a sentence where it differs from what was shown during the set.

    The counts differ, or the best numbers by more than the live one's expected error.
    """
    sentences: list[str] = []
    count, best = report.summary.rep_count, _best_that_counts(report)
    if count != live.count:
        counted = tr_count("1 rep was counted", "{count} reps were counted", live.count)
        sentences.append(tr("{counted} during the set and {recorded} in its recording.").format(counted=counted, recorded=count))
    if best is not None and math.isfinite(live.best) and abs(best - live.best) > live.error + ROUNDING:
        unit = live.unit if live.unit == "°" else f" {live.unit}"
        sentences.append(
            tr("The best rep was estimated at {estimate:.0f}{unit} during the set, and measures {best:.1f}{unit}.").format(
                estimate=live.best, best=best, unit=unit
            )
        )
    if not sentences:
        return report
    warning = QualityWarning(code="live-differs", message=" ".join([*sentences, WHY_LITE if live.model == "lite" else WHY]))
    quality = report.quality.model_copy(update={"warnings": [*report.quality.warnings, warning]})
    return report.model_copy(update={"quality": quality})


def _best_that_counts(report: SetReport) -> float | None:
    """Return the best headline value of the repetitions that count for the set; None if there is none."""
    measure = headline_of(report)
    values = (
        [rep.measures.get(measure.name) for rep in report.reps if rep.number in report.summary.headline_reps] if measure else []
    )
    return max((value for value in values if value is not None), default=None)
