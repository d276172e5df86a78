"""Red flags: signs with which nobody should train before a professional has seen them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from formcheck.support.errors import UsageError
from formcheck.training.catalogue import Catalogue, RedFlag


def raised_flags(answers: Mapping[str, bool], catalogue: Catalogue) -> tuple[RedFlag, ...]:
    """The flags that were answered with yes, the most urgent first.

    Raises
    ------
    UsageError
        An answer names a flag that the programme does not have.
    """
    known = {flag.code: flag for flag in catalogue.red_flags}
    for code in answers:
        if code not in known:
            raise UsageError(f"There is no red flag called {code}; choose from {', '.join(known)}.")
    return tuple(sorted((known[code] for code, yes in answers.items() if yes), key=lambda flag: flag.urgency))


def describe_stop(flags: Iterable[RedFlag]) -> list[str]:
    """For each raised flag a sentence or two: where to go, how soon, and why."""
    return [f"{flag.where} How soon: {flag.when}. {flag.why}" for flag in flags]
