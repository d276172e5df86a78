"""A live set in an OpenCV window, or without one, and its sounds in the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from formcheck.cli.console import as_is
from formcheck.live.draw import draw_live
from formcheck.live.set import LiveSet
from formcheck.live.source import CameraLost, LiveFrame, read_camera, read_source
from formcheck.live.state import CueKind, LiveSetup, LiveState
from formcheck.report.schema import SetReport
from formcheck.support.errors import FormcheckError, InputError, OutputError
from formcheck.support.progress import Progress
from formcheck.support.workspace import Workspace
from formcheck.video.frames import Image

if TYPE_CHECKING:
    from formcheck.cli.live import SourceOptions

WINDOW = "formcheck"
NO_SCREEN = "no window can be opened here; add --headless, or use `formcheck app` in a browser"
# As OpenCV numbers keys; 27 is Escape.
STOP_KEYS = (27, ord("q"), ord("s"), ord(" "))
# The last picture stays for this long, so that the end can be seen.
END_SHOWN_MS = 1500
# The terminal's bell: once for a repetition, twice for a fault.
BELLS: dict[CueKind, str] = {"count": "\a", "tick": "\a", "go": "\a", "end": "\a", "fault": "\a\a"}
BEAT_S = 1.0

Show = Callable[[Image, LiveState], bool]
"""Shows a frame; returns whether the person asks to stop."""


class Window:
    """An OpenCV window."""

    def __init__(self, own_record: float | None) -> None:
        """Open it.

        Raises
        ------
        OutputError
            If there is no screen.
        """
        self._own_record = own_record
        # without a screen, OpenCV's window library ends the program instead of raising
        if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise OutputError(NO_SCREEN)
        try:
            cv2.namedWindow(WINDOW, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO)
        except cv2.error as error:
            raise OutputError(NO_SCREEN) from error

    def show(self, image: Image, state: LiveState) -> bool:
        """Draw a frame; return whether a key or the window's button asks to stop."""
        picture = draw_live(image.copy(), state, own_record=self._own_record)
        cv2.imshow(WINDOW, np.ascontiguousarray(picture[:, :, ::-1]))
        key = cv2.waitKey(1) & 0xFF
        return key in STOP_KEYS or cv2.getWindowProperty(WINDOW, cv2.WND_PROP_VISIBLE) < 1

    def close(self) -> None:
        """Show the last picture for a moment, then close."""
        cv2.waitKey(END_SHOWN_MS)
        cv2.destroyWindow(WINDOW)


def film_set(
    setup: LiveSetup,
    frames: Iterable[LiveFrame],
    show: Show | None = None,
    *,
    quiet: bool = False,
    inline: bool = False,
    folder: Path | None = None,
) -> LiveSet:
    """Film one set from ``frames`` and return it, ended; the caller analyzes and closes it.

    An error of the source ends the set: what was filmed before it is kept.

    Parameters
    ----------
    show
        Called with every frame.
    quiet
        Whether to print no cues.
    inline
        Whether to analyze every frame, however long it takes.
    folder
        For the recording, as `LiveSet` takes it.

    Raises
    ------
    Exception
        What the source raises before its first frame.
    InputError
        If the source has no frame.
    """
    live = LiveSet(setup, inline=inline, folder=folder)
    printed = beats = 0
    try:
        try:
            for image, time_s in _until_broken(frames):
                state = live.push(image, time_s)
                if not quiet:
                    printed = _print_cues(state, printed)
                    beats = _beat(state, beats) if setup.test else beats
                if (show and show(live.fit(image), state)) or state.stage == "ended":
                    break
            live.stop("stopped")
        except CameraLost as lost:
            live.stop("camera")
            print(f"formcheck: {lost}", file=sys.stderr)
        except KeyboardInterrupt:
            live.stop("stopped")
        state = live.settle()
        if not quiet:
            _print_cues(state, printed)
        if live.error is not None:
            raise live.error
        if state.frames_per_s == 0.0:
            raise InputError("no picture came; check the camera or the file")
    except BaseException:
        live.close()
        raise
    return live


def _until_broken(frames: Iterable[LiveFrame]) -> Iterator[LiveFrame]:
    """Yield the frames; what breaks their source after the first is `CameraLost`, whatever it was."""
    begun = False
    try:
        for frame in frames:
            begun = True
            yield frame
    except CameraLost:
        raise
    except Exception as error:
        if not begun:
            raise
        reason = str(error) if isinstance(error, FormcheckError) else f"{type(error).__name__}: {error}"
        raise CameraLost(f"the pictures broke off ({reason[:200]}); the reps so far are kept") from error


def _print_cues(state: LiveState, printed: int) -> int:
    """Print the new cues, each with a sound on a terminal; return the number of the last one."""
    for cue in state.cues:
        if cue.number > printed and (cue.text or cue.kind == "tick"):
            bell = BELLS.get(cue.kind, "") if sys.stderr.isatty() else ""
            print(bell + (f"{cue.time_s:7.1f} s  {cue.text}\n" if cue.text else ""), end="", file=as_is(sys.stderr), flush=True)
    return max([printed, *(cue.number for cue in state.cues)])


def _beat(state: LiveState, beats: int) -> int:
    """Sound the metronome of the heel-raise test, sixty beats a minute; return how many beats there have been."""
    if state.stage != "running" or state.running_since_s is None:
        return beats
    due = int((state.time_s - state.running_since_s) / BEAT_S)
    if due > beats and sys.stderr.isatty():
        print(BELLS["tick"], end="", file=as_is(sys.stderr), flush=True)
    return due


def film_and_analyze(setup: LiveSetup, source: SourceOptions, *, quiet: bool, progress: Progress | None) -> SetReport:
    """Film one set, analyze its recording, and return the report; the recording is deleted unless it is to be kept."""
    window = None if source.headless else Window(setup.own_record)
    frames = read_source(source.source) if source.source is not None else read_camera(source.camera)
    # its folder is removed even after a crash: by the next formcheck that starts
    with closing(Workspace()) as workspace:
        try:
            live = film_set(setup, frames, window.show if window else None, quiet=quiet, folder=workspace.new_folder())
        finally:
            if window:
                window.close()
        try:
            if source.keep is not None:
                live.keep(source.keep)
            return live.analyze(progress).report
        finally:
            live.close()
