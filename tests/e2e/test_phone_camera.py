"""A phone as the camera: another network's browser sends a film, and the report appears on the laptop.

The phone is a network namespace of its own: it reaches the laptop by one cable only, as over a home's Wi-Fi.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from formcheck.app.phone.receiver import PhoneReceiver
from formcheck.pose.bundles import data_dir
from tests.helpers.harness import CHROMIUM_ARGS, PATIENCE_MS, find_chromium, is_wider_than_window, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CLIP = data_dir("sample_videos") / "dfx_leadin_right.mp4"
LAPTOP_ADDRESS, PHONE_ADDRESS = "192.168.77.9", "192.168.77.10"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("ip"), reason="makes a network namespace"
)

# What a hostile device on the same network tries: each line of its answer is a name and a status, 0 where the laptop hung up.
HOSTILE = """
import http.client, socket, sys, time, urllib.parse
url, app_port = urllib.parse.urlsplit(sys.argv[1]), int(sys.argv[2])
film, host, port = url.path + "film", url.hostname, url.port

def ask(name, method, path, body=None, **headers):
    connection = http.client.HTTPConnection(host, port, timeout=20)
    own = {"Content-Type": "video/mp4", "X-File-Name": "a.mp4"} if method == "PUT" else {}
    sent = {**own, **{key.replace("_", "-"): value for key, value in headers.items()}}
    try:
        connection.request(method, path, body=body, headers=sent)
        status = connection.getresponse().status
    except (ConnectionError, http.client.HTTPException):
        status = 0
    print(name, status, flush=True)

ask("no token", "GET", "/")
ask("wrong token", "GET", "/AAAAAAAAAAAAAAAAAAAAAA/")
ask("film to a wrong token", "PUT", "/AAAAAAAAAAAAAAAAAAAAAA/film", b"x" * 100)
ask("path in the address", "GET", url.path + "../../etc/passwd")
ask("another page", "GET", url.path + "history")
ask("another page's origin", "PUT", film, b"x" * 100, Origin="http://evil.example")
ask("another name", "GET", url.path, Host="evil.example")
ask("no video", "PUT", film, b"<html>", Content_Type="text/html")
ask("program", "PUT", film, b"x" * 100, X_File_Name="set.exe")

def claim(length, sent):
    connection = socket.create_connection((host, port), timeout=20)
    connection.sendall((f"PUT {film} HTTP/1.1\\r\\nHost: {host}:{port}\\r\\nContent-Type: video/mp4\\r\\nX-File-Name: a.mp4\\r\\n"
                        f"Content-Length: {length}\\r\\n\\r\\n").encode() + sent)
    return connection

with claim(2 * 2**30, b"") as huge:
    print("2 GB claimed", int((huge.recv(100).split() or [b"", b"0"])[1]))
slow = claim(1000, b"x")
time.sleep(0.5)
ask("second film", "PUT", film, b"x" * 100)
slow.close()
for name, where in (("app", app_port), ("web", 80)):
    try:
        socket.create_connection((host, where), timeout=5).close()
        print(name, "open")
    except OSError:
        print(name, "refused")
"""


@dataclass(frozen=True)
class Phone:
    """The phone's network namespace, and a browser in it."""

    name: str
    browser: Browser

    def run(self, *words: str) -> str:
        """Run a program on the phone; its output."""
        inside = ["ip", "netns", "exec", self.name, *words]
        return subprocess.run(inside, check=True, capture_output=True, text=True, timeout=120).stdout


@pytest.fixture
def phone(tmp_path: Path, browser: Browser) -> Iterator[Phone]:
    """A phone on the laptop's network."""
    mark = uuid.uuid4().hex[:6]
    name, here, there = f"fc-{mark}", f"wl{mark}", f"ph{mark}"

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)

    chromium = tmp_path / "chromium-on-the-phone"
    chromium.write_text(f'#!/bin/sh\nexec ip netns exec {name} {find_chromium()} "$@"\n', encoding="utf-8")
    chromium.chmod(0o700)
    ip("netns", "add", name)
    try:
        ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        # an address that the system gives a second later would end what the laptop's browser is loading (ERR_NETWORK_CHANGED)
        ip("link", "set", here, "addrgenmode", "none")
        ip("addr", "add", f"{LAPTOP_ADDRESS}/24", "dev", here)
        ip("link", "set", here, "up")
        for words in (
            ("addr", "add", f"{PHONE_ADDRESS}/24", "dev", there),
            ("link", "set", there, "up"),
            ("link", "set", "lo", "up"),
        ):
            ip("-n", name, *words)
        opened = browser.browser_type.launch(executable_path=str(chromium), args=list(CHROMIUM_ARGS))
        yield Phone(name, opened)
        opened.close()
    finally:
        subprocess.run(["ip", "link", "del", here], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def show_code(browser: Browser, app_url: str) -> tuple[Page, str]:
    """The laptop's page with the code open, and the address that the code holds."""
    laptop = browser.new_page(viewport={"width": 1280, "height": 720})
    laptop.goto(f"{app_url}/analyze")
    settle(laptop)
    laptop.get_by_role("button", name="Film with my phone").click()
    laptop.get_by_role("img", name="A QR code that opens the address below on the phone.").wait_for()
    return laptop, laptop.locator("code").inner_text().strip()


def films_in(home: Path) -> list[Path]:
    """What a phone has sent and is still there."""
    return [path for path in home.rglob("film-*") if path.is_file()]


def test_a_film_sent_by_the_phone_becomes_a_report_and_hostile_devices_leave_nothing(
    browser: Browser, app_url: str, home: Path, phone: Phone
) -> None:
    laptop, address = show_code(browser, app_url)
    assert urlsplit(address).hostname == LAPTOP_ADDRESS
    said = laptop.get_by_text(re.compile("to devices on your local network that have this code"))
    said.wait_for()
    tried = phone.run(sys.executable, "-c", HOSTILE, address, str(urlsplit(app_url).port))
    answers = dict(line.rsplit(" ", 1) for line in tried.splitlines())
    assert answers.pop("app") == answers.pop("web") == "refused"
    assert set(answers.values()) <= {"404", "409", "413", "415", "0"}, answers
    assert (answers["2 GB claimed"], answers["second film"], answers["wrong token"]) == ("413", "409", "404")
    assert films_in(home) == []

    page = phone.browser.new_page(viewport={"width": 390, "height": 844})
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if LAPTOP_ADDRESS not in request.url else None)
    page.goto(address)
    page.get_by_text("they can see nothing that is on the laptop").wait_for()
    assert not is_wider_than_window(page)
    page.get_by_label("Choose a video").set_input_files(str(CLIP))
    page.get_by_text(f"Chosen: {CLIP.name}").wait_for()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Sent. Your report appears on the laptop.").wait_for(timeout=60_000)
    laptop.get_by_role("heading", name="Your report").wait_for(timeout=PATIENCE_MS)
    laptop.get_by_text("3 reps").or_(laptop.get_by_text(re.compile(r"^3$"))).first.wait_for(timeout=PATIENCE_MS)
    assert outside == []
    assert films_in(home) == []
    closed = phone.run(sys.executable, "-c", HOSTILE.split("def ask")[0] + CLOSED, address, "0")
    assert closed.strip() == "refused"


CLOSED = """
try:
    socket.create_connection((host, port), timeout=5).close()
    print("open")
except OSError:
    print("refused")
"""


def test_closing_the_code_closes_the_door(browser: Browser, app_url: str, phone: Phone) -> None:
    laptop, address = show_code(browser, app_url)
    laptop.get_by_role("button", name="Close").click()
    laptop.get_by_role("button", name="Film with my phone").wait_for()
    assert phone.run(sys.executable, "-c", HOSTILE.split("def ask")[0] + CLOSED, address, "0").strip() == "refused"


def test_when_the_code_is_over_the_phone_says_so_and_sends_nothing(browser: Browser, tmp_path: Path) -> None:
    receiver = PhoneReceiver(tmp_path, "127.0.0.1", max_bytes=2**20, suffixes=("mp4",), max_open_s=4.0)
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(receiver.url)
    page.get_by_label("Choose a video").set_input_files(str(CLIP))
    page.get_by_text("The ten minutes are over. Show a new code on the laptop").wait_for()
    assert page.get_by_role("button", name="Send").is_disabled()
    page.close()
    receiver.close()
    assert receiver.film is None


def test_a_wrong_file_is_refused_before_it_is_sent_and_the_reason_is_on_the_screen(browser: Browser, tmp_path: Path) -> None:
    """A phone's screen ends where its browser's bars begin: 664 of 844 pixels are left of it."""
    notes, long = tmp_path / "notes.txt", tmp_path / "long.mp4"
    notes.write_text("no video", encoding="utf-8")
    long.write_bytes(bytes(2**20 + 1))
    receiver = PhoneReceiver(tmp_path, "127.0.0.1", max_bytes=2**20, suffixes=("mp4",))
    page = browser.new_page(viewport={"width": 390, "height": 664})
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method != "GET" else None)
    page.goto(receiver.url)
    for file, why in ((notes, "This is not a video."), (long, "This video is too large.")):
        page.get_by_label("Choose a video").set_input_files(str(file))
        said = page.get_by_text(why)
        said.wait_for()
        assert page.get_by_role("button", name="Send").is_disabled()
        box = said.bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= 664 - box["height"]
    assert sent == []
    page.get_by_label("Choose a video").set_input_files(str(CLIP))
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Sent. Your report appears on the laptop.").wait_for()
    assert sent == ["PUT"]
    receiver.close()
    page.close()
