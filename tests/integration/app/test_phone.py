"""The receiver of a phone's film: one film, from whoever has the token, and nothing for anybody else."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formcheck.app.phone.network import is_local
from formcheck.app.phone.receiver import MAX_CONNECTIONS, PhoneReceiver

FILM = os.urandom(300_000)
ROOT = Path(__file__).resolve().parents[3]


def open_receiver(folder: Path, **changed: Any) -> PhoneReceiver:
    return PhoneReceiver(folder, "127.0.0.1", **{"max_bytes": 2**20, "suffixes": ("mp4", "mov"), **changed})


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[PhoneReceiver]:
    opened = open_receiver(tmp_path)
    yield opened
    opened.close()


def ask(
    receiver: PhoneReceiver,
    path: str = "film",
    *,
    method: str = "PUT",
    body: bytes | None = FILM,
    token: str | None = None,
    **headers: str,
) -> tuple[int, str]:
    """Send a request as the phone's page does, but for what is changed; the status and the answer."""
    connection = http.client.HTTPConnection(receiver.host, timeout=10)
    own = {"Content-Type": "video/mp4", "X-File-Name": "set.mp4"} if method == "PUT" else {}
    sent = {**own, **{name.replace("_", "-"): value for name, value in headers.items()}}
    try:
        connection.request(method, f"/{token or receiver.token}/{path}", body=body, headers=sent)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (ConnectionError, http.client.HTTPException):
        return 0, ""  # a body that is refused before it is read may end the connection
    finally:
        connection.close()


def wait_until(condition: Any, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_the_page_opens_with_the_token_and_loads_nothing_from_elsewhere(receiver: PhoneReceiver) -> None:
    status, page = ask(receiver, "", method="GET", body=None)
    assert status == 200
    assert 'accept="video/*"' in page
    assert "http" not in page.replace("<!doctype html>", "")


def test_the_page_knows_how_long_its_code_is_open(tmp_path: Path) -> None:
    opened = open_receiver(tmp_path, max_open_s=60.0)
    page = ask(opened, "", method="GET", body=None)[1]
    opened.close()
    (open_s,) = re.findall(r'data-open-s="(\d+)"', page)
    assert 0 < int(open_s) <= 60


def test_a_film_arrives_whole_and_then_the_receiver_closes(receiver: PhoneReceiver) -> None:
    assert ask(receiver, X_File_Name="My%20set.MOV")[0] == 200
    assert receiver.film is not None
    assert receiver.film.path.read_bytes() == FILM
    assert receiver.film.name == "My set.MOV"
    assert receiver.film.path.parent == receiver.folder
    assert ask(receiver)[0] in (409, 0)
    assert wait_until(lambda: ask(receiver, "", method="GET", body=None)[0] == 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"token": "A" * 22},
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"path": ""},
        {"path": "film/../../etc/passwd"},
        {"path": "history"},
        {"method": "POST"},
        {"method": "DELETE", "body": None},
        {"Content_Type": "text/html"},
        {"X_File_Name": "set.exe"},
        {"body": b""},
        {"body": os.urandom(2**20 + 1)},
        {"Content_Length": "-1"},
        {"Transfer_Encoding": "chunked"},
    ],
    ids=[
        "wrong token",
        "foreign host",
        "foreign origin",
        "origin null",
        "body to the page",
        "path out",
        "other page",
        "post",
        "delete",
        "no film type",
        "no film name",
        "empty",
        "too large",
        "negative length",
        "chunked",
    ],
)
def test_anything_but_one_video_from_our_page_is_refused_and_leaves_nothing(
    receiver: PhoneReceiver, changed: dict[str, Any]
) -> None:
    status, answer = ask(receiver, **changed)
    assert status == 0 or 400 <= status < 500
    assert receiver.token not in answer
    assert receiver.film is None
    assert list(receiver.folder.iterdir()) == []
    assert ask(receiver)[0] == 200  # the phone's own try still works


def test_a_video_that_is_empty_is_not_called_too_large(receiver: PhoneReceiver) -> None:
    assert ask(receiver, body=b"")[1].startswith("This video is empty.")


def test_a_name_with_folders_in_it_stays_a_name(receiver: PhoneReceiver) -> None:
    assert ask(receiver, X_File_Name="..%2F..%2Fetc%2Fset.mp4")[0] == 200
    assert [path.parent for path in receiver.folder.rglob("*")] == [receiver.folder]


def start_upload(receiver: PhoneReceiver, sent: bytes) -> socket.socket:
    host, port = receiver.host.split(":")
    connection = socket.create_connection((host, int(port)))
    connection.sendall(
        f"PUT /{receiver.token}/film HTTP/1.1\r\nHost: {receiver.host}\r\nContent-Type: video/mp4\r\nX-File-Name: a.mp4\r\n"
        f"Content-Length: {len(FILM)}\r\n\r\n".encode()
        + sent
    )
    return connection


def test_a_second_film_is_refused_while_one_arrives_and_a_broken_one_can_be_sent_again(receiver: PhoneReceiver) -> None:
    first = start_upload(receiver, FILM[:1000])
    assert wait_until(lambda: receiver.state == "receiving")
    assert ask(receiver)[0] in (409, 0)
    first.close()
    assert wait_until(lambda: receiver.state == "waiting")
    assert list(receiver.folder.iterdir()) == []
    assert ask(receiver)[0] == 200


def test_an_upload_that_stalls_is_dropped(tmp_path: Path) -> None:
    receiver = open_receiver(tmp_path, stalled_s=0.5)
    with start_upload(receiver, FILM[:1000]):
        assert wait_until(lambda: receiver.state == "receiving")
        assert wait_until(lambda: receiver.state == "waiting")
    assert list(tmp_path.iterdir()) == []
    receiver.close()


def test_many_open_connections_do_not_keep_the_phone_out_for_good(tmp_path: Path) -> None:
    receiver = open_receiver(tmp_path, stalled_s=0.5)
    host, port = receiver.host.split(":")
    idle = [socket.create_connection((host, int(port))) for _ in range(3 * MAX_CONNECTIONS)]
    assert wait_until(lambda: ask(receiver)[0] == 200)
    for connection in idle:
        connection.close()
    receiver.close()


@pytest.mark.parametrize("limit", ["max_open_s", "unattended_s"])
def test_it_closes_when_its_time_is_up_or_the_page_is_gone(tmp_path: Path, limit: str) -> None:
    receiver = open_receiver(tmp_path, **{limit: 0.5})
    assert wait_until(lambda: receiver.state == "closed")
    with pytest.raises(OSError, match="refused"):
        start_upload(receiver, b"")


def test_its_time_is_up_even_while_a_film_arrives_and_the_part_is_deleted(tmp_path: Path) -> None:
    receiver = open_receiver(tmp_path, max_open_s=1.0)
    with start_upload(receiver, FILM[:1000]):
        assert wait_until(lambda: receiver.state == "receiving")
        assert wait_until(lambda: receiver.state == "closed")
    assert receiver.film is None
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="refused"):
        start_upload(receiver, b"")


@pytest.mark.parametrize("address", ["192.168.1.5", "10.0.0.3", "172.20.1.1"])
def test_an_address_of_a_private_network_is_offered(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "127.0.0.1", "169.254.7.7", "0.0.0.0"])
def test_an_address_that_is_public_or_only_this_computers_is_not_offered(address: str) -> None:
    assert not is_local(address)


SERVER = """
import sys, time
from pathlib import Path
from formcheck.app.phone.network import list_addresses
from formcheck.app.phone.receiver import PhoneReceiver
receiver = PhoneReceiver(Path(sys.argv[1]), list_addresses()[0], max_bytes=2**20, suffixes=("mp4",))
print(receiver.url, flush=True)
while receiver.state in ("waiting", "receiving"):
    receiver.keep_open(); time.sleep(0.05)
print(receiver.state, receiver.film.path.stat().st_size if receiver.film else 0, flush=True)
receiver.close()
"""
CLIENT = """
import http.client, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
def put(path, size, **headers):
    connection = http.client.HTTPConnection(url.netloc, timeout=10)
    try:
        connection.request("PUT", path, body=b"x" * size, headers={"Content-Type": "video/mp4", "X-File-Name": "a.mp4", **headers})
        return connection.getresponse().status
    except (ConnectionError, http.client.HTTPException):
        return 0
film = url.path + "film"
print(put("/wrong/film", 10), put(film, 2**20 + 1), put(film, 10, Origin="http://evil.example"), put(film, 5000))
"""


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("ip"), reason="makes network namespaces")
def test_a_phone_in_another_network_namespace_sends_its_film_and_hostile_clients_do_not(tmp_path: Path) -> None:
    mark = uuid.uuid4().hex[:6]
    laptop, phone = f"fc-l-{mark}", f"fc-p-{mark}"

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)

    def inside(host: str, *words: str) -> list[str]:
        return ["ip", "netns", "exec", host, sys.executable, *words]

    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    try:
        ip("netns", "add", laptop)
        ip("netns", "add", phone)
        ip("link", "add", f"l{mark}", "netns", laptop, "type", "veth", "peer", "name", f"p{mark}", "netns", phone)
        for host, device, address in ((laptop, f"l{mark}", "192.168.77.1/24"), (phone, f"p{mark}", "192.168.77.2/24")):
            ip("-n", host, "addr", "add", address, "dev", device)
            ip("-n", host, "link", "set", device, "up")
        server = subprocess.Popen(
            inside(laptop, "-c", SERVER, str(tmp_path)), stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
        )
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        assert url.startswith("http://192.168.77.1:")
        client = subprocess.run(inside(phone, "-c", CLIENT, url), capture_output=True, text=True, timeout=60, check=True)
        wrong, large, foreign, right = map(int, client.stdout.split())
        assert wrong == 404
        assert large in (413, 400, 0)
        assert foreign == 404
        assert right == 200
        assert server.communicate(timeout=30)[0].split() == ["arrived", "5000"]
    finally:
        for host in (laptop, phone):
            subprocess.run(["ip", "netns", "del", host], check=False, capture_output=True)
