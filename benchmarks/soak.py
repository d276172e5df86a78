"""Memory over many live sets: half an hour of frames through the whole processing of a set, faster than they were filmed.

    python benchmarks/soak.py [--minutes 30] [--fps 10] [--model lite] [--reps 15]

A sample clip is played forward and backward without end, so the person repeats the exercise all the time. Every frame is
analyzed, drawn on and recorded, and every repetition measured. Prints the process's memory for each minute of film, and fails if
the last third needs much more than the second. ``--reps 0`` films one set that never ends.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import sys
import time
from collections.abc import Iterator

import numpy as np
import psutil

from formcheck.live import LiveSet, LiveSetup
from formcheck.live.draw import draw_live
from formcheck.pose.bundles import data_dir
from formcheck.report.schema import Athlete
from formcheck.video.frames import shrink
from formcheck.video.reader import probe_video, read_frames

Image = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
MAX_GROWTH_MB = 60.0
MIN_MINUTES = 4


def play(clip: str, fps: float, minutes: float) -> Iterator[tuple[Image, float]]:
    """Yield frames of 480 lines with their times, forward and backward until the minutes are over."""
    info = probe_video(data_dir("sample_videos") / f"{clip}.mp4")
    frames = [shrink(frame.rgb(480), 480) for frame in read_frames(info, max_fps=fps)]
    for number, frame in enumerate(itertools.cycle([*frames, *frames[-2:0:-1]])):
        if number / fps >= 60.0 * minutes:
            return
        yield frame, number / fps


def soak(clip: str, fps: float, minutes: float, model: str, target_reps: int) -> list[float]:
    """Play the film through live sets; return the process's memory in MB after each minute of it."""
    setup = LiveSetup(athlete=Athlete(height_cm=165), target_reps=target_reps, model=model)  # type: ignore[arg-type]
    live, sets, reps = LiveSet(setup, inline=True), 1, 0
    process, memory, start = psutil.Process(), [], time.monotonic()
    for frame, time_s in play(clip, fps, minutes):
        state = live.push(frame, time_s)
        draw_live(live.fit(frame).copy(), state)
        if state.stage == "ended":
            reps += state.count
            live.close()
            live, sets = LiveSet(setup, inline=True), sets + 1
        if time_s // 60 > len(memory):
            gc.collect()
            memory.append(process.memory_info().rss / 2**20)
            took = time.monotonic() - start
            print(f"minute {len(memory):3}: {memory[-1]:6.0f} MB, {reps + live.state.count} reps, {took:6.0f} s", flush=True)
    reps += live.stop().count
    live.close()
    print(f"{sets} set(s), {reps} repetitions")
    return memory


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", default="hr_double_female_side")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--fps", type=float, default=10.0)
    parser.add_argument("--model", choices=["lite", "full", "heavy"], default="lite")
    parser.add_argument("--reps", type=int, default=15, help="of a set; the next one begins when it has ended")
    asked = parser.parse_args()
    if asked.minutes < MIN_MINUTES:
        parser.error(f"--minutes must be {MIN_MINUTES} or more, so that each third has a minute to compare")
    memory = soak(asked.clip, asked.fps, asked.minutes, asked.model, asked.reps)
    third = len(memory) // 3
    growth = float(np.median(memory[-third:]) - np.median(memory[third : 2 * third]))
    print(f"second third to last third: {growth:+.0f} MB (at most {MAX_GROWTH_MB:.0f})")
    return int(growth > MAX_GROWTH_MB)


if __name__ == "__main__":
    sys.exit(main())
