"""A film as the measures need it: its file or live stream, what the user chose, how the camera moved, and its frames once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from formcheck.analysis.settings import Settings
from formcheck.pose.track import PoseTrack
from formcheck.scene.camera_motion import CameraMotion
from formcheck.video.frame_cache import PictureStore
from formcheck.video.frames import Picture
from formcheck.video.reader import VideoInfo, read_frames

FrameReader = Callable[[float, float], Iterable[Picture]]
"""Gives the frames of ``[start_s, stop_s)`` in order."""


@dataclass(frozen=True)
class Film:
    """A film whose person has been followed; ``frames`` reads it again, in pixels that ``motion`` brings to the track's."""

    info: VideoInfo
    settings: Settings
    motion: CameraMotion
    frames: FrameReader

    @classmethod
    def of(
        cls, info: VideoInfo, settings: Settings, track: PoseTrack, motion: CameraMotion, store: PictureStore | None = None
    ) -> Film:
        """Return a film of which the track's frames are read from ``store``, or from the file if the store lacks some."""

        def read_file(start_s: float, stop_s: float) -> Iterable[Picture]:
            return read_frames(info, times_s=track.time_s, start_s=start_s, stop_s=stop_s, threads=1)

        return cls(info, settings, motion, store.read if store and store.whole else read_file)
