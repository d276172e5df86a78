"""Every test that a page names as the proof of a promise exists, and pytest would run it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = ("SECURITY.md", "README.md", "docs/privacy.md", "docs/remote.md")
NAMED = re.compile(r"tests/[\w/]+(?:\.py)?")


@pytest.mark.parametrize("page", PAGES)
def test_a_test_that_a_page_names_is_there(page: str) -> None:
    named = NAMED.findall((ROOT / page).read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [name for name in named if (ROOT / name).is_dir() and not list((ROOT / name).rglob("test_*.py"))] == []


def test_security_and_privacy_name_tests() -> None:
    for page, least in (("SECURITY.md", 20), ("docs/privacy.md", 10)):
        assert len(NAMED.findall((ROOT / page).read_text(encoding="utf-8"))) >= least
