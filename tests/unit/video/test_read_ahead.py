"""Pictures are read ahead on another thread: none is lost, an error arrives, and nothing keeps running."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from formcheck.video.read_ahead import read_ahead


class Source:
    """Yields numbers; notes how many were made, and the thread that closed it."""

    def __init__(self, count: int, error_at: int | None = None) -> None:
        self.made = 0
        self.closed_by = ""
        self._count, self._error_at = count, error_at

    def read(self) -> Generator[int]:
        try:
            for number in range(self._count):
                if number == self._error_at:
                    raise OSError("the disk is gone")
                self.made += 1
                yield number
        finally:
            self.closed_by = threading.current_thread().name


@pytest.mark.parametrize("ahead", [1, 3, 100])
def test_everything_arrives_in_order(ahead: int) -> None:
    source = Source(20)
    assert list(read_ahead(source.read(), ahead)) == list(range(20))
    assert source.closed_by.startswith("ahead")


def test_an_error_arrives_after_what_was_read_before_it() -> None:
    ahead = read_ahead(Source(10, error_at=4).read(), 2)
    assert [next(ahead) for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(OSError, match="the disk is gone"):
        next(ahead)


def test_a_reader_that_stops_early_leaves_nothing_running() -> None:
    source, threads = Source(1000), threading.active_count()
    ahead = read_ahead(source.read(), 2)
    assert [next(ahead) for _ in range(5)] == [0, 1, 2, 3, 4]
    ahead.close()
    assert source.closed_by.startswith("ahead")
    assert threading.active_count() == threads
    assert source.made <= 5 + 2 + 1
