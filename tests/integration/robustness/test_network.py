"""Nothing goes out: an analysis, a live set and the app open no connection beyond this machine and ask no name server."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ifaddr
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings
from formcheck.app.main import HIDDEN_PAGES, PAGES
from formcheck.export.csv import format_csv
from formcheck.render.documents import write_documents
from formcheck.render.overlay import write_annotated
from formcheck.support.files import write_text
from tests.helpers.clips import cut_clip
from tests.helpers.harness import (
    PATIENCE_MS,
    find_chromium,
    free_port,
    open_browser,
    record_strangers,
    serve_app,
    settle,
    wait_until_healthy,
)
from tests.helpers.visitor import read_words, visit

FRAMES_ARE_READ = re.compile("frames per second")
WATCHED = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind"}


class SocketGuard:
    """Writes down what Python code does with sockets, by the interpreter's own audit events."""

    def __init__(self) -> None:
        self.watching = False
        self.seen: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.watching and event in WATCHED:
            self.seen.append(f"{event} {arguments[1:]!r}")


@pytest.fixture(scope="session")
def guard() -> SocketGuard:
    """The one guard: an audit hook cannot be taken off again."""
    return SocketGuard()


@pytest.fixture
def watched(guard: SocketGuard) -> Iterator[list[str]]:
    guard.seen.clear()
    guard.watching = True
    yield guard.seen
    guard.watching = False


@pytest.fixture(scope="module")
def clip(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person who does nothing, and all the code runs."""
    return cut_clip(sample_videos / "hr_double_female_side.mp4", tmp_path_factory.mktemp("clip") / "set.mp4", 0.0, 1.0)


def test_the_network_watch_notices_a_udp_connection(watched: list[str]) -> None:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("127.0.0.1", 9))
    assert any("127.0.0.1" in entry for entry in watched)


def test_an_analysis_with_all_its_outputs_touches_no_socket(clip: Path, tmp_path: Path, watched: list[str]) -> None:
    analysis = run_analysis(clip, Settings("heel-raise", "both", model="lite"))
    write_text(tmp_path / "a.json", analysis.report.model_dump_json())
    write_text(tmp_path / "a.csv", format_csv(analysis))
    write_annotated(analysis, tmp_path / "a.mp4")
    write_documents(analysis, html=tmp_path / "a.html")
    assert watched == []


ADDRESS = re.compile(r'(?:inet_addr\("|inet_pton\(AF_INET6, "|sin6_addr=.*?")([0-9a-fA-F.:]+)"')
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


def list_calls_outside(trace: str, own: frozenset[str] = frozenset()) -> list[str]:
    """The lines of a strace of network calls that name an address other than loopback and those in ``own``."""
    outside = []
    for line in trace.splitlines():
        if not re.search(r"\b(connect|sendto|sendmsg|sendmmsg)\(", line) or "AF_UNIX" in line or "AF_NETLINK" in line:
            continue
        addresses = [ipaddress.ip_address(a) for a in ADDRESS.findall(line)]
        if any(not a.is_loopback and str(a) not in own for a in addresses) or (not addresses and "AF_INET" in line):
            outside.append(line)
    return outside


def test_the_second_networks_library_holds_no_client_of_a_usage_service(tmp_path: Path) -> None:
    """Wheels of ONNX Runtime 1.32 do, and leave an identifier in the system's folder for temporary files when they are loaded."""
    import onnxruntime

    libraries = [
        path for path in Path(onnxruntime.__file__).parent.rglob("*") if ".so" in path.name or path.suffix in (".pyd", ".dylib")
    ]
    assert libraries
    clients = (b"OneDsTelemetry", b"Microsoft12Applications", b"libcurl")
    assert [path.name for path in libraries if any(name in path.read_bytes() for name in clients)] == []
    code = "from formcheck.pose.movenet import ShankReader; ShankReader()"
    environment = os.environ | {
        "TMPDIR": str(tmp_path),
        "TEMP": str(tmp_path),
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=300)
    assert list(tmp_path.rglob("*")) == []


def test_the_reader_of_traces_knows_outside_from_inside() -> None:
    inside = '12 connect(3, {sa_family=AF_INET, sin_port=htons(8501), sin_addr=inet_addr("127.0.0.1")}, 16) = 0'
    question = '12 sendto(3, "..", 40, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.1")}, 16) = 40'
    outside = '12 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = -1'
    assert list_calls_outside("\n".join([inside, question, outside])) == [question, outside]
    assert list_calls_outside(question, frozenset({"192.0.2.1"})) == []


def tracing(trace: Path) -> list[str]:
    """The words before a command that have its network calls, and those of its children and threads, written down."""
    # -D: the command itself is our child, so that what ends it is not the end of strace alone
    # --seccomp-bpf: the kernel stops the command at these calls only, and not at each of its others
    return ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-e", "trace=network", "-o", str(trace)]


@needs_strace
@pytest.mark.parametrize("command", ["analyze", "live"])
def test_a_command_makes_no_call_to_the_network_in_python_or_native_code(command: str, clip: Path, tmp_path: Path) -> None:
    trace, report = tmp_path / "trace", tmp_path / "set.json"
    arguments = {
        "analyze": ["analyze", str(clip), "--model", "lite", "--out", str(tmp_path), "--exercise", "heel-raise", "--save"],
        "live": ["live", "--source", str(clip), "--headless", "--json", str(report), "--exercise", "heel-raise"],
    }
    done = subprocess.run(
        [*tracing(trace), sys.executable, "-m", "formcheck.cli.main", *arguments[command]],
        capture_output=True,
        text=True,
        env=os.environ | {"FORMCHECK_HOME": str(tmp_path / "home")},
        timeout=600,
        check=False,
    )
    if "ptrace" in done.stderr.lower():
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    assert report.exists()
    assert list_calls_outside(trace.read_text()) == []


FOREIGN_ORIGINS = ("http://203.0.113.66", "https://evil.example", "http://localhost:3000", "null")


def knock_with_foreign_origins(address: str) -> None:
    """What any web page can do: open a WebSocket to the app and send it requests. Each is refused."""
    for origin in FOREIGN_ORIGINS:
        with pytest.raises(InvalidStatus):
            connect(f"{address.replace('http', 'ws')}/_stcore/stream", origin=origin, subprotocols=["streamlit"])  # type: ignore[arg-type,list-item]
        for path in ("/", "/_stcore/health", "/media/0.png", "/_stcore/upload_file/0/0"):
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(urllib.request.Request(address + path, headers={"Origin": origin}), timeout=60)


@needs_strace
def test_no_network_connection_is_made_while_every_page_is_visited_and_a_video_analyzed(clip: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with serve_app(tmp_path, tmp_path / "server.log", before=tracing(trace)) as address, visit(address) as visitor:
        knock_with_foreign_origins(address)
        for page in ("", *(name for name, *_ in (*PAGES, *HIDDEN_PAGES))):
            visitor.open(page)
            assert not visitor.page.get("exception")
        visitor.open("analyze")
        visitor.upload("set.mp4", clip.read_bytes())
        visitor.click("Analyze")
        while not visitor.page.get("file_uploader") and not "No set found" not in read_words(visitor.page):
            time.sleep(0.5)
            visitor.poll()
        look_at_all_pages(address)
    seen = trace.read_text()
    assert "accept4(" in seen or "accept(" in seen
    assert list_calls_outside(seen, own_addresses()) == []


def own_addresses() -> frozenset[str]:
    """This computer's own addresses, to which the browser and the server talk about the camera's picture."""
    return frozenset(
        str(found.ip if isinstance(found.ip, str) else found.ip[0]) for card in ifaddr.get_adapters() for found in card.ips
    )


@needs_strace
@pytest.mark.parametrize(
    "arguments", [("--listen", "0.0.0.0", "--i-know-there-is-no-login"), ("--listen", "0.0.0.0", "--name", "x")]
)
def test_the_app_asks_for_no_address_when_it_starts_for_others(arguments: tuple[str, ...], tmp_path: Path) -> None:
    write_login(tmp_path)
    trace = tmp_path / "trace"
    with serve_app(tmp_path, tmp_path / "server.log", before=tracing(trace), arguments=arguments) as address:
        knock_with_foreign_origins(address)
    assert list_calls_outside(trace.read_text()) == []


@needs_strace
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_streamlit_run_asks_for_no_address_either(address: str, tmp_path: Path) -> None:
    checkout = Path(__file__).parents[3]
    trace, port = tmp_path / "trace", free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(checkout / "app.py")]
    flags = [f"--server.port={port}", f"--server.address={address}", "--server.headless=true"]
    with (tmp_path / "log").open("wb") as out:
        server = subprocess.Popen(
            [*tracing(trace), *command, *flags], stdout=out, stderr=out, env=os.environ | {"FORMCHECK_HOME": str(tmp_path)}
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server, tmp_path / "log")
            knock_with_foreign_origins(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait(timeout=30)
    assert list_calls_outside(trace.read_text()) == []


def write_login(home: Path) -> None:
    """A login in Streamlit's secrets."""
    secrets = home / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    names = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
    secrets.write_text("\n".join(["[auth]", *(f'{name} = "http://127.0.0.1:9/at-least-sixteen"' for name in names)]))


@needs_strace
def test_a_filmed_set_makes_no_network_connection(sample_videos: Path, tmp_path: Path) -> None:
    """The camera's connection is set up between the browser and the server, whose default would be a public STUN server."""
    pytest.importorskip("playwright.sync_api")
    if find_chromium() is None:
        pytest.skip("needs Chromium")
    trace = tmp_path / "trace"
    camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    with serve_app(tmp_path, tmp_path / "server.log", before=tracing(trace)) as address, open_browser(camera) as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        strangers = record_strangers(page)
        page.goto(f"{address}/film")
        settle(page)
        page.frame_locator('iframe[title*="webrtc"]').get_by_role("button", name="Start the camera").click()
        page.get_by_text(FRAMES_ARE_READ).wait_for()
        assert strangers == []
    assert list_calls_outside(trace.read_text(), own_addresses()) == []


def look_at_all_pages(address: str) -> None:
    """Once more in a real browser, where there is one, which writes down whom it asks itself."""
    if find_chromium() is None:
        return
    pytest.importorskip("playwright.sync_api")
    with open_browser() as browser:
        page = browser.new_page()
        strangers = record_strangers(page)
        for name in ("", "film", "trends"):
            page.goto(f"{address}/{name}")
            settle(page)
        assert strangers == []
