"""Nothing heavy is loaded before it is needed. What is loaded is looked at, not the time, which is the machine's."""

import subprocess
import sys

import pytest

HEAVY = {
    "numpy", "scipy", "cv2", "av", "mediapipe", "pandas", "pyarrow", "altair", "vl_convert", "jinja2",
    "sqlalchemy", "alembic", "pydantic", "dask", "distributed", "streamlit", "streamlit_webrtc", "tornado",
}  # fmt: skip
# Typer brings rich along for its help; ours is plain, and rich is loaded for progress bars only.
HEAVY_FOR_HELP = HEAVY | {"rich"}


def list_modules(program: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded when ``program`` is done."""
    script = f"import sys\ntry:\n    {program}\nexcept SystemExit:\n    pass\nprint('\\nLOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.rpartition("LOADED")[2].split()}


def test_importing_formcheck_loads_nothing_heavy() -> None:
    loaded = list_modules("import formcheck")
    assert "formcheck" in loaded
    assert sorted(loaded & (HEAVY_FOR_HELP | {"typer"})) == []


@pytest.mark.parametrize("arguments", [["--help"], ["--no-such-option"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    loaded = list_modules(f"sys.argv = {['formcheck', *arguments]!r}; from formcheck.cli.main import main; main()")
    assert "typer" in loaded
    assert sorted(loaded & HEAVY_FOR_HELP) == []


@pytest.mark.parametrize("command", ["analyze", "batch", "models"])
def test_help_on_a_command_loads_nothing_heavy(command: str) -> None:
    loaded = list_modules(f"sys.argv = ['formcheck', {command!r}, '--help']; from formcheck.cli.main import main; main()")
    assert "typer" in loaded
    assert sorted(loaded & HEAVY_FOR_HELP - {"pydantic"}) == []  # newer versions of Typer check choices with pydantic


def test_public_names_are_there_when_asked_for() -> None:
    assert "pydantic" in list_modules("from formcheck import SetReport")
    assert "mediapipe" not in list_modules("from formcheck import analyze_video")
