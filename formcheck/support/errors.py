"""Errors that the user can fix. Each carries one line: what is wrong, with what, and what to do."""

from __future__ import annotations


class FormcheckError(Exception):
    """Base of the errors that are shown to the user as one line."""

    exit_code = 1


def reason_of(error: BaseException) -> str:
    """Return what the system says is wrong, in lower case: "permission denied"; the error's name if it says nothing."""
    return (str(getattr(error, "strerror", None) or error) or type(error).__name__).lower()


class UsageError(FormcheckError):
    """The call itself is wrong."""

    exit_code = 2


class InputError(FormcheckError):
    """The input cannot be used: missing, not a video, no decodable frame, nobody in it."""

    exit_code = 3


class OutputError(FormcheckError):
    """An output cannot be written."""

    exit_code = 4


class ModelError(FormcheckError):
    """A model bundle is missing or altered."""

    exit_code = 3


class Cancelled(FormcheckError):  # noqa: N818 - a request, not an error
    """The user asked to stop."""
