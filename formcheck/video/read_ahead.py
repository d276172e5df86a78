"""Read a few frames ahead on a thread of its own, so that decoding and what is done with the frames use different cores."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def read_ahead(items: Generator[T], count: int) -> Iterator[Iterator[T]]:
    """Provide what a generator yields; up to ``count`` items more are made meanwhile, the first ones from this call on.

    The generator runs on the other thread throughout, its exceptions are raised by the iterator, and it is closed on that thread
    when the context ends, even if the caller stops early.
    """
    ready: SimpleQueue[tuple[T] | None] = SimpleQueue()
    free, stopped = threading.Semaphore(count), threading.Event()

    def make() -> None:
        try:
            with closing(items):
                for item in items:
                    free.acquire()
                    if stopped.is_set():
                        return
                    ready.put((item,))
        finally:
            ready.put(None)

    def take(made: Future[None]) -> Iterator[T]:
        while (found := ready.get()) is not None:
            yield found[0]
            free.release()
        made.result()

    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        made = thread.submit(make)
        try:
            yield take(made)
        finally:
            stopped.set()
            free.release()
