"""The app as its user meets it: a real server process, and the system's own Chromium without a window."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

START_S = 60.0
# How long an analysis may take on a slow machine before a test gives up on it; no test measures time.
PATIENCE_MS = 300_000
# A page that shows nothing for so long may have lost a file on the way.
LOST_AFTER_S = 10.0
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)


def find_chromium() -> str | None:
    """The system's Chromium, if there is one."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve_app(home: Path, log: Path, before: Sequence[str] = (), arguments: Sequence[str] = ()) -> Iterator[str]:
    """The app as `formcheck app` starts it, with its own data folder; its address.

    ``before`` comes before the command, such as a tracer; ``arguments`` follow it.
    """
    port = free_port()
    environment = {**os.environ, "FORMCHECK_HOME": str(home)}
    environment.pop("FORMCHECK_DATABASE_URL", None)
    command = [*before, sys.executable, "-m", "formcheck.cli.main", "app", "--port", str(port), *arguments]
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT, cwd=home)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_until_healthy(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers at its health address; its log is the error where it ends instead."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"the app did not start: {log.read_text(errors='replace')}")


@contextmanager
def open_browser(arguments: Sequence[str] = ()) -> Iterator[Browser]:
    """A headless Chromium, started with further arguments."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*CHROMIUM_ARGS, *arguments])
        try:
            yield browser
        finally:
            browser.close()


def record_strangers(page: Page) -> list[str]:
    """A list that fills with every request of the page to another host than this one."""
    strangers: list[str] = []

    def note(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost"):
            strangers.append(url)

    page.on("request", lambda request: note(request.url))
    page.on("websocket", lambda socket: note(socket.url))
    return strangers


def settle(page: Page) -> None:
    """Wait until the page's script has run to its end.

    Chromium breaks off whatever it loads when any cable of the computer is plugged in or pulled, as the phone's test does in the
    process beside this one (ERR_NETWORK_CHANGED). A page that lost a file that way is loaded again, as a user would.
    """
    app = page.locator("[data-testid=stApp]")
    deadline = time.monotonic() + LOST_AFTER_S
    while not app.is_visible() and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    if not app.is_visible() and page.evaluate("() => performance.getEntriesByType('resource').some(e => e.responseStatus === 0)"):
        page.reload()
    app.wait_for()
    page.wait_for_function(
        "() => { const app = document.querySelector('[data-testid=stApp]');"
        " return app && app.getAttribute('data-test-script-state') === 'notRunning'; }",
        timeout=60_000,
    )
    page.wait_for_timeout(400)


def is_wider_than_window(page: Page) -> bool:
    """Whether the page as a whole scrolls sideways."""
    return bool(
        page.evaluate(
            """() => {
              const main = document.querySelector('[data-testid=stMain]') || document.documentElement;
              return document.documentElement.scrollWidth > window.innerWidth + 1 || main.scrollWidth > main.clientWidth + 1;
            }"""
        )
    )
