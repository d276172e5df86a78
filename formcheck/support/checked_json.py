"""JSON that others wrote, read into a model or refused in one line."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from formcheck.support.errors import InputError

Model = TypeVar("Model", bound=BaseModel)


def parse_json(model: type[Model], text: str | bytes, name: str, advice: str) -> Model:
    """Read JSON text into a model.

    Parameters
    ----------
    name
        What the text is, as the error begins: a file's path, "the report of set 3".
    advice
        What to do about a text that is refused.

    Raises
    ------
    InputError
        If the text is not JSON, or not of this model.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise InputError(f"{name} cannot be read ({first_problem(error)}); {advice}.") from error


def first_problem(error: ValidationError, whole: str = "start") -> str:
    """Return the first thing that a validation found, as "place: what is wrong"; the place of the whole text is ``whole``."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part)[:40] for part in first["loc"]) or whole
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"
