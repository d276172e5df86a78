"""How current the live overlay is: a sample's frames at camera pace, 640 × 480 at 30 a second, through a whole live set.

    python benchmarks/live.py [--clip NAME] [--seconds S]

Prints, for the full and the lite model: pose updates a second, the age of the pose in each overlay (the 95th percentile must stay
under 150 ms), and how many frames the pose thread skipped. The rest of a live set runs too: drawing, counting, the recording, and
measuring each repetition with the heavy model.
"""

from __future__ import annotations

import argparse
import os
import time

import numpy as np

from formcheck.live import LiveSet, LiveSetup
from formcheck.live.draw import draw_live
from formcheck.pose.bundles import ModelName, data_dir
from formcheck.video.frames import shrink
from formcheck.video.reader import probe_video, read_frames

CAMERA_FPS = 30.0
WARM_UP_S = 2.0
WANTED = {"full": 15.0, "lite": 25.0}
MAX_AGE_S = 0.150


def load_frames(clip: str, seconds: float) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    info = probe_video(data_dir("sample_videos") / f"{clip}.mp4")
    return [shrink(frame.rgb(480), 480) for frame in read_frames(info, stop_s=seconds)]


def measure(
    model: ModelName, frames: list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]], fps: float
) -> tuple[float, float, float, int, int]:
    live = LiveSet(LiveSetup(target_reps=0, model=model))
    ages: list[float] = []
    poses: set[float] = set()
    late = 0
    start = time.monotonic()
    for number, frame in enumerate(frames):
        due = number / fps
        wait = due - (time.monotonic() - start)
        if wait > 0:
            time.sleep(wait)
        elif wait < -1.0 / fps:
            late += 1
        # the age of a camera's frame includes its delay
        live.push(frame, due)
        state = live.state
        draw_live(frame.copy(), state)
        shown_s = time.monotonic() - start
        if due > WARM_UP_S and state.pose_time_s is not None:
            ages.append(shown_s - state.pose_time_s)
            poses.add(state.pose_time_s)
    state = live.stop()
    live.settle()
    live.close()
    seconds = len(frames) / fps - WARM_UP_S
    return len(poses) / seconds, float(np.median(ages)), float(np.percentile(ages, 95)), state.dropped, late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clip", default="df_left_male_side")
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    frames = load_frames(options.clip, options.seconds)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    print(f"{options.clip}: {len(frames)} frames at {CAMERA_FPS:.0f}/s, {os.cpu_count()} cores, load before {load}")
    print(f"{'model':6} {'poses/s':>8} {'wanted':>7} {'age ms':>7} {'95 %':>6} {'wanted':>7} {'dropped':>8} {'late':>5}")
    models: tuple[ModelName, ...] = ("full", "lite")
    for model in models:
        rate, median, high, dropped, late = measure(model, frames, CAMERA_FPS)
        print(
            f"{model:6} {rate:8.1f} {WANTED[model]:7.0f} {1000 * median:7.0f} {1000 * high:6.0f} {1000 * MAX_AGE_S:7.0f} "
            f"{dropped:8d} {late:5d}"
        )


if __name__ == "__main__":
    main()
