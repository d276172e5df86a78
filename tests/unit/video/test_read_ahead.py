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
    with read_ahead(source.read(), ahead) as numbers:
        assert list(numbers) == list(range(20))
    assert source.closed_by.startswith("ahead")


def test_an_error_arrives_after_what_was_read_before_it() -> None:
    with read_ahead(Source(10, error_at=4).read(), 2) as numbers:
        assert [next(numbers) for _ in range(4)] == [0, 1, 2, 3]
        with pytest.raises(OSError, match="the disk is gone"):
            next(numbers)


def test_the_first_items_are_made_before_anything_is_taken() -> None:
    source, made = Source(1000), threading.Event()

    def read() -> Generator[int]:
        for number in source.read():
            yield number
            made.set()

    with read_ahead(read(), 2):
        assert made.wait(10.0)
    assert 2 <= source.made <= 3


@pytest.mark.parametrize("taken", [0, 5])
def test_a_reader_that_stops_early_leaves_nothing_running(taken: int) -> None:
    source, threads = Source(1000), threading.active_count()
    with read_ahead(source.read(), 2) as numbers:
        assert [next(numbers) for _ in range(taken)] == list(range(taken))
    assert threading.active_count() == threads
    assert source.made <= taken + 2 + 1


def test_an_error_of_the_caller_ends_the_reading() -> None:
    source, threads = Source(1000), threading.active_count()
    with pytest.raises(ValueError, match="no model"), read_ahead(source.read(), 2):
        raise ValueError("no model")
    assert threading.active_count() == threads
    assert source.made <= 2 + 1
