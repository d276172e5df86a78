"""Long work in a process of its own: its memory is freed for certain, pages do not slow it down, and a crash costs one job.

The decoders and landmarkers are native code that reads strangers' files. They run beside the server here, never in it. Their
results go to disk; the processes exchange only JSON about progress and outcome, so even if a file takes over its process, the
server reads nothing from it but text.
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
from formcheck.support.language import tr
from formcheck.support.memory import use_few_heaps
from formcheck.support.progress import Progress

# One for the queue of analyses, and one for corrections at the same time.
LIMIT = 2
# An idle process ends after this long; until then the next task is spared the second or two of loading.
IDLE_S = 60.0
# A process is replaced after this many tasks, so that a leak cannot grow.
MAX_TASKS = 12
# How often to check whether the task was cancelled.
POLL_S = 0.2
# Counted in polls, not by a clock: a laptop that slept did no work either.
MAX_SILENT_POLLS = int(600 / POLL_S)
SEND_EVERY_S = 0.1
# An unexpected error is reported with its traceback; no line is longer.
MAX_LINE = 2**20
END_S = 5.0
BROKE_OFF = tr(
    "The analysis stopped halfway: the program that reads the video crashed. Either the file is "
    "damaged, or this computer is low on memory. Close other programs and try again; if it happens "
    "again, film the set again."
)
STUCK = tr(
    "The analysis made no progress, so it was stopped. Try again; if it happens again, trim the video or film the set again."
)

_log = logging.getLogger(__name__)
_ERRORS = {kind.__name__: kind for kind in (FormcheckError, UsageError, InputError, OutputError, ModelError)}
# The path comes first: the process must import what the server imports, and nothing from the folder it is started in.
_START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from "
    "formcheck.app.shared.worker_process import serve; serve()"
)


class TaskError(RuntimeError):
    """A task failed unexpectedly; the text is its traceback."""


class _NotBegunError(Exception):
    """The process ended before it took its task."""


class Helpers:
    """A few processes for tasks, kept for a while for the next ones. Every method may be called from any thread."""

    def __init__(self, limit: int = LIMIT, idle_s: float = IDLE_S) -> None:
        """Start nothing yet: a process starts with the first task; there are never more than ``limit``."""
        self._idle_s = idle_s
        self._free = threading.Semaphore(limit)
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._busy: list[_Process] = []

    def run(self, task: Callable[..., object], *arguments: Any, progress: Progress) -> None:
        """Do a task as soon as a process is free; the task writes its results to disk.

        Parameters
        ----------
        task
            A function of a module, called with the arguments and a progress callback of its own.
        arguments
            Anything that `pickle` can write.
        progress
            Called here with the share done and the stage, and again every `POLL_S` while nothing changes. If it raises, the
            process is ended and the exception is raised.

        Raises
        ------
        FormcheckError
            What the task raised, in its words, or that its process crashed.
        TaskError
            If the task raised any other error.
        """
        order = pickle.dumps((task, arguments))
        message: dict[str, Any] | None = None
        while not self._free.acquire(timeout=POLL_S):
            progress(0.0, tr("Waiting"))
        try:
            while message is None:
                process = self._take()
                try:
                    message = process.carry_out(order, progress)
                except _NotBegunError:  # it ended while idle: a new process takes the task
                    if process.tasks == 1:
                        raise FormcheckError(BROKE_OFF) from None
                finally:
                    self._put_back(process, usable=message is not None and process.tasks < MAX_TASKS)
        finally:
            self._free.release()
        if "unexpected" in message:
            raise TaskError(message["unexpected"])
        if "error" in message:
            raise _ERRORS.get(message["error"], FormcheckError)(message["words"])

    def warm(self, task: Callable[..., object]) -> None:
        """Do a task that loads libraries in a process for the next one, unless a process is there already; return at once."""
        with self._lock:
            if self._idle or self._busy:
                return
        threading.Thread(target=self._warm, args=(task,), name="formcheck-warm", daemon=True).start()

    def _warm(self, task: Callable[..., object]) -> None:
        try:
            self.run(task, progress=lambda share, stage: None)
        except (FormcheckError, TaskError) as error:  # the next task meets the same error, and reports it
            _log.info("a process could not load its libraries ahead: %s", error)

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        with self._lock:
            processes = [*self._idle, *self._busy]
            self._idle.clear()
        for process in processes:
            process.end()

    def _take(self) -> _Process:
        """An idle process, or a new one if there is none."""
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
        """End a process that has been idle since its last task."""
        with self._lock:
            if process not in self._idle or process.tasks != tasks:
                return
            self._idle.remove(process)
        process.end()


class _Process:
    """A process as seen from the server. It ends by itself when the server is gone, because its standard input closes."""

    def __init__(self) -> None:
        self.tasks = 0
        # Standard error is the server's own, so that what libraries print is in its log.
        self._popen = subprocess.Popen([sys.executable, "-P", "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._receive, name="formcheck-apart", daemon=True).start()
        self._write(pickle.dumps(sys.path))

    def carry_out(self, order: bytes, progress: Progress) -> dict[str, Any]:
        """Give it a task, and pass on its progress until it reports how the task ended."""
        self.tasks += 1
        self._write(order)
        share, stage, silent, begun = 0.0, tr("Reading the video"), 0, False
        while True:
            try:
                message = self._messages.get(timeout=POLL_S)
            except queue.Empty:
                silent += 1
                if silent > MAX_SILENT_POLLS:
                    raise FormcheckError(STUCK) from None
                progress(share, stage)  # which raises if the task was cancelled
                continue
            if message is None:
                _log.warning("a process that works on videos has ended, with code %s", self._wait())
                raise FormcheckError(BROKE_OFF) if begun else _NotBegunError
            if "share" not in message:
                return message
            share, stage, silent, begun = float(message["share"]), str(message["stage"]), 0, True
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
        with suppress(OSError):  # it has ended, which `_receive` notices at once
            self._popen.stdin.write(content)
            self._popen.stdin.flush()

    def _receive(self) -> None:
        """Read its lines until they end, or until one is not ours."""
        assert self._popen.stdout is not None
        with self._popen.stdout as lines, suppress(ValueError):
            while line := lines.readline(MAX_LINE):
                self._messages.put(json.loads(line))
        self._messages.put(None)


# --- in the helper's process ---


def serve() -> None:
    """Do the tasks that come in, one after the other, until the server is gone."""
    import faulthandler

    lines = os.fdopen(os.dup(1), "w", buffering=1, encoding="ascii")
    os.dup2(2, 1)  # what libraries print must not mix with our lines
    faulthandler.enable()
    use_few_heaps()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the server; this process ends with it
    if sys.platform == "linux":
        with suppress(OSError):  # if memory runs out, this process is killed and not the server
            Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    orders: queue.Queue[tuple[Callable[..., object], tuple[Any, ...]]] = queue.Queue()
    threading.Thread(target=_take_orders, args=(sys.stdin.buffer, orders), name="formcheck-orders", daemon=True).start()
    while True:
        task, arguments = orders.get()
        _send(lines, **_carry_out(task, arguments, _report_to(lines)))


def _take_orders(source: BinaryIO, orders: queue.Queue[Any]) -> None:
    try:
        while True:
            orders.put(pickle.load(source))
    except Exception:
        # The server is gone, or the task cannot be loaded; the server notices that this process ends.
        if sys.exc_info()[0] is not EOFError:
            traceback.print_exc()
        os._exit(0)


def _carry_out(task: Callable[..., object], arguments: tuple[Any, ...], progress: Progress) -> dict[str, Any]:
    try:
        progress(0.0, tr("Reading the video"))
        task(*arguments, progress)
    except FormcheckError as error:
        return {"error": type(error).__name__, "words": str(error)}
    except Exception:
        return {"unexpected": traceback.format_exc()}
    return {"done": True}


def _report_to(lines: TextIO) -> Progress:
    """A progress callback that reports each new stage at once, and otherwise ten times a second at most."""
    sent_at, message = 0.0, ""

    def progress(share: float, stage: str) -> None:
        nonlocal sent_at, message
        now = time.monotonic()
        if stage != message or now - sent_at >= SEND_EVERY_S:
            sent_at, message = now, stage
            _send(lines, share=share, stage=stage)

    return progress


def _send(lines: TextIO, **message: Any) -> None:
    try:
        lines.write(json.dumps(message) + "\n")
    except OSError:
        os._exit(0)  # the server no longer reads
