"""The app under load: several sessions at once upload, wait in the queue, browse, and read their reports.

    python benchmarks/load.py [--sessions 8] [--minutes 5] [--rounds 1]

Starts its own server on this computer with a temporary data folder. Each session is a real one, which speaks the app's protocol
(tests/helpers/visitor.py). Every report must be about the file that its session uploaded. Prints the number of analyses, the
longest queue shown, errors and mixed-up reports, and the memory of the server alone and with its worker processes: before (when
the first session has ended), at its highest, and after the last session has closed. The benchmark ends without user action; the
exit code is 1 if something was wrong.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from formcheck.pose.bundles import data_dir  # noqa: E402
from tests.helpers.harness import serve_app  # noqa: E402
from tests.helpers.visitor import Visitor, read_metrics, read_words, visit  # noqa: E402 - the tests' own visitor

CLIPS = ("dfx_leadin_right", "df_left_male_side", "df_right_female_heellift", "hr_double_female_side", "hr_single_male_side")
BROWSED = ("", "trends", "history", "plan", "filming")
POLL_S = 1.0
# Streamlit ends a session two minutes after its page was closed.
SESSION_ENDS_S = 150.0
WAITING = re.compile(r"Waiting: (\d+) video")


@dataclass
class Found:
    """The findings of the sessions."""

    analyses: int = 0
    pages: int = 0
    longest_queue: int = 0
    wrong: list[str] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, fault: str) -> None:
        """Note a fault."""
        with self.lock:
            self.wrong.append(fault)


def read_truth(clip: str) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((data_dir("sample_videos") / f"{clip}.json").read_text())
    return truth


def visit_once(visitor: Visitor, number: int, turn: int, found: Found, deadline: float) -> None:
    """Upload a video, open other pages while it is analyzed, and check that the report is about that video."""
    clip = CLIPS[(number + turn) % len(CLIPS)]
    name = f"session{number}-turn{turn}.mp4"
    visitor.open("analyze")
    visitor.upload(name, (data_dir("sample_videos") / f"{clip}.mp4").read_bytes())
    visitor.click("Analyze")
    start = time.monotonic()
    for step in range(10**6):
        words = read_words(visitor.page) + " ".join(str(node.proto.text) for node in visitor.page.get("progress"))
        if "Your report" in words:
            break
        if visitor.page.get("error") or visitor.page.get("exception"):
            found.note(f"{name}: {words[:300]}")
            return
        if waiting := WAITING.search(words):
            found.longest_queue = max(found.longest_queue, int(waiting[1]))
        if time.monotonic() > deadline:
            return  # time is up; closing the session ends its job
        time.sleep(POLL_S)
        if step % 4 == 3:
            visitor.open(BROWSED[(step // 4) % len(BROWSED)])
            found.pages += 1
            if visitor.page.get("error") or visitor.page.get("exception"):
                found.note(f"{name}: {read_words(visitor.page)[:300]}")
            visitor.open("analyze")
        else:
            visitor.poll()
    truth = read_truth(clip)
    reps = read_metrics(visitor.page).get("Reps")
    if name not in read_words(visitor.page):
        found.note(f"{name}: the report is of another file")
    if reps != str(len(truth["reps"])):
        found.note(f"{name} ({clip}): {reps} repetitions instead of {len(truth['reps'])}")
    with found.lock:
        found.analyses += 1
        found.waits_s.append(time.monotonic() - start)
    visitor.click("Analyze another video")


def run_session(address: str, number: int, found: Found, deadline: float) -> None:
    try:
        with visit(address) as visitor:
            turn = 0
            while time.monotonic() < deadline:
                visit_once(visitor, number, turn, found, deadline)
                turn += 1
    except Exception as error:  # any error is a finding
        found.note(f"session {number}: {type(error).__name__}: {error}")


def run_round(address: str, server: psutil.Process, sessions: int, seconds: float, found: Found) -> tuple[float, float]:
    """Run all sessions at once until the time is up; return the highest memory meanwhile, as from `memory_mb`."""
    deadline = time.monotonic() + seconds
    threads = [threading.Thread(target=run_session, args=(address, number, found, deadline)) for number in range(sessions)]
    for thread in threads:
        thread.start()
    own, total = 0.0, 0.0
    while any(thread.is_alive() for thread in threads):
        now = memory_mb(server)
        own, total = max(own, now[0]), max(total, now[1])
        time.sleep(0.5)
    return own, total


def memory_mb(server: psutil.Process) -> tuple[float, float]:
    """Return the memory of the server alone, and with the processes that work on its videos, MB."""
    helpers = 0.0
    for process in server.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it may have just ended
            helpers += float(process.memory_info().rss)
    own = float(server.memory_info().rss)
    return own / 2**20, (own + helpers) / 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument(
        "--rounds", type=int, default=1, help="all sessions close between two: what grows from one to the next leaks"
    )
    asked = parser.parse_args()
    found = Found()
    with tempfile.TemporaryDirectory(prefix="formcheck-load-") as folder:
        log = Path(folder) / "server.log"
        with serve_app(Path(folder), log) as address:
            server = next(p for p in psutil.Process().children() if "app" in p.cmdline())
            warm = Found()
            with visit(address) as visitor:  # loads the models and the pages' libraries
                for page in BROWSED:
                    visitor.open(page)
                visit_once(visitor, 0, 0, warm, time.monotonic() + 600)
            time.sleep(SESSION_ENDS_S)
            before, highest, after = memory_mb(server), [], []
            for _ in range(asked.rounds):
                highest.append(run_round(address, server, asked.sessions, 60 * asked.minutes, found))
                time.sleep(SESSION_ENDS_S)
                after.append(memory_mb(server))
            left = [path for path in (Path(folder) / "workspace").glob("*/*") if path.is_dir()]
            logged = log.read_text(errors="replace")
    waits = sorted(found.waits_s)
    print(f"{asked.sessions} sessions, {asked.minutes:g} minutes: {found.analyses} analyses, {found.pages} other pages opened")
    if waits:
        print(f"from *Analyze* to the report: median {waits[len(waits) // 2]:.0f} s, longest {waits[-1]:.0f} s")
    print(f"longest queue shown: {found.longest_queue} before one's own")
    print("memory, MB: of the server, and of it with the processes that it works on videos in")
    print(f"  before   {before[0]:5.0f} {before[1]:5.0f}")
    for number, (peak, end) in enumerate(zip(highest, after, strict=True), start=1):
        print(f"  round {number}  {peak[0]:5.0f} {peak[1]:5.0f} at the highest, {end[0]:5.0f} {end[1]:5.0f} afterwards")
    print(f"folders of recordings left: {len(left)}; tracebacks in the log: {logged.count('Traceback')}")
    print(f"errors and mixed-up reports: {len(found.wrong) + len(warm.wrong)}", *found.wrong, *warm.wrong, sep="\n  ")
    return int(bool(found.wrong or warm.wrong or left or "Traceback" in logged or not found.analyses))


if __name__ == "__main__":
    sys.exit(main())
