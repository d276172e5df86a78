"""Private folders: only the owner enters, and what a killed process left is removed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from formcheck.support.workspace import Workspace

HOLD = "import sys, time; from pathlib import Path; from formcheck.support.workspace import Workspace; \
w = Workspace(Path(sys.argv[1])); (w.new_folder() / 'upload').write_bytes(b'x'); print(w.root, flush=True); time.sleep(600)"


def start_other(parent: Path) -> tuple[subprocess.Popen[str], Path]:
    """Another process with a workspace, and a recording in it."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(parent)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such modes there")
def test_only_the_owner_can_enter_and_no_name_can_be_guessed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work")
    folders = [workspace.new_folder() for _ in range(3)]
    for folder in (tmp_path / "work", workspace.root, *folders):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len({folder.name for folder in folders}) == 3
    assert all(len(folder.name) == 32 for folder in folders)
    workspace.close()


def test_closing_removes_every_recording(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work")
    (workspace.new_folder() / "upload").write_bytes(b"a recording")
    workspace.close()
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_process_files_are_removed_and_a_living_ones_are_not(tmp_path: Path) -> None:
    parent = tmp_path / "work"
    killed, left_behind = start_other(parent)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    living, in_use = start_other(parent)
    try:
        assert not left_behind.exists()
        mine = Workspace(parent)
        assert in_use.is_dir()
        assert any(in_use.glob("*/upload"))
        mine.close()
        assert in_use.is_dir()
    finally:
        living.kill()
        living.wait()
