"""What a terminal takes for a code is not in the text any more; everything else is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.support.plain import escape_json, strip_codes
from formcheck.support.spreadsheets import as_text


@pytest.mark.parametrize(
    "code",
    [
        "\x1b[31m", "\x1b[2J", "\x1b[?1049h", "\x1b[38;5;1m", "\x9b31m", "\x1bc", "\x1b(0", "\x1b#8", "\x1b]0;title\x07",
        "\x1b]8;;http://a\x1b\\", "\x1b]52;c;Zm9v\x07", "\x9d0;title\x9c", "\x1bP1$r\x1b\\", "\x1b_x\x1b\\",
        "\x07", "\r", "\x08", "\x7f", "\x85",
        "\u202e", "\u2066",
    ],
)  # fmt: skip
def test_a_code_is_removed_with_all_that_belongs_to_it(code: str) -> None:
    assert strip_codes(f"set{code}.mp4") == "set.mp4"


def test_a_code_without_an_end_takes_nothing_but_itself_and_its_string() -> None:
    assert strip_codes("a\x1b") == "a"
    assert strip_codes("a\x1b[") == "a"
    assert strip_codes("a\x1b]0;title") == "a"


def test_lines_tabs_and_every_letter_stay() -> None:
    text = "1\t2\nZoë — 12,3° 足 😀 \N{ARABIC LETTER ALEF}"
    assert strip_codes(text) == text


@given(st.text(alphabet=st.sampled_from("\x1b[]P\\0;mab\x07\x9b\x9c\r\x00\n")))
def test_no_control_character_is_left_and_a_second_time_changes_nothing(text: str) -> None:
    plain = strip_codes(text)
    assert not [letter for letter in plain if (letter != "\n" and ord(letter) < 32) or 0x7F <= ord(letter) < 0xA0]
    assert strip_codes(plain) == plain


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "\N{FULLWIDTH EQUALS SIGN}1+1"])
def test_a_cell_that_a_spreadsheet_would_compute_is_text(cell: str) -> None:
    assert as_text(cell) == "'" + cell


def test_other_cells_are_as_they_were() -> None:
    assert [as_text(cell) for cell in ("", "Ada", "3-1", "/videos/a.mp4")] == ["", "Ada", "3-1", "/videos/a.mp4"]


@given(st.text(alphabet=st.sampled_from("=\x1b[\x9b\r\n\t\x00\x7f\u202e\u2028'a,;")))
def test_a_cell_has_no_character_that_ends_a_line_or_reaches_a_terminal(text: str) -> None:
    cell = as_text(text)
    assert cell.isprintable()
    assert cell[:1] not in ("=", "\t", "\r")
    assert cell.count("a") == text.count("a")


def test_a_control_character_in_a_cell_is_written_out() -> None:
    assert as_text("a\x1b[2J\nb\x9b.mp4") == r"a\x1b[2J\nb\x9b.mp4"


@given(st.text())
def test_json_for_a_terminal_means_the_same_and_holds_no_control_character(text: str) -> None:
    shown = escape_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(shown) == text
    assert not [letter for letter in shown if ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 or letter in "\u202e\u2066"]
