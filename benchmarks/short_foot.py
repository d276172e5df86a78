"""Measure the accuracy of the short-foot exercise: films of a drawn foot with exact ground truth, from MP4 to report.

    python benchmarks/short_foot.py [--fps 12]

Prints, for each film, repetitions found, error of the arch's rise (mm), of the hold (s), and whether curled toes were detected.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.helpers.feet import Film, write_film

RISES, CURLS, HOLD_S = (5.0, 3.0, 6.5, 4.0), (0.0, 0.0, 4.0, 0.0), 3.0
FILMS: dict[str, dict[str, object]] = {
    "green stickers, steady camera": {},
    "white stickers": {"color": (240, 240, 240), "seed": 2},
    "black stickers, dark skin, right foot": {"color": (20, 20, 25), "skin": (120, 82, 62), "mirrored": True, "seed": 3},
    "third sticker on the nail": {"nail": True, "color": (250, 210, 20), "seed": 4},
    "noise, blur and changing light": {"noise": 7.0, "blur_px": 1.6, "light": 0.2, "seed": 5},
    "camera held in the hand": {"shake_px": 1.5, "shake_deg": 0.15, "seed": 6},
}


def main() -> int:
    """Make the films, analyze them, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fps", type=float, default=12.0)
    options = parser.parse_args()
    every: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, settings in FILMS.items():
            film = Film(rises_mm=RISES, curls_mm=CURLS, hold_s=HOLD_S, fps=options.fps, **settings)  # type: ignore[arg-type]
            report = run_analysis(write_film(film, Path(folder) / "foot.mp4"), Settings("short-foot")).report
            line = f"{name:40} {len(report.reps)} of {len(RISES)} reps"
            if len(report.reps) == len(RISES):
                rise = np.array([rep.measures["arch_rise_mm"] for rep in report.reps], float) - RISES
                # in a smooth movement of one second, the last 0.3265 s lie above 80 % of the way
                hold = np.array([rep.measures["hold_s"] for rep in report.reps], float) - (HOLD_S + 2 * 0.3265)
                curled = ["toes-curled" in rep.faults for rep in report.reps]
                toes = "toes right" if curled == [curl > 0 for curl in CURLS] else f"toes wrong: {curled}"
                errors = np.abs(rise)
                line += f"  rise {errors.mean():.2f} (worst {errors.max():.2f}) mm  hold {np.abs(hold).mean():.2f} s  {toes}"
                every += list(rise)
            print(line, [w.code for w in report.quality.warnings], flush=True)
    print(
        f"all: mean absolute error {np.abs(every).mean():.2f} mm, bias {np.mean(every):+.2f} mm, worst {np.abs(every).max():.2f} mm"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
