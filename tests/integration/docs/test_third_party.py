"""THIRD_PARTY.md names everything that formcheck needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(not (ROOT / "scripts" / "third_party.py").exists(), reason="not a checkout")
def test_the_list_of_third_party_software_is_complete() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "third_party.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
