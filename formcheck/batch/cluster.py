"""The workers of a batch on an existing Dask cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from formcheck.batch.pool import WorkerDied
from formcheck.support.errors import UsageError

if TYPE_CHECKING:
    from formcheck.batch.work import Row, Task

# Within this a scheduler in reach answers, seconds; a worker that loads the libraries takes up to three times as long.
CONNECT_S = 10


def run_on_cluster(tasks: Iterable[Task], scheduler: str) -> Generator[tuple[Task, Row | WorkerDied], None, None]:
    """Yield each task with its row as the cluster's workers finish; the cluster is left running.

    No more tasks are handed out than there are threads: only the video that a worker was analyzing is blamed for its death, and
    given up after as many deaths as Dask's ``distributed.scheduler.allowed-failures`` says.

    Parameters
    ----------
    scheduler
        The address of a running scheduler, like ``tcp://host:8786``.

    Raises
    ------
    UsageError
        If nothing answers at the address, or its workers cannot run formcheck.
    """
    from formcheck.batch.work import analyze

    distributed = _load("distributed")
    waiting = deque(tasks)
    running: dict[Any, Task] = {}
    with _connect(scheduler) as client:
        finished = distributed.as_completed([])

        def hand_out() -> None:
            # at least one, also while the cluster restarts its workers
            free = max(1, sum(client.nthreads().values())) - len(running)
            for _ in range(min(free, len(waiting))):
                task = waiting.popleft()
                future = client.submit(analyze, task, pure=False)
                running[future] = task
                finished.add(future)

        hand_out()
        for future in finished:
            task = running.pop(future)
            hand_out()
            try:
                row = future.result()
            except distributed.KilledWorker:
                row = WorkerDied()
            yield task, row


@contextmanager
def _connect(address: str) -> Iterator[Any]:
    distributed = _load("distributed")
    try:
        client = distributed.Client(address, timeout=CONNECT_S)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"--scheduler {address}: no answer; give a running scheduler's address, like tcp://host:8786") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError as error:
            raise UsageError(f"--scheduler {address}: has no workers; start some with `dask worker {address}`") from error
        try:
            client.submit(_load_worker, pure=False).result(timeout=3 * CONNECT_S)
        except Exception as error:  # whatever the other machine raises comes back here
            raise UsageError(
                f"--scheduler {address}: its workers cannot run formcheck ({error}); install the same version there"
            ) from error
        yield client


def _load(name: str) -> Any:
    """Import a part of Dask: here, as it takes a second, and by name, as it is only half annotated."""
    return import_module(name)


def _load_worker() -> None:
    """Import what a worker needs, on the worker."""
    import formcheck.batch.work  # noqa: F401
