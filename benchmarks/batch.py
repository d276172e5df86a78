"""How a batch scales with its workers, and the cost of a video: time, memory, storage.

    python benchmarks/batch.py                          # 20 clips with one worker and with two
    python benchmarks/batch.py --clips 4 --seconds 6    # a quick run

The clips are different parts of the sample videos, unchanged (960 × 720, 30 frames a second). Every run is a process of
its own (`formcheck batch --save`, with the history in its own folder); its time includes the start of the workers.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pandas as pd
import psutil

from formcheck.video.reader import probe_video, read_frames
from formcheck.video.writer import VideoSink

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted((ROOT / "sample_videos").glob("*.mp4"))
SPEED_UP_TARGET = 1.8  # two workers against one, on two cores (docs/scale.md)


def make_clips(folder: Path, count: int, seconds: float) -> None:
    """Write ``count`` different parts of the sample videos."""
    for number in range(count):
        info = probe_video(SAMPLES[number % len(SAMPLES)])
        latest = max(0.0, info.duration_s - seconds)
        start_s = latest * (number // len(SAMPLES)) / max(1, (count - 1) // len(SAMPLES))
        with VideoSink(folder / f"{number:03}.mp4", info.width, info.height) as sink:
            for frame in read_frames(info, start_s=start_s, stop_s=start_s + seconds):
                sink.write(frame.rgb(), frame.time_s - start_s)


def run(clips: Path, out: Path, workers: int, model: str) -> tuple[float, float]:
    """Analyze the clips; return the wall time in seconds, and the peak memory of all processes together in MB."""
    environment = os.environ | {"FORMCHECK_HOME": str(out / "home")}
    environment.pop("FORMCHECK_DATABASE_URL", None)
    options = ["--workers", str(workers), "--model", model, "--html", "--save", "--athlete", "Bench", "--height-cm", "178"]
    command = [sys.executable, "-m", "formcheck.cli.main", "batch", str(clips), "--out", str(out), *options]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    peak, over = [0.0], threading.Event()
    watcher = threading.Thread(target=watch_memory, args=(process.pid, peak, over))
    watcher.start()
    code = process.wait()
    wall_s = time.perf_counter() - started
    over.set()
    watcher.join()
    if code:
        raise SystemExit(f"formcheck batch ended with {code}")
    return wall_s, peak[0]


def watch_memory(pid: int, peak: list[float], over: threading.Event) -> None:
    while not over.wait(0.2):
        try:
            family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
            peak[0] = max(peak[0], sum(process.memory_info().rss for process in family) / 1e6)
        except psutil.NoSuchProcess:
            continue


def mean_kilobytes(paths: list[Path]) -> float:
    return sum(path.stat().st_size for path in paths) / len(paths) / 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=15.0, help="length of each clip")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--model", choices=("lite", "full", "heavy"), default="full")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = folder / "clips"
        clips.mkdir()
        make_clips(clips, options.clips, options.seconds)
        print(f"{options.clips} clips of {options.seconds:g} s, {options.model} model, {os.cpu_count()} cores")
        print("| workers | wall time | speed-up | worker seconds a video-minute | videos an hour | memory, all processes |")
        print("|---|---|---|---|---|---|")
        first_s = None
        for workers in options.workers:
            out = folder / f"out{workers}"
            wall_s, peak_mb = run(clips, out, workers, options.model)
            first_s = first_s or wall_s
            table = pd.read_parquet(out / "results.parquet")
            cost = table["seconds"].sum() / (table["video_s"].sum() / 60)
            print(
                f"| {workers} | {wall_s:.1f} s | {first_s / wall_s:.2f} | {cost:.1f} s | {len(table) / wall_s * 3600:.0f} "
                f"| {peak_mb:.0f} MB |",
                flush=True,
            )
        print(f"\nTarget: {SPEED_UP_TARGET} times as fast with two workers on two cores.")
        reports = [out / name for name in table["report"]]
        pages = [out / name for name in table["html"]]
        print(
            f"Reps found: {table['reps'].sum()}; saved: {table['saved'].notna().sum()}. "
            f"A report has {mean_kilobytes(reports):.1f} kB (JSON) and {mean_kilobytes(pages):.0f} kB (HTML), "
            f"the result for resuming {mean_kilobytes(list((out / 'results').iterdir())):.1f} kB."
        )


if __name__ == "__main__":
    main()
