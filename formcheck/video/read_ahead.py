"""Read a few frames ahead on a thread of its own, so that decoding and what is done with the frames use different cores."""

from __future__ import annotations

import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


def read_ahead(items: Generator[T], count: int) -> Generator[T]:
    """Yield what a generator yields; up to ``count`` items more are made meanwhile. Its exceptions are raised here.

    The generator runs on the other thread throughout and is closed there, even if the caller stops early.
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

    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        made = thread.submit(make)
        try:
            while (found := ready.get()) is not None:
                yield found[0]
                free.release()
            made.result()
        finally:
            stopped.set()
            free.release()
