"""Long work in a process of its own: its memory returns for certain, pages do not hold it up, and a crash costs one job.

The decoders and landmarkers are native code that reads files of strangers. Here they run beside the server, never in it. What they
make goes to disk; between the processes there is only JSON with how far it is and how it ended, so that whatever a file made of
its process, the server reads nothing from it but words.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from formcheck.support.errors import FormcheckError, InputError, ModelError, OutputError, UsageError
from formcheck.support.memory import use_few_heaps
from formcheck.support.progress import Progress

# One for the queue of analyses, and one for corrections meanwhile.
LIMIT = 2
# One that has had nothing to do for this long ends; until then the next task is spared the second or two of loading.
IDLE_S = 60.0
# What grows in a process all the same goes with it after so many tasks.
MAX_TASKS = 12
# How often one looks up whether the task was cancelled.
POLL_S = 0.2
# Counted in looks, not by a clock: a laptop that slept meanwhile did not work either.
MAX_SILENT_POLLS = int(600 / POLL_S)
SAID_EVERY_S = 0.1
# An unexpected error is told with its traceback; nothing that is said is longer.
MAX_LINE = 2**20
END_S = 5.0
BROKE_OFF = (
    "The work on this video broke off: the program that reads it ended in the middle. Either the file is damaged, or this computer "
    "has too little memory free. Close other programs and try again; if it happens again, film the set anew."
)
STUCK = (
    "The work on this video does not get on, so it was ended. Try again; if it happens again, cut the video, or film the set anew."
)

_log = logging.getLogger(__name__)
_ERRORS = {kind.__name__: kind for kind in (FormcheckError, UsageError, InputError, OutputError, ModelError)}
# The path first: the helper must find what the server finds, and nothing in the folder that it happens to be started in.
_START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from formcheck.app.shared.worker_process import serve; serve()"
)


class TaskError(RuntimeError):
    """A task failed in a way that nobody expected; the text is its traceback."""


class _NotBegunError(Exception):
    """The process ended before it took its task."""


class Helpers:
    """A few processes for tasks, which are kept for the next ones for a while. Every method may be called from any thread."""

    def __init__(self, limit: int = LIMIT, idle_s: float = IDLE_S) -> None:
        """Start nothing yet: a process begins with the first task; there are never more than ``limit``."""
        self._idle_s = idle_s
        self._room = threading.Semaphore(limit)
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._busy: list[_Process] = []

    def run(self, task: Callable[..., object], *arguments: Any, progress: Progress) -> None:
        """Do a task, as soon as there is room for it; what it makes, it writes to disk.

        Parameters
        ----------
        task
            A function of a module, called with the arguments and a progress callback of its own.
        arguments
            What `pickle` can write.
        progress
            Called here with the share done and the stage, and again every moment while nothing changes. What it raises ends the
            process, and is raised.

        Raises
        ------
        FormcheckError
            What the task raised, in its words, or that its process broke off.
        TaskError
            If the task raised anything else.
        """
        order = pickle.dumps((task, arguments))
        said: dict[str, Any] | None = None
        while not self._room.acquire(timeout=POLL_S):
            progress(0.0, "Waiting")
        try:
            while said is None:
                process = self._take()
                try:
                    said = process.carry_out(order, progress)
                except _NotBegunError:  # it ended while it had nothing to do: another one begins anew
                    if process.tasks == 1:
                        raise FormcheckError(BROKE_OFF) from None
                finally:
                    self._put_back(process, usable=said is not None and process.tasks < MAX_TASKS)
        finally:
            self._room.release()
        if "unexpected" in said:
            raise TaskError(said["unexpected"])
        if "error" in said:
            raise _ERRORS.get(said["error"], FormcheckError)(said["words"])

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        with self._lock:
            processes = [*self._idle, *self._busy]
            self._idle.clear()
        for process in processes:
            process.end()

    def _take(self) -> _Process:
        """A process that has nothing to do; a new one where there is none."""
        with self._lock:
            process = self._idle.pop() if self._idle else _Process()
            self._busy.append(process)
            return process

    def _put_back(self, process: _Process, *, usable: bool) -> None:
        with self._lock:
            self._busy.remove(process)
            if usable:
                self._idle.append(process)
        if not usable:
            process.end()
            return
        timer = threading.Timer(self._idle_s, self._retire, (process, process.tasks))
        timer.daemon = True
        timer.start()

    def _retire(self, process: _Process, tasks: int) -> None:
        """End a process that has had nothing to do since its last task."""
        with self._lock:
            if process not in self._idle or process.tasks != tasks:
                return
            self._idle.remove(process)
        process.end()


class _Process:
    """A process as seen from here. It ends by itself when this one is gone: then its standard input is at its end."""

    def __init__(self) -> None:
        self.tasks = 0
        # Standard error stays the server's own: what libraries say stands in its log.
        self._popen = subprocess.Popen([sys.executable, "-P", "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._hear, name="formcheck-apart", daemon=True).start()
        self._write(pickle.dumps(sys.path))

    def carry_out(self, order: bytes, progress: Progress) -> dict[str, Any]:
        """Give it a task, and pass on what it says of its progress until it says how the task ended."""
        self.tasks += 1
        self._write(order)
        share, stage, silent, begun = 0.0, "Reading the video", 0, False
        while True:
            try:
                said = self._said.get(timeout=POLL_S)
            except queue.Empty:
                silent += 1
                if silent > MAX_SILENT_POLLS:
                    raise FormcheckError(STUCK) from None
                progress(share, stage)  # which raises where it was cancelled
                continue
            if said is None:
                _log.warning("a process that works on videos has ended, with code %s", self._wait())
                raise FormcheckError(BROKE_OFF) if begun else _NotBegunError
            if "share" not in said:
                return said
            share, stage, silent, begun = float(said["share"]), str(said["stage"]), 0, True
            progress(share, stage)

    def end(self) -> None:
        """End it at once, and wait until it is gone."""
        self._popen.kill()
        self._wait()
        assert self._popen.stdin is not None
        with suppress(OSError):
            self._popen.stdin.close()

    def _wait(self) -> int | None:
        try:
            return self._popen.wait(END_S)
        except subprocess.TimeoutExpired:
            return None

    def _write(self, content: bytes) -> None:
        assert self._popen.stdin is not None
        with suppress(OSError):  # it has ended, which is heard at once
            self._popen.stdin.write(content)
            self._popen.stdin.flush()

    def _hear(self) -> None:
        """Read its lines until there are no more, or one that is none of ours."""
        assert self._popen.stdout is not None
        with self._popen.stdout as lines, suppress(ValueError):
            while line := lines.readline(MAX_LINE):
                self._said.put(json.loads(line))
        self._said.put(None)


# --- in the helper's process ---


def serve() -> None:
    """Do the tasks that come in, one after the other, until nobody is there any more to give one."""
    import faulthandler

    lines = os.fdopen(os.dup(1), "w", buffering=1, encoding="ascii")
    os.dup2(2, 1)  # what libraries print must not get between the lines
    faulthandler.enable()
    use_few_heaps()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is meant for the server, whose end is ours
    if sys.platform == "linux":
        with suppress(OSError):  # where memory runs out, this process goes and not the server
            Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    orders: queue.Queue[tuple[Callable[..., object], tuple[Any, ...]]] = queue.Queue()
    threading.Thread(target=_take_orders, args=(sys.stdin.buffer, orders), name="formcheck-orders", daemon=True).start()
    while True:
        task, arguments = orders.get()
        _say(lines, **_carry_out(task, arguments, _report_to(lines)))


def _take_orders(source: BinaryIO, orders: queue.Queue[Any]) -> None:
    try:
        while True:
            orders.put(pickle.load(source))
    except Exception:
        # The server is gone, or what it wants cannot be loaded: it hears the end of this process.
        if sys.exc_info()[0] is not EOFError:
            traceback.print_exc()
        os._exit(0)


def _carry_out(task: Callable[..., object], arguments: tuple[Any, ...], progress: Progress) -> dict[str, Any]:
    try:
        progress(0.0, "Reading the video")
        task(*arguments, progress)
    except FormcheckError as error:
        return {"error": type(error).__name__, "words": str(error)}
    except Exception:
        return {"unexpected": traceback.format_exc()}
    return {"done": True}


def _report_to(lines: TextIO) -> Progress:
    """A progress callback that says a stage's beginning, and then only what is new to the eye."""
    said_at, said = 0.0, ""

    def progress(share: float, stage: str) -> None:
        nonlocal said_at, said
        now = time.monotonic()
        if stage != said or now - said_at >= SAID_EVERY_S:
            said_at, said = now, stage
            _say(lines, share=share, stage=stage)

    return progress


def _say(lines: TextIO, **said: Any) -> None:
    try:
        lines.write(json.dumps(said) + "\n")
    except OSError:
        os._exit(0)  # nobody listens any more
