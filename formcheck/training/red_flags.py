"""Red flags: signs that need a professional's opinion before any training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from formcheck.support.errors import UsageError
from formcheck.support.language import tr
from formcheck.training.catalogue import Catalogue, RedFlag


def raised_flags(answers: Mapping[str, bool], catalogue: Catalogue) -> tuple[RedFlag, ...]:
    """The flags answered with yes, the most urgent first.

    Raises
    ------
    UsageError
        If an answer names a flag that the programme does not have.
    """
    known = {flag.code: flag for flag in catalogue.red_flags}
    for code in answers:
        if code not in known:
            raise UsageError(f"There is no red flag called {code}; choose from {', '.join(known)}.")
    return tuple(sorted((known[code] for code, yes in answers.items() if yes), key=lambda flag: flag.urgency))


def describe_stop(flags: Iterable[RedFlag]) -> list[str]:
    """A sentence or two for each raised flag: where to go, how soon, and why."""
    words = tr("{where} How soon: {when}. {why}")
    return [words.format(where=flag.where, when=flag.when, why=flag.why) for flag in flags]
