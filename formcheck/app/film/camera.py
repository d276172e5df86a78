"""One set being filmed in a browser: the bridge between the video's thread and the page's script."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import av
import numpy as np

from formcheck.app.film.preview import PreviewTrack
from formcheck.export.figure import Figure
from formcheck.live import LiveSet, LiveSetup, LiveState
from formcheck.live.draw import draw_live
from formcheck.live.set import PLENTY_POSES_PER_S

_log = logging.getLogger(__name__)

# A camera that is silent for this long was unplugged, or its page is gone, seconds.
MAX_SILENCE_S = 8.0
# Two seconds of frames may wait; each further one drops the oldest.
MAX_WAITING = 60
# Time between two pictures for the browser on a machine that finds too few poses, seconds.
SPARING_S = 1.0 / 12.0
SCHEMES = ("stun:", "stuns:", "turn:", "turns:")


class Filming:
    """Takes a browser's frames in the video's thread; the page's script reads its state. Independent of Streamlit.

    If the stream ends before the first repetition, the set restarts with the next stream; later, the set ends and is kept.
    """

    def __init__(self, setup: LiveSetup, new_folder: Callable[[], Path]) -> None:
        """Prepare a set; recordings go to folders that ``new_folder`` makes."""
        self.id = secrets.token_hex(8)
        self.setup = setup
        self._new_folder = new_folder
        self._lock = threading.RLock()
        self._live = LiveSet(setup, folder=new_folder())
        self.preview = PreviewTrack()
        self._mail = threading.Condition()
        self._frames: deque[av.VideoFrame] = deque(maxlen=MAX_WAITING)
        self._thread: threading.Thread | None = None
        self._drawn_at = -np.inf
        self._heard: float | None = None
        self._attended = self._begun = time.monotonic()
        self.frames_came = False
        self._rest_until = -np.inf
        self.closed = False
        # the rep that is drawn translucent over the picture; None for none
        self.ghost: Figure | None = None

    @property
    def live(self) -> LiveSet:
        """The set."""
        return self._live

    @property
    def age_s(self) -> float:
        """How long ago it was prepared, seconds."""
        return time.monotonic() - self._begun

    @property
    def state(self) -> LiveState:
        """The current state of the set."""
        return self._live.state

    def take(self, frame: av.VideoFrame) -> None:
        """Take the camera's next frame. It never blocks, so it may be called where packets are handled."""
        with self._mail:
            self._heard, self.frames_came = time.monotonic(), True
            self._frames.append(frame)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run_frames, name="live-frames", daemon=True)
                self._thread.start()
            self._mail.notify()

    def on_ended(self) -> None:
        """End or restart the set when the stream ends: by a stop, an unplugged camera, or a page that was closed or left."""
        with self._lock:
            if self.state.stage == "ended":
                return
            if self.state.reps or self.state.stage == "running":
                self._live.stop("camera")
            else:
                self._restart()
            self._heard = None

    def attend(self) -> None:
        """Note that the set's page is open."""
        self._attended = time.monotonic()
        self.check_silence()

    @property
    def unattended(self) -> bool:
        """Whether the set's page has been closed for a while."""
        return time.monotonic() - self._attended > MAX_SILENCE_S

    @property
    def forsaken(self) -> bool:
        """Whether its page is closed, its camera is off, and closing it would lose no repetition."""
        self.check_silence()
        return self.unattended and self._heard is None and not self.state.reps

    def check_silence(self) -> None:
        """End the stream if it went silent without a notice."""
        heard = self._heard
        if heard is not None and time.monotonic() - heard > MAX_SILENCE_S:
            self.on_ended()

    def change(self, setup: LiveSetup) -> None:
        """Use another setup if the set has not begun."""
        with self._lock:
            if setup != self.setup and not self.state.reps and self.state.stage not in ("running", "ended"):
                self.setup = setup
                self._restart()

    def begin_next(self, setup: LiveSetup, rest_s: float) -> LiveSet:
        """Return the set so far, which the caller then owns, and film another one after a rest; the camera keeps running."""
        with self._lock:
            old, self._live = self._live, LiveSet(setup, folder=self._new_folder())
            self.setup = setup
            self._rest_until = time.monotonic() + rest_s
            return old

    def end_rest(self) -> None:
        """Film the next set now."""
        self._rest_until = -np.inf

    @property
    def resting(self) -> bool:
        """Whether the pictures are only shown while the next set waits for the end of the rest."""
        return time.monotonic() < self._rest_until

    def stop(self) -> None:
        """End the set by hand."""
        with self._lock:
            self._live.stop("stopped")

    def close(self) -> None:
        """Delete the recording, and end all threads."""
        self._live.close()

    def _run_frames(self) -> None:
        """Pass the frames on in order until they stop. All frames go to the set, so that its recording has no gaps."""
        try:
            while True:
                with self._mail:
                    if not self._mail.wait_for(lambda: self._frames, MAX_SILENCE_S):
                        self._thread = None
                        break
                    frame = self._frames.popleft()
                    newest = not self._frames
                self._hand_on(frame, newest)
            self.check_silence()
        except Exception as error:  # an error in this thread must end the set, not hang it
            _log.exception("filming a set broke off")
            self._live.fail(error)

    def _hand_on(self, frame: av.VideoFrame, newest: bool) -> None:
        """Give a frame to the set; draw on the newest if the browser is ready for a picture."""
        image = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
        # the stream's own clock gives the time at which a frame was taken, not the time at which it arrived
        time_s = float(frame.time) if frame.time is not None else time.monotonic()
        with self._lock:
            resting = self.resting
            state = self._live.state if resting else self._live.push(image, time_s)
            image = self._live.fit(image)
        if newest and self.preview.wants and time.monotonic() - self._drawn_at >= _pause(state):
            self._drawn_at = time.monotonic()
            # the set after the rest has not begun: its set-up checks would say that nobody is seen
            picture = image.copy()
            self.preview.offer(
                picture if resting else draw_live(picture, state, own_record=self.setup.own_record, ghost=self.ghost)
            )

    def _restart(self) -> None:
        old, self._live = self._live, LiveSet(self.setup, folder=self._new_folder())
        # joining its threads takes as long as the current pose, which is too long for the video's thread
        threading.Thread(target=old.close, name="live-close", daemon=True).start()


def _pause(state: LiveState) -> float:
    """Time between two pictures for the browser, seconds; if poses are late, fewer pictures are drawn to leave time for poses."""
    return SPARING_S if 0.0 < state.poses_per_s < PLENTY_POSES_PER_S else 0.0


def ice_servers(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return WebRTC's ICE servers: none, which is right for this computer, unless the settings name some.

    Parameters
    ----------
    settings
        ``FORMCHECK_STUN`` and ``FORMCHECK_TURN`` (addresses, several with commas between), ``FORMCHECK_TURN_USER`` and
        ``FORMCHECK_TURN_PASSWORD``: environment variables, or Streamlit secrets.
    """

    def urls(name: str, scheme: str) -> list[str]:
        given = [part.strip() for part in str(settings.get(name, "")).split(",") if part.strip()]
        return [part if part.startswith(SCHEMES) else f"{scheme}:{part}" for part in given]

    servers: list[dict[str, Any]] = []
    if stun := urls("FORMCHECK_STUN", "stun"):
        servers.append({"urls": stun})
    if turn := urls("FORMCHECK_TURN", "turn"):
        servers.append(
            {
                "urls": turn,
                "username": str(settings.get("FORMCHECK_TURN_USER", "")),
                "credential": str(settings.get("FORMCHECK_TURN_PASSWORD", "")),
            }
        )
    return servers
