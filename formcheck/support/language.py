"""The language of what the app and the reports say: gettext, in which each English sentence is its own key.

A translator finds every sentence with Babel (`make messages`) and compiles the translation to
``formcheck/locales/LANGUAGE/LC_MESSAGES/formcheck.mo``. The language is the process's own: ``FORMCHECK_LANGUAGE=de formcheck app``.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

DOMAIN = "formcheck"
LANGUAGE_VARIABLE = "FORMCHECK_LANGUAGE"
LOCALES = Path(__file__).parents[1] / "locales"
# A unit stays on the line of its number, or of what is put in for one.
_BEFORE_UNIT = re.compile(r"(?<=[0-9}]) (?=(?:%|mm|cm|m|km|kg|s|min|J)(?![A-Za-z]))")


def load_language(language: str, locales: Path = LOCALES) -> gettext.NullTranslations:
    """Return a language's sentences; those of the code, which are English, where there is no such translation."""
    return gettext.translation(DOMAIN, locales, [language] if language else [], fallback=True)


def name_language(language: str, locales: Path = LOCALES) -> str:
    """Return the code by which a page states the language of its words (BCP 47, as "de" or "pt-BR"): that of `load_language`."""
    has_translation = bool(language) and gettext.find(DOMAIN, locales, [language]) is not None
    return language.partition(".")[0].replace("_", "-") if has_translation else "en"


@lru_cache(maxsize=1)
def _own_language() -> gettext.NullTranslations:
    return load_language(os.environ.get(LANGUAGE_VARIABLE, ""))


def page_language() -> str:
    """Return the code of the process's language (`name_language`), by which a screen reader chooses its voice."""
    return name_language(os.environ.get(LANGUAGE_VARIABLE, ""))


def tr(message: str) -> str:
    """Return an English sentence in the process's language.

    The sentence is written out where it is used, since Babel reads it from the source. What changes in it stands in braces and
    is put in afterward: ``tr("{count} reps").format(count=3)``. A unit comes out with a space before it that does not break.
    """
    return translate(message)


def translate(message: str) -> str:
    """Return a sentence of a data file in the process's language; in code, use `tr`, whose sentences Babel finds."""
    return keep_units(_own_language().gettext(message)) if message else ""


def keep_units(words: str) -> str:
    """Return words in which no line ends between a number and its unit: with a space that does not break."""
    return _BEFORE_UNIT.sub("\u00a0", words)


def lower_first(words: str) -> str:
    """Return a sentence or a label as it stands inside a sentence."""
    return words[:1].lower() + words[1:]


def upper_first(words: str) -> str:
    """Return words as they stand at the start of a sentence; unlike ``str.capitalize`` it leaves the others as they are."""
    return words[:1].upper() + words[1:]


def join_words(words: Sequence[str]) -> str:
    """Return a list as it stands in a sentence: ``a``, ``a and b`` or ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return tr("{words} and {last}").format(words=", ".join(words[:-1]), last=words[-1])


def tr_count(one: str, several: str, count: int) -> str:
    """Return a count in the process's language: ``tr_count("1 rep", "{count} reps", 3)`` is ``3 reps``.

    Languages differ in how many forms a noun has after a number, so a translation may have more than these two.
    """
    return _own_language().ngettext(one, several, count).format(count=count)
