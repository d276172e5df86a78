"""Add a warning to the report if it differs from the live set."""

from __future__ import annotations

import math

from formcheck.export.facts import best_rep, best_value
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
    count, best = report.summary.rep_count, _best_clean(report)
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


def _best_clean(report: SetReport) -> float | None:
    """Return the best rep's headline value; None if every rep has a fault, as the live set then shows no best either."""
    best = best_rep(report)
    return None if best is None or best.faults else best_value(report)
