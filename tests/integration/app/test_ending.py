"""The app ends soon after it is asked, whatever its pages are doing, and leaves no recording behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import streamlit

import formcheck
from formcheck.support.folders import private_folder
from tests.helpers.harness import free_port, wait_until_healthy

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals end a program on POSIX")

# Far above the limit that the app sets itself, and far below "never".
SOON_S = 25


CHECKOUT = Path(formcheck.__file__).parents[1]
STARTS = {
    "formcheck app": ["-m", "formcheck.cli.main", "app", "--port"],
    "streamlit run": ["-m", "streamlit", "run", str(CHECKOUT / "app.py"), "--server.headless", "true", "--server.port"],
}


@contextmanager
def running_app(home: Path, start: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port, log = free_port(), home / "server.log"
    command, environment = [sys.executable, *STARTS[start], str(port)], {**os.environ, "FORMCHECK_HOME": str(home)}
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT, cwd=CHECKOUT)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield server, port
        finally:
            server.kill()
            server.wait()


def ask_for_much_and_read_nothing(port: int) -> socket.socket:
    """Ask for the largest file that the app serves, like a page whose video is paused: the answer never comes to its end."""
    static = Path(streamlit.__file__).parent / "static"
    largest = max((path for path in static.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.connect(("127.0.0.1", port))
    client.sendall(f"GET /{largest.relative_to(static).as_posix()} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    assert client.recv(15) == b"HTTP/1.1 200 OK"
    return client


@pytest.mark.parametrize(
    ("start", "number"), [("formcheck app", signal.SIGTERM), ("formcheck app", signal.SIGINT), ("streamlit run", signal.SIGINT)]
)
def test_a_page_that_reads_nothing_does_not_keep_the_app_from_ending(start: str, number: signal.Signals, tmp_path: Path) -> None:
    if start == "streamlit run" and not (CHECKOUT / "app.py").is_file():
        pytest.skip("not a checkout")
    with running_app(tmp_path, start) as (server, port), ask_for_much_and_read_nothing(port):
        server.send_signal(number)
        server.wait(timeout=SOON_S)


def test_an_app_that_is_asked_to_end_removes_the_recordings_of_its_visitors(tmp_path: Path) -> None:
    script = (
        "import time; from formcheck.app import ending; from formcheck.support.workspace import Workspace; "
        "ending.clean_up_when_ended(); (Workspace().new_folder() / 'film.mp4').write_bytes(b'film'); "
        "print('ready', flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "FORMCHECK_HOME": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
        program.terminate()
        program.wait(timeout=SOON_S)
    assert list(private_folder(tmp_path / "workspace").iterdir()) == []
