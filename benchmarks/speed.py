"""How fast one video is analyzed, compared with the usual plain loop and with the bare cost of the model.

    python benchmarks/speed.py                                     # the whole table: two hours on two cores
    python benchmarks/speed.py --rows pair fixed annotated --models full --cores all --repeats 1       # what is asked for
    python benchmarks/speed.py --rows pair --videos 1080p30 --models full --seconds 3 --repeats 1      # a quick run

Each figure comes from a process of its own. The processes run one after the other, on a machine that should be otherwise idle.
Wall time is from the loaded libraries (both sides load the same) to the finished report; CPU time and peak memory are of the
whole process, including loading. On a busy machine the wall times are worthless, but the CPU times are still useful.

formcheck's networks compute no silhouette and are faster than Google's; ``--compared-models`` lets the other side use Google's.

Rows: ``pair`` (plain loop and formcheck, in turns), ``fixed`` (what an analysis costs however short the video is, and for each of
its seconds, from the shortest and the longest clip), ``inference`` (formcheck against the model on all frames of the video, already
decoded), ``followed`` (the same with only the frames that formcheck analyzes), ``annotated`` (with the annotated video written,
against without), ``stages`` (where one core's time goes).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.speed_clips import VIDEOS, make_video  # noqa: E402

MODELS = ("lite", "full", "heavy")
ROWS = ("pair", "fixed", "inference", "followed", "annotated", "stages")
# The largest allowed ratio of formcheck's time to that of the comparison; to the plain loop, by the clip's length in seconds.
TARGET = {"inference": 1.15, "annotated": 1.3}
PAIR_TARGET = {
    **{("1080p30", 15.0): 0.5, ("4K30", 15.0): 0.4, ("1080p60", 15.0): 0.33},
    **{("1080p30", 60.0): 0.45, ("4K30", 60.0): 0.4, ("1080p60", 60.0): 0.3},
}
# The most that an analysis may cost however short the video is, and for each second of 1080p30, seconds.
FIXED_TARGET_S, SLOPE_TARGET_S = 2.0, 0.22
CHUNK_FRAMES = 40
# The environment variable that gives the measuring processes the folder of the bundles to compare with.
COMPARED_MODELS = "FORMCHECK_COMPARED_MODELS"


def make_landmarker(model: str) -> Any:
    """MediaPipe's landmarker as its examples make it, from the bundles to compare with."""
    from mediapipe.tasks import python as tasks
    from mediapipe.tasks.python import vision

    bundle = Path(os.environ.get(COMPARED_MODELS, ROOT / "models"), f"pose_landmarker_{model}.task")
    options = vision.PoseLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=str(bundle)), running_mode=vision.RunningMode.VIDEO
    )
    return vision.PoseLandmarker.create_from_options(options)


def run_plain(path: Path, model: str, workers: int | None) -> dict[str, float]:
    """Run the usual plain loop."""
    import cv2
    import mediapipe as mp

    started = time.perf_counter()
    frames = 0
    with make_landmarker(model) as landmarker:
        capture = cv2.VideoCapture(str(path))
        fps = capture.get(cv2.CAP_PROP_FPS)
        while True:
            there, image = capture.read()
            if not there:
                break
            picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
            landmarker.detect_for_video(picture, round(frames * 1000 / fps))
            frames += 1
    return {"wall_s": time.perf_counter() - started, "frames": frames}


def run_formcheck(path: Path, model: str, workers: int | None) -> dict[str, float]:
    """Run the whole pipeline."""
    import mediapipe  # noqa: F401 - loaded before the clock starts, as for the plain loop

    from formcheck.analysis.pipeline import run_analysis
    from formcheck.analysis.settings import Settings
    from formcheck.support.memory import use_few_heaps

    use_few_heaps()  # as the command does
    started = time.perf_counter()
    report = run_analysis(path, Settings(model=model, workers=workers)).report
    return {"wall_s": time.perf_counter() - started, "reps": report.summary.rep_count, "frames": report.video.frames}


def run_annotated(path: Path, model: str, workers: int | None) -> dict[str, float]:
    """Run the whole analysis, and write the annotated video."""
    import mediapipe  # noqa: F401

    from formcheck.analysis.pipeline import run_analysis
    from formcheck.analysis.settings import Settings
    from formcheck.render.overlay import write_annotated
    from formcheck.support.memory import use_few_heaps
    from formcheck.video.frame_cache import PictureStore

    use_few_heaps()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        pictures = PictureStore()
        analysis = run_analysis(path, Settings(model=model, workers=workers), pictures=pictures)
        write_annotated(analysis, Path(folder, "annotated.mp4"), pictures=pictures)
        return {"wall_s": time.perf_counter() - started}


def run_inference(path: Path, model: str, workers: int | None, max_fps: float | None = None) -> dict[str, float]:
    """Run the model alone, on as many frames at once as there are cores; the time to make the frames is not counted."""
    import cv2
    import mediapipe as mp

    from formcheck.pose.blazepose import POSE_SHORT_SIDE
    from formcheck.support.cores import count_workers
    from formcheck.video.reader import Frame, probe_video, read_frames

    cv2.setNumThreads(1)
    info, cores = probe_video(path), count_workers(workers)
    wall_s, frames = 0.0, 0
    started = time.perf_counter()
    landmarkers = [make_landmarker(model) for _ in range(cores)]
    wall_s += time.perf_counter() - started
    borders = [info.duration_s * k / cores for k in range(cores + 1)]
    parts = [read_frames(info, max_fps=max_fps, start_s=a, stop_s=b) for a, b in pairwise(borders)]

    def infer(landmarker: Any, ready: list[tuple[Any, float]]) -> None:
        for image, time_s in ready:
            landmarker.detect_for_video(mp.Image(image_format=mp.ImageFormat.SRGB, data=image), round(time_s * 1000))

    def prepare(part: Iterator[Frame]) -> list[tuple[Any, float]]:
        return [(frame.rgb(POSE_SHORT_SIDE), frame.time_s) for frame in islice(part, CHUNK_FRAMES)]

    with ThreadPoolExecutor(cores) as pool:
        while any(chunks := [prepare(part) for part in parts]):
            started = time.perf_counter()
            list(pool.map(infer, landmarkers, chunks))
            wall_s += time.perf_counter() - started
            frames += sum(map(len, chunks))
    return {"wall_s": wall_s, "frames": frames}


def run_followed(path: Path, model: str, workers: int | None) -> dict[str, float]:
    """Run the model alone, on the frames on which formcheck follows the person."""
    from formcheck.video.reader import MAX_ANALYSIS_FPS

    return run_inference(path, model, workers, MAX_ANALYSIS_FPS)


def run_stages(path: Path, model: str, workers: int | None) -> dict[str, float]:
    """Return where the time of a one-core analysis goes, in seconds by stage."""
    import mediapipe  # noqa: F401

    from formcheck.analysis import film, pipeline, refine
    from formcheck.pose import blazepose, movenet, tracker
    from formcheck.video import frame_cache, reader
    from formcheck.video.frames import SmallFrame

    spent: defaultdict[str, float] = defaultdict(float)

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                spent[stage] += time.perf_counter() - started

        return call

    def timed_frames(stage: str, read: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        def frames(*arguments: Any, **named: Any) -> Iterator[Any]:
            iterator = read(*arguments, **named)
            while (frame := timed(stage, lambda: next(iterator, None))()) is not None:
                yield frame

        return frames

    # the two passes follow one another, so the current stage distinguishes them
    tracker.read_frames = timed_frames("tracking: decoding", tracker.read_frames)
    film.read_frames = timed_frames("refining: decoding", film.read_frames)
    for source in (reader.Frame, SmallFrame):
        source.rgb = timed("RGB pictures (both passes)", source.rgb)
        source.gray = timed("gray pictures (refining)", source.gray)
    SmallFrame.__getitem__ = timed("RGB pictures (both passes)", SmallFrame.__getitem__)
    reader.Frame.shrink = timed("shrinking a large video's planes", reader.Frame.shrink)
    frame_cache._encode = timed("keeping them as JPEG", frame_cache._encode)
    frame_cache._decode_gray = timed("reading them again (a part of making RGB and gray pictures)", frame_cache._decode_gray)
    tracker.PoseEstimator.__init__ = timed("loading the models", blazepose.PoseEstimator.__init__)
    plain_estimate = blazepose.PoseEstimator.estimate_all
    quick, close = timed("tracking: pose", plain_estimate), timed("refining: pose", plain_estimate)
    blazepose.PoseEstimator.estimate_all = lambda self, *rest: (close if self._still else quick)(self, *rest)
    movenet.ShankReader.read = timed("refining: MoveNet", movenet.ShankReader.read)
    pipeline.track_poses = timed("tracking", pipeline.track_poses)
    refine.Evidence.add = timed("refining", refine.Evidence.add)
    from formcheck.analysis.settings import Settings

    started = time.perf_counter()
    pipeline.run_analysis(path, Settings(model=model, workers=1))
    spent["whole analysis"] = time.perf_counter() - started
    return dict(spent)


RUNS = {
    "plain": run_plain,
    "formcheck": run_formcheck,
    "annotated": run_annotated,
    "inference": run_inference,
    "followed": run_followed,
    "stages": run_stages,
}


def measure(run: str, path: Path, model: str, cores: str) -> dict[str, float]:
    """Run one measurement in a fresh process, on one core or all; return its figures, with the peak memory in MB."""
    command = [sys.executable, __file__, "--measure", run, "--file", str(path), "--models", model, "--cores", cores]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            log.seek(0)
            raise SystemExit(f"{run} on {path} failed:\n{log.read()}")
    found: dict[str, float] = json.loads(output.splitlines()[-1])
    return found | {"cpu_s": usage.ru_utime + usage.ru_stime}


def read_peak_mb() -> float:
    """Return this process's highest memory use so far. What getrusage says includes the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def compare(ours: str, theirs: str, path: Path, model: str, cores: str, repeats: int) -> dict[str, float]:
    """Measure two things in turns, so that a change in the machine's load affects both; return medians, and the median ratio."""
    pairs = [[measure(run, path, model, cores) for run in (theirs, ours)] for _ in range(repeats)]
    return {
        "theirs_s": median(a["wall_s"] for a, _ in pairs),
        "ours_s": median(b["wall_s"] for _, b in pairs),
        "ratio": median(b["wall_s"] / a["wall_s"] for a, b in pairs),
        "theirs_cpu_s": median(a["cpu_s"] for a, _ in pairs),
        "ours_cpu_s": median(b["cpu_s"] for _, b in pairs),
        "theirs_mb": max(a["peak_mb"] for a, _ in pairs),
        "ours_mb": max(b["peak_mb"] for _, b in pairs),
    }


def print_comparison(title: str, rows: Iterable[tuple[str, str, str, str, dict[str, float], float | None]]) -> None:
    """Print a table, each row as soon as it is measured."""
    columns = ("video", "model", "cores", "compared with", "its time", "formcheck", "ratio", "target")
    print(f"\n### {title}\n")
    print("|", " | ".join((*columns, "its CPU", "formcheck", "its memory", "formcheck")), "|")
    print("|---" * 12 + "|", flush=True)
    for name, model, cores, other, found, target in rows:
        aim = "" if target is None else f"≤ {target:g} {'met' if found['ratio'] <= target else '**missed**'}"
        seconds = [f"{found[key]:.1f} s" for key in ("theirs_s", "ours_s", "theirs_cpu_s", "ours_cpu_s")]
        memory = [f"{found[key]:.0f} MB" for key in ("theirs_mb", "ours_mb")]
        cells = (name, model, cores, other, *seconds[:2], f"{found['ratio']:.2f}", aim, *seconds[2:], *memory)
        print("|", " | ".join(cells), "|", flush=True)


def print_fixed(clips: dict[float, Path], name: str, model: str, repeats: int) -> None:
    """Measure the shortest and the longest clip in turns; print what an analysis costs by itself and for each second of video."""
    short_s, long_s = min(clips), max(clips)
    pairs = [[measure("formcheck", clips[s], model, "all") for s in (short_s, long_s)] for _ in range(repeats)]
    for key, kind in (("wall_s", "time"), ("cpu_s", "CPU time, loading included")):
        short, long = (median(pair[k][key] for pair in pairs) for k in (0, 1))
        slope = (long - short) / (long_s - short_s)
        aims = f" (aims: {FIXED_TARGET_S:g} s, {SLOPE_TARGET_S:g} s)" if (name, model, key) == ("1080p30", "full", "wall_s") else ""
        print(f"- {name}, {model}, {kind}: {short - slope * short_s:.2f} s fixed and {slope:.3f} s a second{aims}", flush=True)


def print_stages(name: str, model: str, found: dict[str, float]) -> None:
    whole, first, second = (found.pop(k, 0.0) for k in ("whole analysis", "tracking", "refining"))
    found = {stage: seconds for stage, seconds in found.items() if stage not in ("peak_mb", "cpu_s")}
    print(f"\n### Where one core's time goes: {name}, {model} model, {whole:.1f} s\n")
    print("| stage | seconds | share |\n|---|---|---|")
    for stage, seconds in sorted(found.items(), key=lambda item: -item[1]):
        print(f"| {stage} | {seconds:.2f} | {seconds / whole:.0%} |")
    inside = sum(found.values())
    print(f"| optical flow, threads and waiting | {first + second - inside:.2f} | {(first + second - inside) / whole:.0%} |")
    print(
        f"| scene, repetitions, measures, report | {whole - first - second:.2f} | {(whole - first - second) / whole:.0%} |",
        flush=True,
    )


def describe_machine() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    cpu = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    load = os.getloadavg()[0]
    packages = ", ".join(f"{name} {version(name)}" for name in ("formcheck", "mediapipe", "opencv-python", "av", "numpy"))
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB; {platform.platform()}; Python {platform.python_version()}; {packages}. "
        f"Load before the start: {load:.1f}{' (the machine is busy: the figures are too high)' if load > 0.5 else ''}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=ROWS)
    parser.add_argument("--videos", nargs="+", choices=VIDEOS, default=list(VIDEOS))
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS)
    parser.add_argument("--cores", nargs="+", choices=("one", "all"), default=("one", "all"))
    parser.add_argument("--seconds", nargs="+", type=float, default=[15.0, 60.0], help="lengths of the clips")
    parser.add_argument("--repeats", type=int, default=3, help="how often each pair is measured")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "formcheck-speed", help="for the clips")
    parser.add_argument(
        "--compared-models",
        type=Path,
        default=ROOT / "models",
        help="bundles of what formcheck is compared with, as Google's (models/rebuild.py --with-silhouette); its own by default",
    )
    parser.add_argument("--measure", choices=RUNS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        one = options.cores == ["one"]
        if one and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        figures = RUNS[options.measure](options.file, options.models[0], 1 if one else None)
        print(json.dumps(figures | {"peak_mb": read_peak_mb()}))
        return
    print(describe_machine())
    os.environ[COMPARED_MODELS] = str(options.compared_models.absolute())
    options.cache.mkdir(parents=True, exist_ok=True)
    clips = {name: {seconds: make_video(name, seconds, options.cache) for seconds in options.seconds} for name in options.videos}
    print(f"Clips of {' and '.join(f'{s:g}' for s in options.seconds)} s; median of {options.repeats} paired runs.", flush=True)
    if "pair" in options.rows:
        print_comparison(
            "Against the plain loop (VideoCapture, cvtColor, detect_for_video)",
            (
                (
                    f"{name}, {seconds:g} s",
                    model,
                    cores,
                    "plain loop",
                    compare("formcheck", "plain", path, model, cores, options.repeats),
                    aim,
                )
                for seconds in options.seconds
                for name in clips
                for path in [clips[name][seconds]]
                for model in options.models
                for cores in options.cores
                for aim in [PAIR_TARGET.get((name, seconds)) if (model, cores) == ("full", "all") else None]
            ),
        )
    if "fixed" in options.rows and len(options.seconds) > 1:
        print("\n### What an analysis costs by itself, and for each second of video\n")
        for name in clips:
            for model in options.models:
                print_fixed(clips[name], name, model, options.repeats)
    shortest = {name: by_length[min(by_length)] for name, by_length in clips.items()}
    for row, ours, theirs, title in (
        ("inference", "formcheck", "inference", "Against the model alone on all frames, which lie ready"),
        ("followed", "formcheck", "followed", "Against the model alone on the frames that are followed, which lie ready"),
        ("annotated", "annotated", "formcheck", "With the annotated video, against without"),
    ):
        if row in options.rows:
            print_comparison(
                title,
                (
                    (name, model, "all", theirs, compare(ours, theirs, path, model, "all", options.repeats), aim)
                    for name, path in shortest.items()
                    for model in options.models
                    for aim in [TARGET.get(row) if model == "full" else None]
                ),
            )
    if "stages" in options.rows:
        for name, path in shortest.items():
            for model in options.models:
                print_stages(name, model, measure("stages", path, model, "one"))


if __name__ == "__main__":
    main()
