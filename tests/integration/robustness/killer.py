"""Writes outputs over and over in processes that are killed at random moments, and says after each what lies in the folder.

``python -m tests.integration.robustness.killer CLIP FOLDER ROUNDS SEED`` prints one JSON line a round. The analysis
is made once: it is the writers that are killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import av
import cv2

TARGETS = ("set.json", "set.csv", "set.html", "set.annotated.mp4")


def write_for_ever(analysis: Any, page: str, out: Path) -> None:
    """Write every output again and again."""
    from formcheck.export.csv import format_csv
    from formcheck.render.overlay import write_annotated
    from formcheck.support.files import write_text

    while True:
        write_text(out / "set.json", analysis.report.model_dump_json(indent=1))
        write_text(out / "set.csv", format_csv(analysis))
        write_text(out / "set.html", page)
        write_annotated(analysis, out / "set.annotated.mp4")


def list_faults(out: Path, frames: int) -> list[str]:
    """What is wrong with the files in the folder: each is whole, or is called temporary."""
    faults = []
    for path in out.iterdir():
        if path.name.startswith(".") and path.name.endswith(".partial"):
            continue
        if path.name not in TARGETS:
            faults.append(f"{path.name}: is no output and not called temporary")
        elif not is_whole(path, frames):
            faults.append(f"{path.name}: half-written, {path.stat().st_size} bytes")
    return faults


def is_whole(path: Path, frames: int) -> bool:
    """Whether an output is complete."""
    if path.suffix == ".mp4":
        try:
            with av.open(str(path)) as container:
                return sum(1 for _ in container.decode(video=0)) == frames
        except av.error.FFmpegError:
            return False
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return bool(json.loads(text)["schema"])
    if path.suffix == ".csv":
        lines = text.split("\n")
        return len(lines) == frames + 2 and len({line.count(",") for line in lines[:-1]}) == 1
    return text.rstrip().endswith("</html>")


def main(clip: str, folder: str, rounds: int, seed: int) -> None:
    """Kill a writer in every round."""
    from formcheck.analysis.pipeline import run_analysis
    from formcheck.analysis.settings import Settings
    from formcheck.render.charts import series_of
    from formcheck.render.frames import rep_pictures
    from formcheck.render.page import render_html

    analysis = run_analysis(Path(clip), Settings(model="lite"))
    page = render_html(analysis.report, series_of(analysis), rep_pictures(analysis))
    cv2.setNumThreads(1)  # a forked process has none of its parent's threads
    frames = sum(1 for _ in av.open(clip).decode(video=0))
    out, chance = Path(folder), random.Random(seed)
    for number in range(rounds):
        child = os.fork()
        if child == 0:
            try:
                write_for_ever(analysis, page, out)
            finally:
                os._exit(1)  # it must never get here, nor run what the parent has to do at its end
        time.sleep(chance.uniform(0.0, 0.4))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        faults = list_faults(out, frames)
        if os.WIFEXITED(status):
            faults.append("the writer ended by itself")
        print(json.dumps({"round": number, "faults": faults, "there": sorted(p.name for p in out.iterdir())}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
