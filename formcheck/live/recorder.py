"""The recording of a live set: a private file, deleted unless it is kept."""

from __future__ import annotations

import queue
import shutil
import tempfile
import threading
import weakref
from pathlib import Path

from formcheck.support.errors import OutputError
from formcheck.video.frames import Image
from formcheck.video.writer import VideoSink

# Two seconds of frames may wait for the encoder; further ones are left out.
MAX_WAITING = 60


class Recorder:
    """Writes frames with their own times as they come, in its own thread.

    `restart` discards what has been recorded, so that a long set-up does not accumulate.
    """

    def __init__(self, folder: Path | None = None, *, inline: bool = False) -> None:
        """Record into ``folder``, or into a new one that only this user can read.

        ``inline`` encodes in the caller's thread and leaves no frame out.
        """
        self.folder = folder or Path(tempfile.mkdtemp(prefix="formcheck-live-"))
        self.path = self.folder / "set.mp4"
        self.frames = 0
        self.left_out = 0
        self.error: OutputError | None = None
        self._inline = inline
        self._sink: VideoSink | None = None
        self._start_s = 0.0
        self._waiting: queue.Queue[tuple[Image, float] | None] = queue.Queue(MAX_WAITING)
        self._lock = threading.Lock()
        self._clean = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self._thread: threading.Thread | None = None
        if not inline:
            self._thread = threading.Thread(target=self._run, name="live-recorder", daemon=True)
            self._thread.start()

    def write(self, image: Image, time_s: float) -> None:
        """Add an (H, W, 3) RGB frame; it must not be changed afterwards."""
        if self._inline:
            self._encode(image, time_s)
            return
        try:
            self._waiting.put_nowait((image, time_s))
        except queue.Full:
            self.left_out += 1

    def restart(self) -> None:
        """Discard the recording so far."""
        with self._lock:
            self._abandon()

    def finish(self) -> Path | None:
        """Complete the file and return it; None if nothing was recorded.

        Raises
        ------
        OutputError
            If it could not be written.
        """
        self._join()
        with self._lock:
            if self.error:
                raise self.error
            if self._sink is None:
                return self.path if self.path.exists() else None
            sink, self._sink = self._sink, None
            sink.__exit__(None, None, None)
        return self.path

    def discard(self) -> None:
        """Delete the recording and its folder."""
        self._join()
        with self._lock:
            self._abandon()
        self._clean()

    def _join(self) -> None:
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (item := self._waiting.get()) is not None:
            self._encode(*item)

    def _encode(self, image: Image, time_s: float) -> None:
        with self._lock:
            if self.error:
                return
            try:
                if self._sink is None:
                    self._sink = VideoSink(self.path, image.shape[1], image.shape[0]).__enter__()
                    self._start_s = time_s
                    self.frames = 0
                self._sink.write(image, time_s - self._start_s)
                self.frames += 1
            except OutputError as error:
                self.error = error
                self._abandon()

    def _abandon(self) -> None:
        if self._sink is not None:
            sink, self._sink = self._sink, None
            left = RuntimeError("the recording was given up")
            sink.__exit__(type(left), left, None)
        self.frames = 0
