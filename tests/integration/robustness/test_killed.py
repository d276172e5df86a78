"""A run that is killed while it writes leaves whole outputs or none, and what is half done is called so.

FORMCHECK_TEST_KILLS sets how many times it is killed (default 40).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from formcheck.support.files import STALE_PARTIAL_S, write_text
from tests.helpers.clips import cut_clip
from tests.integration.robustness.killer import TARGETS

ROUNDS = int(os.environ.get("FORMCHECK_TEST_KILLS", "40"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_killed_at_any_moment_no_output_is_half_written(sample_videos: Path, tmp_path: Path) -> None:
    clip = cut_clip(sample_videos / "hr_double_female_side.mp4", tmp_path / "set.mp4", 0.0, 1.0)
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-m", "tests.integration.robustness.killer", str(clip), str(out), str(ROUNDS), "7"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60 + 5 * ROUNDS, check=False)
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rounds) == ROUNDS, done.stderr[-2000:]
    assert [r for r in rounds if r["faults"]] == []
    # the kills did fall into the writing, not before or after all of it
    assert set(TARGETS) <= set(rounds[-1]["there"])
    partials = [name for name in rounds[-1]["there"] if name.endswith(".partial")]
    assert partials
    # and the next run clears up what is surely nobody's any more
    for name in partials:
        os.utime(out / name, (time.time() - STALE_PARTIAL_S - 60,) * 2)
    for name in TARGETS:
        write_text(out / name, "new")
    assert sorted(p.name for p in out.iterdir()) == sorted(TARGETS)
