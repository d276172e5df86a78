"""A phone as the camera: its page takes a film, and the report appears on the laptop."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from formcheck.pose.bundles import data_dir
from tests.helpers.harness import PATIENCE_MS, is_wider_than_window, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CLIP = data_dir("sample_videos") / "dfx_leadin_right.mp4"
# An address of a home network on the loopback device: nothing leaves this computer.
ADDRESS = "192.168.77.9"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("ip"), reason="gives this computer an address"
)


@pytest.fixture
def local_network() -> Iterator[None]:
    subprocess.run(["ip", "addr", "add", f"{ADDRESS}/32", "dev", "lo"], check=False, capture_output=True)
    yield
    subprocess.run(["ip", "addr", "del", f"{ADDRESS}/32", "dev", "lo"], check=False, capture_output=True)


@pytest.mark.usefixtures("local_network")
def test_a_film_sent_by_the_phone_becomes_a_report_on_the_laptop(browser: Browser, app_url: str) -> None:
    laptop = browser.new_page(viewport={"width": 1280, "height": 720})
    laptop.goto(f"{app_url}/analyze")
    settle(laptop)
    laptop.get_by_role("button", name="Film with my phone").click()
    address = laptop.locator("code").inner_text().strip()
    phone = browser.new_page(viewport={"width": 390, "height": 844})
    outside: list[str] = []
    phone.on("request", lambda request: outside.append(request.url) if ADDRESS not in request.url else None)
    phone.goto(address)
    assert not is_wider_than_window(phone)
    phone.get_by_label("Choose a video").set_input_files(str(CLIP))
    phone.get_by_role("button", name="Send").click()
    phone.get_by_text("Sent. Your report appears on the laptop.").wait_for(timeout=60_000)
    laptop.get_by_role("heading", name="Your report").wait_for(timeout=PATIENCE_MS)
    laptop.get_by_text("3 reps").or_(laptop.get_by_text(re.compile(r"^3$"))).first.wait_for(timeout=PATIENCE_MS)
    assert outside == []
