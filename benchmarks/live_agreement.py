"""Whether a live set shows what its report says: count, reps and faults, at several rates of poses and with either model.

    python benchmarks/live_agreement.py [--rates 30,15,8] [--models full,lite] CLIP.mp4...

Each clip's frames go through a whole live set as fast as they can be analyzed, so that the result does not depend on the machine's
speed: a rate of 8 is what a machine sees that finds 8 poses a second. The report is made from the very frames that the set has
recorded. Printed are both counts and the truth's, the largest difference of a rep's headline beside the live number's ±, the faults
spoken that the report does not have, and what the coach asked for where nothing was counted. A best that fell is an error.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np

from formcheck.export.facts import headline_of
from formcheck.live import LiveSet, LiveSetup
from formcheck.live.state import LiveState
from formcheck.report.schema import Athlete, SetReport
from formcheck.support.errors import FormcheckError
from formcheck.video.reader import probe_video, read_frames


def film(clip: Path, setup: LiveSetup, rate: float) -> tuple[LiveState, SetReport | None, bool]:
    """Return a live set's last state, its report (None if nobody was seen), and whether its best number ever fell."""
    live = LiveSet(setup, inline=True)
    bests = [live.push(frame.rgb(480), frame.time_s).best for frame in read_frames(probe_video(clip), max_fps=rate)]
    state = live.stop()
    try:
        report = live.analyze().report
    except FormcheckError:
        report = None
    live.close()
    return state, report, any(later < earlier for earlier, later in pairwise(bests))


def describe(state: LiveState, report: SetReport | None) -> str:
    """Return what was shown live beside what the report says."""
    counted = 0 if report is None else report.summary.rep_count
    words = f"live {state.count}, report {counted}"
    if report is not None and counted == state.count and (measure := headline_of(report)) is not None:
        pairs = [(rep.headline, of.measures.get(measure.name), rep.error) for rep, of in zip(state.reps, report.reps, strict=True)]
        known = [(abs(shown - there), error) for shown, there, error in pairs if there is not None and np.isfinite(shown)]
        if known:
            gap, error = max(known)
            words += f", largest difference {gap:.1f} at ± {error:.1f} {measure.unit}"
        seen = Counter(code for rep in report.reps for code in rep.faults)
        if spoken := Counter(code for rep in state.reps for code in rep.faults) - seen:
            words += f", only live: {dict(spoken)}"
    failing = [check.label for check in state.checks if not check.passed]
    return words + (f", the coach asks for: {', '.join(failing)}" if failing else "")


def main() -> None:
    """Print a line for each clip, model and rate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--rates", default="30,15,8")
    parser.add_argument("--models", default="full,lite")
    asked = parser.parse_args()
    for clip in asked.clips:
        truth = json.loads(clip.with_suffix(".json").read_text(encoding="utf-8")) if clip.with_suffix(".json").is_file() else {}
        athlete = Athlete(height_cm=100 * height if (height := truth.get("meta", {}).get("body", {}).get("stature")) else 165.0)
        print(f"{clip.stem}: {len(truth.get('reps', []))} reps are true")
        for model in asked.models.split(","):
            for rate in map(float, asked.rates.split(",")):
                state, report, fell = film(clip, LiveSetup(athlete=athlete, target_reps=0, model=model), rate)
                print(f"  {model:5} {rate:4.0f}/s: {describe(state, report)}{', FELL' if fell else ''}", flush=True)


if __name__ == "__main__":
    main()
