"""Analyses hostile files one after the other under hard limits, and prints one JSON line about each.

A process of its own: what kills it (the memory limit, a crash in native code, a file that never ends) is a finding too, and the
test that reads its lines knows on which file it died.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path

from tests.helpers.hostile import list_cases, make_bases

MEMORY_LIMIT = 6 << 30  # of addresses, not of memory in use: native threads reserve far more than they touch
SECONDS_A_FILE = 45
# A file that grows in mid-file must not fill the disk through the annotated video either.
FILE_LIMIT = 256 << 20


class TooSlow(Exception):  # noqa: N818
    """A file took longer than any may."""


def _give_up(*_: object) -> None:
    raise TooSlow


def forget_peak() -> None:
    """Set the process's highest memory use back to what it uses now (Linux; elsewhere the peak is that of all files so far)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def read_peak_mb() -> float:
    """Highest memory use since `forget_peak`."""
    with contextlib.suppress(OSError):
        line = next(s for s in Path("/proc/self/status").read_text().splitlines() if s.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_case(path: Path, out: Path, *, draw: bool) -> tuple[str, str]:
    """Analyze a file and write what there is to write; how it ended, and with which words."""
    from formcheck.analysis.pipeline import run_analysis
    from formcheck.analysis.settings import Settings
    from formcheck.export.csv import format_csv
    from formcheck.render.documents import write_documents
    from formcheck.render.overlay import write_annotated
    from formcheck.support.errors import FormcheckError
    from formcheck.support.files import write_text

    try:
        analysis = run_analysis(path, Settings(model="lite", workers=1))  # there is a process like this one for each core
        write_text(out / "a.json", analysis.report.model_dump_json())
        write_text(out / "a.csv", format_csv(analysis))
        if draw:
            write_annotated(analysis, out / "a.mp4")
            write_documents(analysis, html=out / "a.html")
    except FormcheckError as error:
        return type(error).__name__, str(error)
    except TooSlow:
        return "too slow", "".join(traceback.format_stack()[-3:])
    except Exception:
        return "traceback", traceback.format_exc()
    return "report", f"{len(analysis.track)} frames"


def main(sample: str, folder: str, first: int, step: int) -> None:
    """Run every ``step``-th case from ``first`` on."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    signal.signal(signal.SIGALRM, _give_up)
    lines = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print must not get between the lines
    root = Path(folder)
    for number, case in list(enumerate(list_cases(make_bases(Path(sample), root))))[first::step]:
        own, out = root / f"{number}" / "in", root / f"{number}" / "out"
        own.mkdir(parents=True)
        out.mkdir()
        print(json.dumps({"number": number, "name": case.name}), file=lines)
        path = case.make(own)
        before = {p.name for p in own.iterdir()}
        forget_peak()
        faulthandler.dump_traceback_later(SECONDS_A_FILE + 15, exit=True)
        signal.alarm(SECONDS_A_FILE)
        start = time.monotonic()
        ended, words = run_case(path, out, draw=number % 5 == 0)
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()
        result = {
            "number": number,
            "ended": ended,
            "words": words.encode("utf-8", "replace").decode(),
            "seconds": time.monotonic() - start,
            "peak_mb": read_peak_mb(),
            "left": [p.name for p in out.iterdir() if p.name.startswith(".") or p.suffix == ".partial"],
            "beside": sorted({p.name for p in own.iterdir()} ^ before),
        }
        print(json.dumps(result), file=lines)
        with contextlib.suppress(OSError):
            path.unlink()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
