"""What the user reads of a failure of the system."""

from __future__ import annotations

import errno
import os

import pytest

from formcheck.support.errors import reason_of


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/x"), "permission denied"),
        (ValueError("Embedded null byte"), "embedded null byte"),
        (OSError(), "oserror"),
    ],
)
def test_a_reason_is_never_empty(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason
