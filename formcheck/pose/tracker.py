"""Compute a video's pose track on all cores. Every two cores follow the person through a part of the file of their own."""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import NamedTuple, Protocol

import cv2
import numpy as np

from formcheck.pose.blazepose import POSE_SHORT_SIDE, Pose, PoseEstimator
from formcheck.pose.bundles import ModelName
from formcheck.pose.people import find_people, is_same_person, show_only
from formcheck.pose.track import LANDMARK_COUNT, PoseTrack, concatenate
from formcheck.support.arrays import FloatArray, nearest_index
from formcheck.support.errors import InputError
from formcheck.support.progress import Progress
from formcheck.video.frame_cache import KeptFrame, PictureStore
from formcheck.video.frames import SmallFrame
from formcheck.video.read_ahead import read_ahead
from formcheck.video.reader import MAX_ANALYSIS_FPS, Image, VideoInfo, read_frames
from formcheck.video.sampling import start_of_period

Part = tuple[float, float]
"""Start and end of a part of the video, seconds."""

People = Callable[[], list[FloatArray]]
"""Gives the people in a picture, see `find_people`."""
Describe = Callable[[PoseTrack], str]
"""Says in a few words what the track of a video's beginning shows; empty if nothing yet."""

# A landmarker that starts in mid-video needs this long for its tracking and smoothing to settle.
OVERLAP_S = 0.7
# A shorter part is not worth the start and overlap of a landmarker of its own.
MIN_PART_S = 4.0
# Decoding cost as a fraction of tracking cost: 20 % at 720 lines, 60 % at 4K. The 4K value is used because only there it matters.
DECODING_SHARE = 0.6
PROGRESS_PERIOD_S = 0.1
# A person who was out of sight for longer than this may reappear anywhere.
MAX_ABSENCE_S = 0.5
# A part keeps this many cores busy if it may: one reads the pictures, the other finds the person.
CORES_PER_PART = 2
# FFmpeg gives each packet in turn to one of its decoder's threads, those that are skipped too, and waits for the thread whose turn
# it is. With as many threads as cores, hardly two pictures are decoded at once where others are skipped between them.
DECODER_THREADS = 6
# Pictures read ahead of the one in which the person is being found: enough to bridge a key frame, which takes longer to decode.
READ_AHEAD = 12
# What the video's beginning shows is described when this much of it has been tracked, and each time there is a third as much again.
DESCRIBED_FROM_S, DESCRIBED_AGAIN = 5.0, 1.3
# The second pass needs a foot of about 100 pixels. More lines than this cost time and add noise.
TRACKING_SHORT_SIDE = 720


def count_workers(workers: int | None = None) -> int:
    """Return how many cores to use: ``workers`` if given, otherwise those that this process may use."""
    if workers is not None:
        return max(1, workers)
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


class _Monitor:
    """The progress of each part, what it has found so far, and the signal to stop."""

    def __init__(self, parts: int, film: _Film) -> None:
        self.stop = threading.Event()
        self.done_s = [0.0] * parts
        self.found: list[list[tuple[float, Pose | None]]] = [[] for _ in range(parts)]
        self._size = np.array([film.info.width, film.info.height], float)
        self._describe = film.also.describe
        self._next_s, self._text = DESCRIBED_FROM_S, ""

    def track(self, part: int) -> PoseTrack:
        """Return the track of a part so far; any thread may ask."""
        found = self.found[part][:]
        points = np.full((len(found), LANDMARK_COUNT, 2), np.nan)
        visibility, lateral = np.zeros((len(found), LANDMARK_COUNT)), np.full((len(found), 2), np.nan)
        for frame, (_, pose) in enumerate(found):
            if pose is not None:
                points[frame], visibility[frame], lateral[frame] = pose.points * self._size, pose.visibility, pose.lateral
        return PoseTrack(np.array([time_s for time_s, _ in found], float), points, visibility, lateral)

    def describe(self) -> str:
        """Return what `Listeners.describe` says about the beginning of the video, asked again as it grows."""
        if self._describe is not None and self.done_s[0] >= self._next_s:
            self._next_s = DESCRIBED_AGAIN * self.done_s[0]
            self._text = self._describe(self.track(0)) or self._text
        return self._text


class FrameWatcher(Protocol):
    """Receives every tracked frame, part by part of the video, with the landmarks found in it."""

    def clear(self) -> None:
        """Forget everything, because the video is tracked again."""

    def steady(self, part: int, image: Image, *, counted: bool) -> FloatArray | None:
        """Take the next frame of a part, (H, W, 3). Each part has its own thread. ``counted``: the frame will be in the track.

        Returns the (3, 3) homography from its pixels to a steady picture; None if the frame is already steady.
        """

    def note(self, part: int, person: FloatArray | None, image_width: int) -> None:
        """Take the (33, 2) landmarks found in that frame, in its pixels; None for nobody."""


class Listeners(NamedTuple):
    """What else receives the frames of a video that is tracked.

    Attributes
    ----------
    store
        Keeps them, at `TRACKING_SHORT_SIDE`.
    watcher
        Follows the camera's motion in them.
    describe
        What it says about the video's beginning is reported with the progress.
    """

    store: PictureStore | None = None
    watcher: FrameWatcher | None = None
    describe: Describe | None = None


@dataclass(frozen=True)
class _Film:
    """A video to track a person in, with those that also receive its frames."""

    info: VideoInfo
    model: ModelName
    max_fps: float | None
    progress: Progress | None
    also: Listeners
    one_core: bool = True
    finds_people: bool = True


def _follow(film: _Film, part: Part, monitor: _Monitor, number: int, person: FloatArray | None) -> tuple[PoseTrack, People | None]:
    """Return the pose track of one part, and what gives the people in its first picture with a person; None without one.

    Tracking starts a little before the part so that it has settled by then. ``person``, (33, 2) pixels, is where the person to
    follow is at that earlier start; None lets the landmarker choose.
    """
    start_s, size = part[0], np.array([film.info.width, film.info.height], float)
    people: People | None = None
    reading: AbstractContextManager[Iterator[tuple[float, Image]]]
    reading = nullcontext(_read(film, part)) if film.one_core else read_ahead(_read(film, part), READ_AHEAD)
    with reading as pictures, PoseEstimator(film.model) as estimator:  # the first pictures are read while the network is loaded
        for time_s, image in pictures:
            if monitor.stop.is_set():
                break
            shown = image if person is None or people is not None else show_only(image, person / size)
            pose = _estimate(estimator, shown, time_s, film.also.watcher, number, counted=time_s >= start_s)
            if pose is not None and people is None:
                people = _find_people(image, at_once=film.finds_people and number == 0)
            monitor.done_s[number] = time_s - start_s
            if time_s >= start_s:
                monitor.found[number].append((time_s, pose))
    return monitor.track(number), people


def _read(film: _Film, part: Part) -> Generator[tuple[float, Image]]:
    """Yield the time and the picture, (H, W, 3), of each frame of a part and of its overlap; keep those of the part."""
    info, store = film.info, film.also.store
    start_s, stop_s = part
    for frame in read_frames(
        info,
        max_fps=film.max_fps,
        start_s=max(0.0, start_s - OVERLAP_S),
        stop_s=stop_s,
        threads=1 if film.one_core else DECODER_THREADS,
        max_short_side=TRACKING_SHORT_SIDE,
    ):
        small = frame if store is None else frame.shrink(TRACKING_SHORT_SIDE)
        time_s = frame.time_s
        del frame  # lets the decoder reuse its memory: 12 MB per 4K frame
        if store is not None and store.whole and isinstance(small, SmallFrame) and time_s >= start_s:
            store.add(KeptFrame.of(small))
        yield time_s, small.rgb(POSE_SHORT_SIDE)


def _find_people(image: Image, *, at_once: bool) -> People:
    """Return what gives the people in a picture; with ``at_once`` another thread begins to find them now."""
    if not at_once:
        return partial(find_people, image)
    thread = ThreadPoolExecutor(1, thread_name_prefix="people")
    found = thread.submit(find_people, image)
    thread.shutdown(wait=False)
    return found.result


def _estimate(
    estimator: PoseEstimator, image: Image, time_s: float, watcher: FrameWatcher | None, part: int, *, counted: bool
) -> Pose | None:
    """Return the pose in a frame, estimated in a steadied copy of it.

    The landmarker smooths over time, so its landmarks lag behind any motion. In a steady picture they lag behind the person only,
    not behind the camera.
    """
    if watcher is None:
        return estimator.estimate(image, time_s)
    to_steady = watcher.steady(part, image, counted=counted)
    if to_steady is None:
        pose = estimator.estimate(image, time_s)
    else:
        steady = cv2.warpPerspective(image, to_steady, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        pose = estimator.estimate(np.asarray(steady, np.uint8), time_s)
        pose = None if pose is None else pose.moved(np.asarray(np.linalg.inv(to_steady), float), image.shape[1::-1])
    watcher.note(part, None if pose is None else pose.points * image.shape[1::-1], image.shape[1])
    return pose


def track_poses(
    info: VideoInfo,
    model: ModelName = "full",
    *,
    max_fps: float | None = MAX_ANALYSIS_FPS,
    workers: int | None = None,
    also: Listeners | None = None,
    progress: Progress | None = None,
    person: FloatArray | None = None,
) -> PoseTrack:
    """Follow one person through a video: the one at ``person``, (33, 2) pixels at its start, or the one the landmarker sees best.

    The file is cut into one part for every two cores. One thread reads a part's pictures and another follows the person in them;
    decoder and landmarker both release Python's lock. Frames are streamed, so memory does not grow with the video's length.
    ``also`` receives them too.

    Raises
    ------
    InputError
        If no frame of the video can be decoded.
    Cancelled
        If ``progress`` raised it.
    """
    cores = count_workers(workers)
    parts = min(-(-cores // CORES_PER_PART), int(info.duration_s // MIN_PART_S)) if info.duration_s < 24 * 3600 else 1
    borders = split_evenly(info.duration_s, max(1, parts), info.key_frames_s)
    if max_fps is not None:  # rounded up, so that the overlap does not begin just before a key frame
        borders = [0.0, *(start_of_period(border_s + 1 / max_fps, max_fps) for border_s in borders[1:])]
    film = _Film(info, model, max_fps, progress, also or Listeners(), one_core=cores == 1)
    try:
        followed = _follow_all(film, _between(borders), person)
    except _SeekFailed:
        borders = [0.0]
        followed = _follow_all(film, _between(borders), person)
    if not any(len(track) for track, _ in followed):
        raise InputError(f"{info.path}: no frame of it can be decoded; the file is cut off or damaged")
    people_of_first = next((people for _, people in followed if people is not None), None)
    # repeated work reports 100 % throughout and can still be canceled
    remind = progress and (lambda _, stage: progress(1.0, stage))
    again = replace(film, progress=remind, also=Listeners(), finds_people=False)

    def follow_again(part: list[Part], one: FloatArray) -> list[tuple[PoseTrack, People | None]]:
        return _follow_all(again, part, one)

    track = concatenate(_keep_to_one([track for track, _ in followed], _between(borders), follow_again))
    if people_of_first is None:
        return replace(track, people=0)
    people = [points * (info.width, info.height) for points in people_of_first()]
    followed_one = track.points[track.present][:1]  # empty if the person was seen only in an overlap
    others = [points for points in people if not any(is_same_person(points, one) for one in followed_one)]
    return replace(track, people=max(1, len(people)), bystanders=tuple(others))


def _between(borders: list[float]) -> list[Part]:
    return list(pairwise([*borders, float("inf")]))


def _keep_to_one(
    tracks: list[PoseTrack],
    parts: list[Part],
    follow: Callable[[list[Part], FloatArray], list[tuple[PoseTrack, People | None]]],
) -> list[PoseTrack]:
    """Return the tracks of one person. Each landmarker picks its own person, so a part that starts with another one is redone."""
    kept = tracks[:1]
    for track, part in zip(tracks[1:], parts[1:], strict=True):
        seen, before = track.take(track.present), kept[-1].take(kept[-1].present)
        stayed = len(seen) and len(before) and part[0] - before.time_s[-1] < MAX_ABSENCE_S
        if stayed and not is_same_person(seen.points[0], before.points[-1]):
            begin = nearest_index(before.time_s, part[0] - OVERLAP_S)
            ((other, _),) = follow([part], before.points[begin])
            track = other if other.present.any() else track
        kept.append(track)
    return kept


def split_evenly(duration_s: float, parts: int, key_frames_s: Sequence[float] = ()) -> list[float]:
    """Return the start times (s) of ``parts`` parts of a video that take about equally long to track.

    Reading a part starts at the last of ``key_frames_s`` before its overlap. Frames between the two are decoded but not tracked.
    """
    if parts == 1:
        return [0.0]

    def prepare(start_s: float) -> float:
        """Return the cost of reaching the start of a part, in seconds of tracked video."""
        if start_s <= 0:
            return 0.0
        first_s = max(0.0, start_s - OVERLAP_S)
        entered = bisect_right(key_frames_s, first_s)
        return start_s - first_s + DECODING_SHARE * (first_s - key_frames_s[entered - 1] if entered else 0.0)

    def cut(share_s: float) -> list[float]:
        """Return the starts of parts that cost ``share_s`` each, and the end of the last one."""
        borders = [0.0]
        for _ in range(parts):
            borders.append(borders[-1] + max(0.0, share_s - prepare(borders[-1])))
        return borders

    # bisection works because the end of the last part grows with the cost allowed for each
    least, most = duration_s / parts, duration_s
    for _ in range(40):
        middle = (least + most) / 2
        least, most = (least, middle) if cut(middle)[-1] >= duration_s else (middle, most)
    borders = cut(most)[:-1]
    if min(b - a for a, b in pairwise([*borders, duration_s])) < MIN_PART_S / 2:  # the file has too few key frames
        return split_evenly(duration_s, parts - 1, key_frames_s)
    return borders


class _SeekFailed(Exception):  # noqa: N818 - never leaves this module
    """The container cannot seek to a time, so the file must be read from its start."""


def _follow_all(film: _Film, parts: list[Part], person: FloatArray | None) -> list[tuple[PoseTrack, People | None]]:
    """Follow the person in all parts at once. ``person`` is where the person is at the start of the first part."""
    if film.also.store is not None:
        film.also.store.clear()  # drops pictures of an earlier pass over the same video
    if film.also.watcher is not None:
        film.also.watcher.clear()
    monitor = _Monitor(len(parts), film)
    with ThreadPoolExecutor(len(parts), thread_name_prefix="pose") as pool:
        try:
            futures = [
                pool.submit(_follow, film, part, monitor, number, None if number else person) for number, part in enumerate(parts)
            ]
            pending = set(futures)
            while pending:
                done, pending = wait(pending, timeout=PROGRESS_PERIOD_S, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                if film.progress:
                    share = sum(max(0.0, s) for s in monitor.done_s) / max(film.info.duration_s, 1e-6)
                    film.progress(min(1.0, share), f"Following the person{monitor.describe()}")
        except BaseException:
            monitor.stop.set()
            raise
    followed = [future.result() for future in futures]
    for number, (track, _) in enumerate(followed[1:], start=1):
        # no frame may be missing at the seam between two parts
        late = track.time_s[0] - parts[number][0] if len(track) else np.inf
        if late > 2.5 / max(1.0, min(film.info.fps or 30.0, film.max_fps or 1e9)):
            raise _SeekFailed
    return followed
