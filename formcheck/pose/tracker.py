"""Compute a video's pose track on all cores. Every two cores follow the person through a part of the file of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, Protocol

import cv2
import numpy as np

from formcheck.pose.blazepose import POSE_SHORT_SIDE, Pose, PoseEstimator
from formcheck.pose.bundles import ModelName
from formcheck.pose.headless import HEADLESS_MODEL, HeadlessEstimator, StandingBoxes, carry_shoulders
from formcheck.pose.parts import OVERLAP_S, WHOLE, Part, cut_parts
from formcheck.pose.people import find_people, is_same_person, show_only
from formcheck.pose.track import LANDMARK_COUNT, PoseTrack, concatenate
from formcheck.support.arrays import FloatArray, nearest_index
from formcheck.support.cores import count_workers
from formcheck.support.errors import InputError
from formcheck.support.progress import Progress
from formcheck.video.frame_cache import KeptFrame, PictureStore
from formcheck.video.frames import Image, SmallFrame
from formcheck.video.read_ahead import read_ahead
from formcheck.video.reader import MAX_ANALYSIS_FPS, USUAL_FPS, VideoInfo, read_frames

People = Callable[[], list[FloatArray]]
"""Gives the people in a picture, see `find_people`."""
Estimate = Callable[[Image, float], Pose | None]
"""Gives the pose in the (H, W, 3) frame at a time in seconds; frames come in order."""
Describe = Callable[[PoseTrack], str]
"""Says in a few words what the track of a video's beginning shows; empty if nothing yet."""

# How often the progress is reported, and the request to stop noticed.
PROGRESS_PERIOD_S = 0.1
# The first frame of a part comes at most this many sampling periods after its start; later, frames are missing at the seam.
MAX_SEAM_PERIODS = 2.5
# A person who was out of sight for longer than this may reappear anywhere.
MAX_ABSENCE_S = 0.5
# FFmpeg gives each packet in turn to one of its decoder's threads, those that are skipped too, and waits for the thread whose turn
# it is. With as many threads as cores, hardly two pictures are decoded at once where others are skipped between them.
DECODER_THREADS = 6
# Pictures read ahead of the one in which the person is being found: enough to bridge a key frame, which takes longer to decode.
READ_AHEAD = 12
# What the video's beginning shows is described when this much of it has been tracked, and each time there is a third as much again.
DESCRIBED_FROM_S, DESCRIBED_AGAIN = 5.0, 1.3
# The second pass needs a foot of about 100 pixels. More lines than this cost time and add noise.
TRACKING_SHORT_SIDE = 720


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


class _Followed(NamedTuple):
    """The pose track of one part, and what gives the people in its first picture with a person; None without one."""

    track: PoseTrack
    people: People | None


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
    boxes: StandingBoxes | None = None

    @property
    def period_s(self) -> float:
        """The sampling period, seconds: between two frames that are tracked."""
        fps = self.info.fps or USUAL_FPS
        return 1.0 / max(1.0, fps if self.max_fps is None else min(fps, self.max_fps))

    @contextmanager
    def open_network(self) -> Generator[Estimate]:
        """Load the network that follows the person, for the frames of one part; free it at the end."""
        if (boxes := self.boxes) is None:
            with PoseEstimator(self.model) as estimator:
                yield estimator.estimate
        else:
            with HeadlessEstimator() as headless:
                yield lambda image, time_s: headless.estimate_person(image, boxes.at(time_s) * image.shape[1])


def _follow(film: _Film, part: Part, monitor: _Monitor, number: int, person: FloatArray | None) -> _Followed:
    """Follow the person through one part.

    Tracking starts a little before the part so that it has settled by then. ``person``, (33, 2) pixels, is where the person to
    follow is at that earlier start; None lets the landmarker choose.
    """
    start_s, size = part[0], np.array([film.info.width, film.info.height], float)
    people: People | None = None
    reading: AbstractContextManager[Iterator[tuple[float, Image]]]
    reading = nullcontext(_read(film, part)) if film.one_core else read_ahead(_read(film, part), READ_AHEAD)
    with reading as pictures, film.open_network() as estimate:  # the first pictures are read while the network is loaded
        for time_s, image in pictures:
            if monitor.stop.is_set():
                break
            shown = image if person is None or people is not None else show_only(image, person / size)
            pose = _estimate(estimate, shown, time_s, film.also.watcher, number, counted=time_s >= start_s)
            if pose is not None and people is None and film.boxes is None:
                people = _find_people(image, at_once=film.finds_people and number == 0)
            monitor.done_s[number] = time_s - start_s
            if time_s >= start_s:
                monitor.found[number].append((time_s, pose))
    return _Followed(monitor.track(number), people)


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
    estimate: Estimate, image: Image, time_s: float, watcher: FrameWatcher | None, part: int, *, counted: bool
) -> Pose | None:
    """Return the pose in a frame, estimated in a steadied copy of it.

    The landmarker smooths over time, so its landmarks lag behind any motion. In a steady picture they lag behind the person only,
    not behind the camera.
    """
    if watcher is None:
        return estimate(image, time_s)
    to_steady = watcher.steady(part, image, counted=counted)
    if to_steady is None:
        pose = estimate(image, time_s)
    else:
        steady = cv2.warpPerspective(image, to_steady, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        pose = estimate(np.asarray(steady, np.uint8), time_s)
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
    parts = cut_parts(info, cores, max_fps)
    film = _Film(info=info, model=model, max_fps=max_fps, progress=progress, also=also or Listeners(), one_core=cores == 1)
    followed, parts = _follow_anywhere(film, parts, person)
    if not any(len(part.track) for part in followed):
        raise InputError(f"{info.path}: no frame of it can be decoded; the file is cut off or damaged")
    # repeated work reports 100 % throughout and can still be canceled
    remind = progress and (lambda _, stage: progress(1.0, stage))
    again = replace(film, progress=remind, also=Listeners(), finds_people=False)
    track = concatenate(_keep_to_one(again, [part.track for part in followed], parts))
    people = next((part.people for part in followed if part.people is not None), None)
    return replace(track, people=0) if people is None else _add_people(track, people(), info)


def _add_people(track: PoseTrack, people: list[FloatArray], info: VideoInfo) -> PoseTrack:
    """Return the track with the number of people, each (33, 2) fractions of the frame, and with those who are not followed."""
    places = [points * (info.width, info.height) for points in people]
    followed_one = track.points[track.present][:1]  # empty if the person was seen only in an overlap
    others = [points for points in places if not any(is_same_person(points, one) for one in followed_one)]
    return replace(track, people=max(1, len(places)), bystanders=tuple(others))


def track_headless(
    info: VideoInfo,
    boxes: StandingBoxes,
    *,
    max_fps: float | None = MAX_ANALYSIS_FPS,
    workers: int | None = None,
    also: Listeners | None = None,
    progress: Progress | None = None,
) -> PoseTrack:
    """Follow somebody whose head is out of the picture, in the boxes that `find_standing_boxes` gave; as `track_poses`."""
    cores = count_workers(workers)
    parts = cut_parts(info, cores, max_fps)
    film = _Film(info, HEADLESS_MODEL, max_fps, progress, also or Listeners(), one_core=cores == 1, boxes=boxes)
    followed, _ = _follow_anywhere(film, parts, None)
    return carry_shoulders(concatenate([part.track for part in followed]))


def _keep_to_one(film: _Film, tracks: list[PoseTrack], parts: list[Part]) -> list[PoseTrack]:
    """Return the tracks of one person. Each landmarker picks its own person, so a part that starts with another one is redone."""
    kept = tracks[:1]
    for track, part in zip(tracks[1:], parts[1:], strict=True):
        seen, before = track.take(track.present), kept[-1].take(kept[-1].present)
        stayed = len(seen) and len(before) and part[0] - before.time_s[-1] < MAX_ABSENCE_S
        if stayed and not is_same_person(seen.points[0], before.points[-1]):
            begin = nearest_index(before.time_s, part[0] - OVERLAP_S)
            (other,) = _follow_all(film, [part], before.points[begin])
            track = other.track if other.track.present.any() else track
        kept.append(track)
    return kept


class _SeekFailed(Exception):  # noqa: N818 - never leaves this module
    """The container cannot seek to a time, so the file must be read from its start."""


def _follow_anywhere(film: _Film, parts: list[Part], person: FloatArray | None) -> tuple[list[_Followed], list[Part]]:
    """Follow the person in all parts at once, or in one go through a file that cannot be read from the middle; return the parts."""
    try:
        return _follow_all(film, parts, person), parts
    except _SeekFailed:
        return _follow_all(film, [WHOLE], person), [WHOLE]


def _follow_all(film: _Film, parts: list[Part], person: FloatArray | None) -> list[_Followed]:
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
    for (start_s, _), (track, _) in zip(parts[1:], followed[1:], strict=True):
        late_s = track.time_s[0] - start_s if len(track) else np.inf
        if late_s > MAX_SEAM_PERIODS * film.period_s:
            raise _SeekFailed
    return followed
