"""The queue of analyses: each owner sees their own, it is bounded, and no failure ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from formcheck.app.shared.jobs import MAX_PER_OWNER, UNEXPECTED, JobQueue, JobStatus
from formcheck.support.errors import InputError, UsageError

Progress = Callable[[float, str], None]
WAIT_S = 30.0


class Gate:
    """Work that says when it began, and goes on when it is let."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.open = threading.Event()

    def __call__(self, progress: Progress) -> str:
        self.began.set()
        while not self.open.wait(0.01):
            progress(0.5, "Waiting at the gate")
        return "through"


def end_of(queue: JobQueue, job: str, owner: str) -> JobStatus:
    finished = threading.Event()
    for _ in range(int(WAIT_S / 0.01)):
        status = queue.status(job, owner)
        assert status is not None
        if status.finished:
            return status
        finished.wait(0.01)
    raise AssertionError("the job did not end")


def test_a_job_gives_its_owner_what_it_returned() -> None:
    queue = JobQueue()
    job = queue.submit("anna", lambda progress: 42)
    status = end_of(queue, job, "anna")
    assert (status.state, status.share) == ("done", 1.0)
    assert queue.result(job, "anna") == 42


def test_a_job_is_visible_to_its_owner_only() -> None:
    queue = JobQueue()
    gate = Gate()
    job = queue.submit("anna", gate)
    assert gate.began.wait(WAIT_S)
    assert queue.status(job, "ben") is None
    queue.cancel(job, "ben")
    queue.forget_job(job, "ben")
    queue.forget("ben")
    gate.open.set()
    assert end_of(queue, job, "anna").state == "done"
    assert queue.result(job, "ben") is None


def test_ids_are_long_and_unique() -> None:
    queue = JobQueue(max_waiting=100)
    ids = {queue.submit(f"owner {n}", lambda progress: None) for n in range(50)}
    assert len(ids) == 50
    assert all(len(job) >= 40 for job in ids)


def test_an_expected_error_keeps_its_message_and_its_worker_survives() -> None:
    queue = JobQueue()

    def refuse(progress: Progress) -> None:
        raise InputError("this is no video")

    status = end_of(queue, queue.submit("anna", refuse), "anna")
    assert (status.state, status.error) == ("failed", "this is no video")
    assert end_of(queue, queue.submit("anna", lambda progress: 1), "anna").state == "done"


def test_an_unexpected_error_shows_no_traceback_and_the_worker_lives_on() -> None:
    queue = JobQueue()
    status = end_of(queue, queue.submit("anna", lambda progress: 1 / 0), "anna")
    assert (status.state, status.error) == ("failed", UNEXPECTED)
    assert end_of(queue, queue.submit("anna", lambda progress: 1), "anna").state == "done"


def test_a_running_job_stops_when_it_is_cancelled() -> None:
    queue = JobQueue()
    gate = Gate()
    job = queue.submit("anna", gate)
    assert gate.began.wait(WAIT_S)
    queue.cancel(job, "anna")
    assert end_of(queue, job, "anna").state == "cancelled"


def test_a_waiting_job_knows_its_place_and_never_starts_when_cancelled() -> None:
    queue = JobQueue()
    first, second, third = Gate(), Gate(), Gate()
    one = queue.submit("anna", first)
    assert first.began.wait(WAIT_S)
    two, three = queue.submit("ben", second), queue.submit("carl", third)
    assert queue.status(two, "ben").ahead == 1  # type: ignore[union-attr]
    assert queue.status(three, "carl").ahead == 2  # type: ignore[union-attr]
    queue.cancel(two, "ben")
    assert queue.status(three, "carl").ahead == 1  # type: ignore[union-attr]
    first.open.set()
    third.open.set()
    assert end_of(queue, three, "carl").state == "done"
    assert end_of(queue, one, "anna").state == "done"
    assert not second.began.is_set()


def test_the_queue_is_bounded_in_all_and_for_each_owner() -> None:
    queue = JobQueue(max_waiting=3)
    gates = [Gate() for _ in range(MAX_PER_OWNER)]
    queue.submit("anna", gates[0])
    assert gates[0].began.wait(WAIT_S)
    queue.submit("anna", gates[1])
    with pytest.raises(UsageError, match="already being analyzed"):
        queue.submit("anna", Gate())
    queue.submit("ben", Gate())
    queue.submit("carl", Gate())
    with pytest.raises(UsageError, match="Too many"):
        queue.submit("dora", Gate())
    for owner in ("anna", "ben", "carl"):
        queue.forget(owner)


def test_forgetting_an_owner_ends_and_drops_all_that_is_theirs() -> None:
    queue = JobQueue()
    gate = Gate()
    running = queue.submit("anna", gate)
    assert gate.began.wait(WAIT_S)
    waiting = queue.submit("anna", Gate())
    queue.forget("anna")
    assert queue.status(running, "anna") is None
    assert queue.status(waiting, "anna") is None
    assert end_of(queue, queue.submit("ben", lambda progress: 1), "ben").state == "done"


def test_progress_never_goes_back() -> None:
    queue = JobQueue()
    shares: list[float] = []

    def work(progress: Progress) -> None:
        for share in (0.1, 0.6, 0.3, 0.7):
            progress(share, "At it")
            status = queue.status(job, "anna")
            assert status is not None
            shares.append(status.share)

    ready = threading.Event()
    job = queue.submit("anna", lambda progress: ready.wait(WAIT_S) and work(progress))
    ready.set()
    end_of(queue, job, "anna")
    assert shares == sorted(shares)
    assert all(shown >= reported for shown, reported in zip(shares, [0.1, 0.6, 0.6, 0.7], strict=True))
    assert shares[-1] < 1.0


def test_between_two_reports_the_bar_goes_on_and_the_time_left_counts_down() -> None:
    queue, ready, over = JobQueue(), threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        assert ready.wait(WAIT_S)
        progress(0.5, "At it")
        ready.clear()
        assert over.wait(WAIT_S)

    job = queue.submit("anna", work)
    threading.Event().wait(0.05)
    ready.set()
    seen: list[JobStatus] = []
    while len(seen) < 3:
        status = queue.status(job, "anna")
        if status is not None and status.share >= 0.5:
            seen.append(status)
            threading.Event().wait(0.01)
    over.set()
    assert end_of(queue, job, "anna").state == "done"
    shares, left = [status.share for status in seen], [status.seconds_left for status in seen]
    assert shares == sorted(set(shares))
    assert all(0.5 < share <= 0.75 for share in shares)
    assert left == sorted(set(left), reverse=True)  # type: ignore[type-var]
