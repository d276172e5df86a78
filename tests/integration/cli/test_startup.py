"""Nothing heavy is loaded before it is needed. What is loaded is looked at, not the time, which is the machine's."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from formcheck.cli.main import OPTIONAL

HEAVY = {
    "numpy", "scipy", "cv2", "av", "mediapipe", "onnxruntime", "pandas", "pyarrow", "altair", "vl_convert", "jinja2",
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


ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "sample_videos" / "hr_double_female_side.mp4"


def name_of(requirement: str) -> str:
    return re.split("[><=]", requirement)[0].strip()


def test_a_server_needs_all_dependencies_but_those_of_the_pages_and_of_dask() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    server = [line for line in (ROOT / "requirements-server.txt").read_text().splitlines() if not line.startswith("#")]
    assert server == [line for line in wanted if name_of(line) not in OPTIONAL.values()]
    assert {name_of(line) for line in wanted} >= set(OPTIONAL.values())


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["batch", str(SAMPLE), "--model", "lite", "--workers", "1", "--html", "--out", "out"], 0, "1 of 1 videos analyzed"),
        (["batch", str(SAMPLE), "--out", "out", "--scheduler", "tcp://127.0.0.1:1"], 2, "pip install 'dask[distributed]'"),
        (["history", "list"], 0, "No set was found"),
        (["app"], 2, "pip install 'streamlit'"),
    ],
    ids=lambda a: " ".join(a[:1]) if isinstance(a, list) else "",
)
def test_without_streamlit_and_dask_the_rest_works_and_the_missing_package_is_named(
    arguments: list[str], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a server where they are not installed: importing them fails, in the workers too."""
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules |= dict.fromkeys({sorted(OPTIONAL)!r})\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    command = [sys.executable, "-m", "formcheck", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert words in done.stdout + done.stderr
    assert done.stderr.count("\n") <= 1
