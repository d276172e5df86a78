"""Text of strangers stays text in Markdown."""

from __future__ import annotations

import re

import pytest

from formcheck.app.shared.style import plain


def read(escaped: str) -> str:
    """What a reader sees: without the signs that keep it from being markup."""
    return re.sub(r"\\(.)", r"\1", escaped).replace("\u2060", "")


@pytest.mark.parametrize(
    "text",
    ["Anna", "O'Brien-Smith (left)", "![x](http://a.example/b.png)", "<img src=x>", "a_b*c*", "# x", "1. x", "50 % · 3×10"],
)
def test_it_reads_as_it_was_written(text: str) -> None:
    assert read(plain(text)) == text


@pytest.mark.parametrize("sign", list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"))
def test_no_sign_of_markdown_stays_bare(sign: str) -> None:
    assert not re.search(rf"(?<!\\)(\\\\)*{re.escape(sign)}", plain(f"a{sign}b").replace("\\" + sign, ""))


@pytest.mark.parametrize("text", ["http://a.example", "WWW.a.example", "a@b.example", ":smile:", ":material/home:", "ftp://x:y"])
def test_addresses_and_icons_are_broken_up(text: str) -> None:
    for pattern in (r"https?://", r"www\.", r"\w@", r":\w+"):
        assert not re.search(pattern, re.sub(r"\\(.)", r"\1", plain(text)), re.IGNORECASE)


def test_a_name_stays_on_its_line_whatever_it_holds() -> None:
    assert plain("a\n\n# b\r\u2028c\t\x00\u202e") == r"a \# b c"
