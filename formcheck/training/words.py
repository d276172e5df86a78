"""Small numbers and days in words."""

from __future__ import annotations

from datetime import date

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def count_in_words(number: int) -> str:
    """A small number as a word, such as "two"; a larger one in digits."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def name_day(day: date) -> str:
    """A day of this year, such as "3 March"."""
    return f"{day.day} {day:%B}"
