"""Whether a live set shows what its report says: count and best rep, at several rates of poses and with either model.

    python benchmarks/live_agreement.py [--rates 15,8,5] [--models full,lite] CLIP.mp4...

Each clip's frames go through a whole live set as fast as they can be analyzed, so that the result does not depend on the machine's
speed: a rate of 8 is what a machine sees that finds 8 poses a second. Beside the live numbers stands the report of the same clip,
and whether the report would mention the difference. A best that fell during the set is an error.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path

from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings
from formcheck.live import LiveSet, LiveSetup
from formcheck.live.difference import with_live
from formcheck.live.state import LiveState
from formcheck.report.schema import Athlete
from formcheck.video.reader import probe_video, read_frames


def film(clip: Path, setup: LiveSetup, rate: float) -> tuple[LiveState, bool]:
    """Return a live set's last state, and whether its best number ever fell."""
    live = LiveSet(setup, inline=True)
    bests = [live.push(frame.rgb(480), frame.time_s).best for frame in read_frames(probe_video(clip), max_fps=rate)]
    state = live.stop()
    live.close()
    return state, any(later < earlier for earlier, later in pairwise(bests))


def main() -> None:
    """Print a line for each clip, model and rate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--rates", default="15,8,5")
    parser.add_argument("--models", default="full,lite")
    asked = parser.parse_args()
    for clip in asked.clips:
        truth = json.loads(clip.with_suffix(".json").read_text(encoding="utf-8")) if clip.with_suffix(".json").is_file() else {}
        athlete = Athlete(height_cm=100 * height if (height := truth.get("meta", {}).get("body", {}).get("stature")) else 165.0)
        report = run_analysis(clip, Settings(athlete=athlete)).report
        known = report.summary
        print(f"{clip.stem}: {report.exercise or 'no drill'}, {known.rep_count} reps, headline {known.headline}, best {known.best}")
        for model in asked.models.split(","):
            for rate in map(float, asked.rates.split(",")):
                state, fell = film(clip, LiveSetup(athlete=athlete, target_reps=0, model=model), rate)
                said = [w.message for w in with_live(report, state.estimate).quality.warnings if w.code == "live-differs"]
                best = f"{state.best:.1f} ± {state.best_error:.1f} {state.unit}"
                failing = [check.label for check in state.checks if not check.passed]
                waits = f", the coach asks for: {', '.join(failing)}" if not state.count and failing else ""
                more = waits + f"{', FELL' if fell else ''}{' | ' + said[0] if said else ''}"
                print(f"  {model:5} {rate:4.0f}/s: {state.count} reps, best {best}{more}", flush=True)


if __name__ == "__main__":
    main()
