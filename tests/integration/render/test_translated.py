"""In a language that writes every word of the catalog in other letters, no word of a report is left in the usual ones."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

# The language must be there before the sentences are: many are read as their modules are imported.
PRINT_REPORT = """
import gettext, re, sys
import formcheck.support.language as language

class Marked(gettext.NullTranslations):
    def gettext(self, message):  # in full-width letters, what stands in braces as it is
        return re.sub("{[^}]*}|[A-Za-z]", lambda m: m[0] if m[0][0] == "{" else chr(ord(m[0]) + 0xFEE0), message)
    def ngettext(self, one, several, count):
        return self.gettext(one if count == 1 else several)

language._own_language = Marked
from formcheck.render.page import render_html
from tests.helpers import factories
sys.stdout.reconfigure(encoding="utf-8")
print(render_html(getattr(factories, sys.argv[1])(), {}, {}))
"""
# What a report holds beside sentences: names of people, files and programs, units, and what the test's own report warns of.
NO_SENTENCES = re.compile(r"\w+\.mp4|\bAda\b|formcheck(\.report)?|pose_landmarker_full|(ab){8}|Film at 30 frames a second")


def untranslated(page: str) -> list[str]:
    """The words in usual letters of a page's text, titles and descriptions."""
    page = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    spoken = re.findall(r'(?:alt|title|aria-label)="([^"]*)"', page)
    text = "\n".join([*spoken, *re.split(r"<[^>]*>", page)])
    return re.findall(r"[A-Za-z]{3,}", NO_SENTENCES.sub("", text))


@pytest.mark.parametrize("report", ["half_kneeling_report", "heel_raise_report", "knee_to_wall_report", "balance_report"])
def test_every_word_of_a_report_can_be_translated(report: str) -> None:
    done = subprocess.run([sys.executable, "-c", PRINT_REPORT, report], capture_output=True, encoding="utf-8", check=True)
    assert "Ｗｈａｔ ｔｈｅ ｎｕｍｂｅｒｓ ａｒｅ" in done.stdout
    assert untranslated(done.stdout) == []
