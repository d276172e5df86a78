"""Numbers in words, in the process's language."""

from __future__ import annotations

from formcheck.support.language import tr

# fmt: off
NUMBERS = (
    tr("zero"), tr("one"), tr("two"), tr("three"), tr("four"), tr("five"), tr("six"), tr("seven"), tr("eight"), tr("nine"),
    tr("ten"), tr("eleven"), tr("twelve"), tr("thirteen"), tr("fourteen"), tr("fifteen"), tr("sixteen"), tr("seventeen"),
    tr("eighteen"), tr("nineteen"), tr("twenty"),
)
TENS = {
    20: tr("twenty"), 30: tr("thirty"), 40: tr("forty"), 50: tr("fifty"), 60: tr("sixty"), 70: tr("seventy"), 80: tr("eighty"),
    90: tr("ninety"),
}
# fmt: on
# A count beyond this is written in digits.
LARGEST_WORD = 12


def say_number(number: int) -> str:
    """Return a number in words, up to ninety-nine; digits beyond."""
    if number <= 20:
        return NUMBERS[number]
    if number >= 100:
        return str(number)
    tens, ones = number // 10 * 10, number % 10
    return tr("{tens}-{ones}").format(tens=TENS[tens], ones=NUMBERS[ones]) if ones else TENS[tens]


def count_in_words(count: int) -> str:
    """Return a small count as a word, such as "two" or "no"; a larger one in digits."""
    return tr("no") if count == 0 else NUMBERS[count] if 0 < count <= LARGEST_WORD else str(count)
