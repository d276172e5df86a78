"""The words of the programme's data file for a translator, as Babel asks for them (`make messages`)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

# The entries whose text stands on pages; the answers of a question stand under names of their own.
SHOWN = frozenset({"title", "short", "how", "for_whom", "question", "where", "when", "why", "text", "note", "parts"})
ANSWERS = "options"


def extract_words(
    file: BinaryIO, _keywords: Sequence[str], _comment_tags: Sequence[str], options: Mapping[str, str]
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield the shown texts of a TOML file, each with the line on which it stands: a method of extraction for Babel."""
    text = file.read().decode("utf-8")
    lines = text.splitlines()
    for words in dict.fromkeys(_list_words(tomllib.loads(text))):
        line = next((number for number, line in enumerate(lines, start=1) if words in line), 1)
        yield line, None, words, []


def _list_words(part: object, name: str = "") -> Iterator[str]:
    if isinstance(part, str):
        if name in SHOWN and part:
            yield part
    elif isinstance(part, Mapping):
        for key, value in part.items():
            shown = name == ANSWERS or (key == ANSWERS and isinstance(value, Mapping))
            yield from _list_words(value, ("text" if name == ANSWERS else ANSWERS) if shown else key)
    elif isinstance(part, Sequence):
        for value in part:
            yield from _list_words(value, name)
