"""A video's pose track, on all cores: each follows its own stretch of the file."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import numpy as np

from formcheck.errors import InputError
from formcheck.models import ModelName
from formcheck.picture_store import KeptFrame, PictureStore
from formcheck.pose import POSE_SHORT_SIDE, PoseEstimator
from formcheck.track import LANDMARK_COUNT, PoseTrack, concatenate
from formcheck.video import MAX_ANALYSIS_FPS, Image, VideoInfo, read_frames

Progress = Callable[[float, str], None]
"""Called with the share done (0..1) and what is being done; it may raise `Cancelled` to stop the work."""

# A landmarker that starts in mid-video needs this long until its tracking and smoothing have settled.
OVERLAP_S = 0.7
# Below this a stretch of its own is not worth its landmarker's start and overlap.
MIN_STRETCH_S = 4.0
PROGRESS_PERIOD_S = 0.1
# The second look needs the foot at some 100 pixels; more lines than these cost time and add noise.
LOOK_SHORT_SIDE = 720


def count_workers(workers: int | None = None) -> int:
    """Return how many stretches to follow at once: as asked, else one a core that this process may use."""
    if workers is not None:
        return max(1, workers)
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


class _Monitor:
    """What the stretches have done so far, and whether they should go on."""

    def __init__(self, workers: int) -> None:
        self.stop = threading.Event()
        self.done_s = [0.0] * workers


def _follow(
    info: VideoInfo,
    model: ModelName,
    start_s: float,
    stop_s: float,
    max_fps: float | None,
    store: PictureStore | None,
    monitor: _Monitor,
    number: int,
) -> PoseTrack:
    """Return the pose track of ``[start_s, stop_s)``, beginning a little earlier so that the tracking has settled."""
    times, points, visibility, lateral = [], [], [], []
    nobody = np.full((LANDMARK_COUNT, 2), np.nan)
    size = np.array([info.width, info.height], float)
    people = 0
    with PoseEstimator(model) as estimator:
        for frame in read_frames(info, max_fps=max_fps, start_s=max(0.0, start_s - OVERLAP_S), stop_s=stop_s, threads=1):
            if monitor.stop.is_set():
                break
            image = frame.rgb(POSE_SHORT_SIDE)
            people = people or _count_people(image)
            pose = estimator.estimate(image, frame.time_s)
            monitor.done_s[number] = frame.time_s - start_s
            if frame.time_s < start_s:
                continue
            if store is not None and store.whole:
                store.add(KeptFrame.of(frame, LOOK_SHORT_SIDE))
            times.append(frame.time_s)
            points.append(nobody if pose is None else pose.points * size)
            visibility.append(np.zeros(LANDMARK_COUNT) if pose is None else pose.visibility)
            lateral.append(nobody[0] if pose is None else pose.lateral)
    frames = len(times)
    return PoseTrack(
        np.asarray(times),
        np.asarray(points).reshape(frames, LANDMARK_COUNT, 2),
        np.asarray(visibility).reshape(frames, LANDMARK_COUNT),
        np.asarray(lateral).reshape(frames, 2),
        people,
    )


def _count_people(image: Image) -> int:
    """Return how many people are in a frame, three at most; following one, the landmarker does not look for others."""
    with PoseEstimator("lite", still=True, people=3) as estimator:
        return len(estimator.estimate_all(image))


def track_poses(
    info: VideoInfo,
    model: ModelName = "full",
    *,
    max_fps: float | None = MAX_ANALYSIS_FPS,
    workers: int | None = None,
    store: PictureStore | None = None,
    progress: Progress | None = None,
) -> PoseTrack:
    """Follow one person through a video.

    The file is cut into as many stretches as there are cores; each is decoded and followed by a thread of its own (decoder and
    landmarker both work outside Python's lock), so memory does not grow with the video's length. What is looked at goes into
    ``store`` too, at `LOOK_SHORT_SIDE`.

    Raises
    ------
    InputError
        If the video has no frame in it.
    Cancelled
        If ``progress`` raised it.
    """
    wanted = count_workers(workers)
    stretches = min(wanted, int(info.duration_s // MIN_STRETCH_S)) if info.duration_s < 24 * 3600 else 1
    borders = [info.duration_s * k / stretches for k in range(stretches)] if stretches > 1 else [0.0]
    try:
        tracks = _follow_all(info, model, borders, max_fps, store, progress)
    except _SeekFailed:
        tracks = _follow_all(info, model, [0.0], max_fps, store, progress)
    track = concatenate(tracks)
    if not len(track):
        raise InputError(f"{info.path}: no frame of it can be decoded; the file is cut off or damaged")
    return track


class _SeekFailed(Exception):  # noqa: N818 - never leaves this module
    """The container cannot be entered at a time; it has to be read from its start."""


def _follow_all(
    info: VideoInfo,
    model: ModelName,
    borders: list[float],
    max_fps: float | None,
    store: PictureStore | None,
    progress: Progress | None,
) -> list[PoseTrack]:
    if store is not None:
        store.clear()  # of an earlier look at the same video
    monitor = _Monitor(len(borders))
    ends = [*borders[1:], float("inf")]
    with ThreadPoolExecutor(len(borders), thread_name_prefix="pose") as pool:
        try:
            futures = [
                pool.submit(_follow, info, model, start, stop, max_fps, store, monitor, number)
                for number, (start, stop) in enumerate(zip(borders, ends, strict=True))
            ]
            pending = set(futures)
            while pending:
                done, pending = wait(pending, timeout=PROGRESS_PERIOD_S, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                if progress:
                    share = sum(max(0.0, s) for s in monitor.done_s) / max(info.duration_s, 1e-6)
                    progress(min(1.0, share), "Following the person")
        except BaseException:
            monitor.stop.set()
            raise
    tracks = [future.result() for future in futures]
    for number, track in enumerate(tracks[1:], start=1):
        # the whole point of a stretch is that none of its frames is missing at the seam
        late = track.time_s[0] - borders[number] if len(track) else np.inf
        if late > 2.5 / max(1.0, min(info.fps or 30.0, max_fps or 1e9)):
            raise _SeekFailed
    return tracks
