"""The workers of a batch: processes of this machine, or a Dask cluster that is there already."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from formcheck.pose.tracker import count_workers
from formcheck.support.errors import UsageError

# A video whose worker died this often is blamed for it; a fourth worker is not risked.
ALLOWED_FAILURES = 3
CONNECT_S = 10
_LOOPBACK = "127.0.0.1"


@contextmanager
def open_client(scheduler: str | None = None, workers: int | None = None) -> Iterator[Any]:
    """Yield a connected ``distributed.Client``; a local cluster ends with the block, a given one stays.

    Parameters
    ----------
    scheduler
        The address of a running scheduler (``tcp://host:8786``); None starts a cluster on this machine.
    workers
        How many processes the local cluster has, each with one thread; one a core by default.

    Raises
    ------
    UsageError
        If nobody answers at the address, or its workers cannot run formcheck.
    """
    # not imported above, as it takes a second; by name, as it is only half annotated
    distributed: Any = import_module("distributed")
    dask: Any = import_module("dask")
    if scheduler is not None:
        with _connect(scheduler) as client:
            yield client
        return
    settings = {
        "distributed.scheduler.allowed-failures": ALLOWED_FAILURES,
        # no dashboard, and nothing else to see by HTTP
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        # The workers' profiler asks for the stacks of all threads, in which CPython before 3.11.9 can lock up for good when a
        # thread ends meanwhile (python/cpython#106883).
        "distributed.worker.profile.enabled": False,
        # What Dask gives by default, but for the threshold at which the C library returns memory: handing pages back and forth with
        # every frame took a fifth of the time. `release_memory` returns them after each video.
        "distributed.nanny.pre-spawn-environ": dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), 1),
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=count_workers(workers),
            threads_per_worker=1,
            processes=True,
            host=_LOOPBACK,
            dashboard_address=f"{_LOOPBACK}:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@contextmanager
def _connect(address: str) -> Iterator[Any]:
    distributed: Any = import_module("distributed")
    try:
        client = distributed.Client(address, timeout=CONNECT_S)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"--scheduler {address}: nobody answers; give a running one's address, like tcp://host:8786") from error
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


def _load_worker() -> None:
    """Import what a worker needs, on the worker."""
    import formcheck.batch.work  # noqa: F401


def count_threads(client: Any) -> int:
    """Return how many videos the cluster works on at once; at least one, also while it restarts its workers."""
    threads: dict[str, int] = client.nthreads()
    return max(1, sum(threads.values()))
