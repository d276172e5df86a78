"""No other account of the computer can reach the processes that formcheck starts for long work."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from formcheck.app.shared.worker_process import Helpers
from formcheck.support.errors import Cancelled
from tests.helpers import tasks
from tests.helpers.clips import cut_clip

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's tables of sockets and users")
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only an administrator can become another user"
)
PATIENCE_S = 120.0
# Connects to every socket given, and tries the other ways into a process: its open files, its memory, a signal.
INTRUDER = """
import os, socket, sys
os.setgroups([]), os.setgid(65534), os.setuid(65534)  # nobody
done = []
for address in sys.argv[2:]:
    try:
        if address.startswith(("/", "@")):
            socket.socket(socket.AF_UNIX).connect(address.replace("@", chr(0), 1))
        else:
            host, port = address.rsplit(":", 1)
            socket.create_connection((host, int(port)), timeout=5)
        done.append(address)
    except OSError:
        pass
for pid in sys.argv[1].split(","):
    for way in (lambda: os.listdir(f"/proc/{pid}/fd"), lambda: open(f"/proc/{pid}/mem", "rb"), lambda: os.kill(int(pid), 0)):
        try:
            way()
            done.append(pid)
        except OSError:
            pass
print(*done)
"""


@pytest.fixture
def batch(sample_videos: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A batch of one video with two workers, while both exist."""
    clips = tmp_path / "clips"
    clips.mkdir()
    for start_s in (0.0, 4.0):
        cut_clip(sample_videos / "hr_double_female_side.mp4", clips / f"{start_s}.mp4", start_s, 4.0)
    command = [
        sys.executable,
        "-m",
        "formcheck",
        "batch",
        "--model",
        "lite",
        "--workers",
        "2",
        str(clips),
        "--out",
        str(tmp_path / "out"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate()


def list_family(process: subprocess.Popen[str], least: int) -> list[psutil.Process]:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        if len(family) >= least:
            return family
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def list_doors(family: list[psutil.Process]) -> list[str]:
    """The addresses that any of the processes can be reached at: TCP, UDP, and Unix sockets with a name."""
    doors = []
    for process in family:
        for connection in process.net_connections("all"):
            if connection.family == socket.AF_UNIX:
                doors += [connection.laddr] if connection.laddr else []
            elif not connection.raddr:
                doors.append(f"{connection.laddr.ip}:{connection.laddr.port}")
    return doors


def intrude(family: list[psutil.Process]) -> tuple[list[str], list[str]]:
    """The doors of the processes, and the doors and processes that another user came in by."""
    doors = list_doors(family)
    command = [sys.executable, "-I", "-c", INTRUDER, ",".join(str(process.pid) for process in family), *doors]
    return doors, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@as_root
def test_another_user_finds_no_door_into_a_running_batch(batch: subprocess.Popen[str]) -> None:
    family = list_family(batch, least=3)
    for _ in range(20):  # from the workers' start into their work
        assert intrude(family) == ([], [])
        time.sleep(0.1)
        if batch.poll() is not None:
            break
    printed, err = batch.communicate(timeout=PATIENCE_S)
    assert (batch.returncode, err) == (0, "")
    assert "2 of 2 videos" in printed


@as_root
def test_another_user_finds_no_door_into_the_apps_worker_process(tmp_path: Path) -> None:
    seen: list[tuple[list[str], list[str]]] = []

    def watch(share: float, stage: str) -> None:
        seen.append(intrude(psutil.Process().children(recursive=True)))
        if len(seen) == 3:
            raise Cancelled

    with pytest.raises(Cancelled), closing(Helpers()) as helpers:
        helpers.run(tasks.never_end, tmp_path / "started", progress=watch)
    assert seen == [([], [])] * 3


def test_a_signal_that_stops_the_parent_stops_its_workers(batch: subprocess.Popen[str]) -> None:
    family = list_family(batch, least=3)
    batch.send_signal(signal.SIGKILL)
    batch.communicate()
    assert psutil.wait_procs(family, timeout=PATIENCE_S)[1] == []
