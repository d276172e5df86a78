"""Text from a person or a file, made safe to show on a terminal or a page."""

from __future__ import annotations

import re

# ECMA-48: control sequences, and strings for the terminal (titles, links, the clipboard) with or without their end.
_CODES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)?"
    r"|\x1b[ -/]*[0-~]?"
)
# All other control characters but newline and tab, and those that turn the direction of writing.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

# What JSON may hold as it is, and a terminal could take for a command.
_JSON_CONTROLS = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

# What Markdown or HTML would take for markup, and addresses.
_MARKUP = re.compile(r"[\[\]<>`*_$|~\\]|^\s*#|://|\bwww\.|:[a-z_]+[:/]", re.MULTILINE)


def strip_codes(text: str) -> str:
    """Return the text without codes that would move a terminal's cursor, color, title or clipboard."""
    return _CONTROLS.sub("", _CODES.sub("", text))


def escape_json(text: str) -> str:
    """Return JSON that means the same and can be shown on a terminal: its control characters are written out."""
    return _JSON_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def check_plain_words(text: str) -> str:
    """Return a text that a page may show as it is, from a file that may come from anybody.

    Raises
    ------
    ValueError
        It holds what Markdown, HTML or a terminal would take for more than words.
    """
    if _MARKUP.search(text) or strip_codes(text) != text:
        raise ValueError("only plain words may stand here: no [ ] < > ` * _ $ | ~ \\ and no address of a page")
    return text
