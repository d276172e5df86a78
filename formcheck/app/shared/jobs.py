"""Work outside the script's thread: one queue for the whole process, whose jobs only their owners can reach.

Streamlit runs a page's script again at every click. An analysis must not be affected by that: it runs here, and a page asks
for its progress.
"""

from __future__ import annotations

import logging
import math
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from formcheck.support.errors import Cancelled, FormcheckError, UsageError
from formcheck.support.language import tr

State = Literal["waiting", "running", "done", "failed", "cancelled"]
Work = Callable[[Callable[[float, str], None]], Any]

# An analysis takes every core already: two at once would only make both late.
WORKERS = 1
MAX_WAITING = 24
MAX_PER_OWNER = 2
# Before this share is done, an estimate of the time left would jump around.
MIN_SHARE_FOR_ESTIMATE = 0.05
# The bar goes ahead of what the work reported by at most this part of the rest.
MAX_SHARE_AHEAD = 0.5
UNEXPECTED = tr("Something unexpected went wrong. Try again; if it happens again, the server's log has the details.")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobStatus:
    """A job's progress. ``ahead`` is how many jobs run or wait before it; ``seconds_left`` is None while unknown."""

    state: State
    share: float
    stage: str
    ahead: int
    seconds_left: float | None
    error: str | None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed", "cancelled")


@dataclass
class _Job:
    id: str
    owner: str
    work: Work
    state: State = "waiting"
    share: float = 0.0
    stage: str = tr("Waiting")
    started: float = 0.0
    moved: float = 0.0
    shown: float = 0.0
    result: Any = None
    error: str | None = None
    stop: threading.Event = field(default_factory=threading.Event)


class JobQueue:
    """A bounded queue with its worker threads. Every method may be called from any thread."""

    def __init__(self, workers: int = WORKERS, max_waiting: int = MAX_WAITING) -> None:
        """Start the workers; they are daemons, so that the program can end while one works."""
        self._max_waiting = max_waiting
        self._jobs: dict[str, _Job] = {}
        self._waiting: deque[_Job] = deque()
        self._changed = threading.Condition()
        for number in range(workers):
            threading.Thread(target=self._serve, name=f"formcheck-job-{number}", daemon=True).start()

    def submit(self, owner: str, work: Work) -> str:
        """Queue work for an owner; the job's id, which cannot be guessed.

        Parameters
        ----------
        work
            Called with a ``progress(share, stage)`` that raises `Cancelled` once the job was cancelled.

        Raises
        ------
        UsageError
            If the queue is full, or the owner has too many jobs under way.
        """
        with self._changed:
            mine = [job for job in self._jobs.values() if job.owner == owner and job.state in ("waiting", "running")]
            if len(mine) >= MAX_PER_OWNER:
                raise UsageError(tr("One of your videos is already being analyzed. Wait for it, or cancel it first."))
            if len(self._waiting) >= self._max_waiting:
                raise UsageError(tr("Too many videos are waiting right now. Try again in a few minutes."))
            job = _Job(secrets.token_urlsafe(32), owner, work)
            self._jobs[job.id] = job
            self._waiting.append(job)
            self._changed.notify()
        return job.id

    def status(self, job_id: str, owner: str) -> JobStatus | None:
        """The progress of the owner's job; None if the owner has no such job."""
        with self._changed:
            job = self._find(job_id, owner)
            if job is None:
                return None
            running = sum(other.state == "running" for other in self._jobs.values())
            ahead = running + self._waiting.index(job) if job in self._waiting else 0
            return JobStatus(
                state=job.state,
                share=_share_shown(job),
                stage=job.stage,
                ahead=ahead,
                seconds_left=_seconds_left(job),
                error=job.error,
            )

    def result(self, job_id: str, owner: str) -> Any:
        """What the owner's finished job returned; None otherwise."""
        with self._changed:
            job = self._find(job_id, owner)
            return None if job is None else job.result

    def cancel(self, job_id: str, owner: str) -> None:
        """Stop the owner's job at its next report of progress."""
        with self._changed:
            job = self._find(job_id, owner)
            if job is not None:
                self._stop(job)

    def forget(self, owner: str) -> None:
        """Stop and drop all of an owner's jobs."""
        with self._changed:
            for job in [job for job in self._jobs.values() if job.owner == owner]:
                self._stop(job)
                del self._jobs[job.id]

    def forget_job(self, job_id: str, owner: str) -> None:
        """Stop and drop one job."""
        with self._changed:
            job = self._find(job_id, owner)
            if job is not None:
                self._stop(job)
                del self._jobs[job.id]

    def _find(self, job_id: str, owner: str) -> _Job | None:
        job = self._jobs.get(job_id)
        return job if job is not None and secrets.compare_digest(job.owner, owner) else None

    def _stop(self, job: _Job) -> None:
        job.stop.set()
        if job in self._waiting:
            self._waiting.remove(job)
            job.state = "cancelled"

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                job = self._waiting.popleft()
                job.state, job.started, job.stage = "running", time.monotonic(), tr("Reading the video")
                job.moved = job.started
            state, result, error = _carry_out(job)
            with self._changed:
                job.state, job.result, job.error = state, result, error


def _share_shown(job: _Job) -> float:
    """The share done as the bar shows it: between two reports of the work it goes on at the pace so far, more and more slowly.

    Stages such as writing the report say little about themselves; a bar that stands still looks as if it had broken.
    """
    if job.state != "running" or job.share < MIN_SHARE_FOR_ESTIMATE:
        return job.share
    pace = job.share / max(job.moved - job.started, 1e-3)
    rest = MAX_SHARE_AHEAD * (1.0 - job.share)
    ahead = rest * (1.0 - math.exp(-pace * (time.monotonic() - job.moved) / max(rest, 1e-6)))
    job.shown = max(job.shown, job.share + ahead)
    return job.shown


def _seconds_left(job: _Job) -> float | None:
    """The time left, estimated when the work last reported, less what has passed since: it counts down, and never rises."""
    if job.state != "running" or job.share < MIN_SHARE_FOR_ESTIMATE:
        return None
    estimate = (job.moved - job.started) * (1 - job.share) / job.share
    return max(0.0, estimate - (time.monotonic() - job.moved))


def _carry_out(job: _Job) -> tuple[State, Any, str | None]:
    """Do a job's work; return its final state, its result and its error in words."""

    def progress(share: float, stage: str) -> None:
        if job.stop.is_set():
            raise Cancelled("stopped")
        # A bar that moves backward would confuse.
        if share > job.share:
            job.share, job.moved = min(1.0, share), time.monotonic()
        job.stage = stage

    try:
        result = job.work(progress)
        progress(1.0, tr("Done"))
    except Cancelled:
        return "cancelled", None, None
    except FormcheckError as error:
        return "failed", None, str(error)
    except Exception:
        if job.stop.is_set():
            # Its folder was removed while it ran, because no page waits for it any more.
            return "cancelled", None, None
        # The worker must live on for the next job; the log has the traceback.
        _log.exception("an analysis failed")
        return "failed", None, UNEXPECTED
    return "done", result, None
