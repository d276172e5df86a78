"""Commands of the command line, run in the test's own process."""

from __future__ import annotations

from typer import Typer
from typer.testing import CliRunner

from formcheck.support.errors import FormcheckError


def run_command(app: Typer, *arguments: str) -> str:
    """What a command prints; the error that it would report in a line is raised."""
    result = CliRunner().invoke(app, list(arguments))
    if isinstance(result.exception, FormcheckError):
        raise result.exception
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout
