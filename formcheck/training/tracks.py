"""Five answers choose the track; nothing in it is a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping

from formcheck.support.errors import UsageError
from formcheck.training.catalogue import Catalogue, Rule


def check_track(track: str, catalogue: Catalogue) -> None:
    """Refuse a track that the programme does not have, with a `UsageError` that names those it has."""
    if track not in catalogue.tracks:
        raise UsageError(f"There is no track called {track}; choose from {', '.join(catalogue.tracks)}.")


def choose_track(answers: Mapping[str, str], catalogue: Catalogue) -> Rule:
    """The first rule that fits the answers: its track, and a note to show with it.

    Raises
    ------
    UsageError
        If a question or an answer is not in the programme.
    """
    options = {question.id: question.options for question in catalogue.questions}
    for question, answer in answers.items():
        if question not in options:
            raise UsageError(f"There is no question called {question}; choose from {', '.join(options)}.")
        if answer not in options[question]:
            raise UsageError(f"{answer} is not an answer to {question}; choose from {', '.join(options[question])}.")
    return next(rule for rule in catalogue.rules if all(answers.get(key) == value for key, value in rule.answers.items()))
