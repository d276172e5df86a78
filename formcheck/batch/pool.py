"""The workers of a batch on this machine: processes that only their parent can talk to.

Each worker has an unnamed pipe of its own and listens nowhere, so that no other account can reach it. The pools of
``concurrent.futures`` and pebble share one queue among their workers: one that is killed while it holds the queue's lock stops all.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Generator, Iterable
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from formcheck.batch.work import Row, Task

# A video is given up when this many workers have died with it.
MAX_DEATHS = 4
# A killed process is gone within this, seconds, unless the disk hangs: then the batch ends without waiting for it.
END_S = 5.0
# The libraries' own threads: there is a worker for each core already.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Started afresh: a forked copy would hold the locks of threads that it does not have.
_FRESH = multiprocessing.get_context("spawn")


class WorkerDied(Exception):  # noqa: N818 - news about a video, put into its row
    """Every worker that was given a video died with it."""


def run_local(tasks: Iterable[Task], workers: int) -> Generator[tuple[Task, Row | WorkerDied], None, None]:
    """Yield each task with its row as ``workers`` processes finish; all of them end with the iteration.

    A task whose worker dies is given to another one, up to `MAX_DEATHS` times.

    Raises
    ------
    Exception
        What `formcheck.batch.work.analyze` raises: it concerns every video.
    """
    waiting, deaths = deque(tasks), dict[int, int]()
    running: dict[Connection, tuple[_Worker, Task]] = {}
    idle: list[_Worker] = []
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                worker = idle.pop() if idle else _Worker()
                if worker.begin(waiting[0]):
                    running[worker.pipe] = worker, waiting.popleft()
                else:
                    worker.end()
            for pipe in wait(list(running)):
                assert isinstance(pipe, Connection)
                worker, task = running.pop(pipe)
                answer = worker.finish()
                if answer is not None:
                    idle.append(worker)
                    if isinstance(answer, Exception):
                        raise answer
                    yield task, answer
                    continue
                worker.end()
                deaths[id(task)] = deaths.get(id(task), 0) + 1
                if deaths[id(task)] < MAX_DEATHS:
                    waiting.appendleft(task)
                else:
                    yield task, WorkerDied()
    finally:
        for worker in (*idle, *(worker for worker, _ in running.values())):
            worker.end()


class _Worker:
    """One process, and our end of its pipe."""

    def __init__(self) -> None:
        self.pipe, theirs = _FRESH.Pipe()
        self._process = _FRESH.Process(target=_serve, args=(theirs,), daemon=True, name="formcheck-batch")
        self._process.start()
        theirs.close()

    def begin(self, task: Task) -> bool:
        """Hand over a task; False if the process is gone."""
        try:
            self.pipe.send(task)
        except OSError:
            return False
        return True

    def finish(self) -> Row | Exception | None:
        """Return the row, or what is wrong with every video; None if the process died."""
        try:
            answer: Row | Exception = self.pipe.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            return None
        return answer

    def end(self) -> None:
        """Stop the process, whatever it is doing."""
        self._process.kill()
        self._process.join(END_S)
        self.pipe.close()


def _serve(pipe: Connection) -> None:
    """Analyze what comes through the pipe until the other end is closed, as it is when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches us too: the parent decides what follows
    os.environ.update(ONE_THREAD)  # before the libraries that read it are loaded
    from formcheck.batch.work import analyze

    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        answer: Row | Exception
        try:
            answer = analyze(task)
        except Exception as error:
            answer = error
        try:
            pipe.send(answer)
        except OSError:
            return
