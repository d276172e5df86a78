"""The command line: its commands, each in a file of its own that imports what is heavy where it is used, and their errors."""

from __future__ import annotations

import io
import os
import sys
import warnings
from typing import Any

import typer

from formcheck.cli.analyze import analyze
from formcheck.cli.app import serve_app
from formcheck.cli.batch import batch
from formcheck.cli.check_against import check_against
from formcheck.cli.console import make_plain
from formcheck.cli.demo import demo
from formcheck.cli.history import app as history_app
from formcheck.cli.live import live
from formcheck.cli.models import models
from formcheck.cli.plan import plan_app
from formcheck.support.errors import FormcheckError, OutputError, UsageError
from formcheck.support.files import DISK_FULL

app = typer.Typer(
    name="formcheck",
    help="Check the form of foot-and-ankle exercises in a video: reps, range, faults. Nothing leaves this computer.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: loading rich takes as long as everything else together
    add_completion=False,
    pretty_exceptions_enable=False,
)

# By module, what an installation for a server leaves out (requirements-server.txt), as pip calls it.
OPTIONAL = {
    **{"streamlit": "streamlit", "streamlit_webrtc": "streamlit-webrtc", "segno": "segno", "ifaddr": "ifaddr"},
    **{"dask": "dask[distributed]", "distributed": "dask[distributed]"},
}
NOT_INSTALLED = "this needs {name}, which this installation leaves out; pip install '{name}'"

# The class of usage errors: Click's ClickException, or its copy in newer versions of Typer.
_WrongUsage: Any = typer.BadParameter.__mro__[2]

app.command("analyze")(analyze)
app.command("demo")(demo)
app.command("batch")(batch)
app.command("check-against")(check_against)
app.command("live")(live)
app.command("models")(models)
app.command("app")(serve_app)
app.add_typer(history_app, name="history")
app.add_typer(plan_app, name="plan")


def report_error(error: FormcheckError) -> int:
    """Print an error as one line; return its exit code."""
    typer.echo(f"formcheck: {' '.join(str(error).split())}", err=True)
    return error.exit_code


def main() -> None:
    """Run the command line: an expected error is printed as one line, an unexpected one as a line that names a log."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # numpy's remarks are for developers, not for users
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a file's name need not be text, nor the terminal know every character
    make_plain()
    try:
        code = app(standalone_mode=False) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_stdout()  # the program that reads our output has seen enough
        code = 0
    except SystemExit as leave:
        if not isinstance(leave.__context__, BrokenPipeError):
            raise
        code = 0  # Typer made an error of the same
    except FormcheckError as error:
        code = report_error(error)
    except typer.Exit as leave:
        code = leave.exit_code
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("formcheck: stopped", err=True)
        code = 130
    except _WrongUsage as error:
        message = " ".join(error.format_message().split())
        if message:  # if it is empty, the help has been printed
            typer.echo(f"formcheck: {message} (see `formcheck --help`)", err=True)
        code = 2
    except Exception as error:
        code = _report_other(error)
    sys.exit(code)


def _report_other(error: Exception) -> int:
    """Print an error that is not formcheck's own, as one line if its cause is known; return the exit code."""
    if isinstance(error, UnicodeError) and (argument := _not_text()) is not None:
        return report_error(UsageError(f"{argument}: is not text in UTF-8"))
    if isinstance(error, ModuleNotFoundError) and (missing := OPTIONAL.get((error.name or "").partition(".")[0])) is not None:
        return report_error(UsageError(NOT_INSTALLED.format(name=missing)))
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        _abandon_stdout()
        return report_error(OutputError(f"{error.filename or 'an output'}: cannot be written; the disk is full"))
    return _log_unexpected(error)


def _abandon_stdout() -> None:
    """Discard the rest of standard output: closing it at exit would fail again, with a traceback."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _not_text() -> str | None:
    """The argument that is not UTF-8, made readable; None if all are."""
    bad = (text for text in sys.argv[1:] if any(0xDC80 <= ord(letter) <= 0xDCFF for letter in text))
    return next((os.fsencode(text).decode("utf-8", "backslashreplace") for text in bad), None)


def _log_unexpected(error: Exception) -> int:
    """Write the traceback to a log file and print where it is."""
    import tempfile
    import traceback

    try:
        with tempfile.NamedTemporaryFile("w", prefix="formcheck-", suffix=".log", delete=False, encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
        where = f"the full log is {log.name}"
    except OSError as failure:
        where = f"no log could be written ({failure.strerror})"
    typer.echo(f"formcheck: unexpected {type(error).__name__}: please report it; {where}", err=True)
    return 1


if __name__ == "__main__":
    main()
