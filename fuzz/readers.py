"""Fuzzes the readers of strangers' files: batch manifests, runs as CSV, GPX and FIT, history exports, report JSON.

``python fuzz/readers.py [--seconds 60] [--seed 1] [READER...]``

Coverage-guided like atheris or AFL, in plain Python, so that it runs wherever formcheck does: an input that reaches a line of
formcheck which none reached before is kept and mutated further. Only formcheck's own errors may come out; anything else is a
finding, is written to ``fuzz/findings/`` and makes the exit code 1. The last result stands in ``fuzz/README.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from formcheck.batch.jobs import Job, read_manifest  # noqa: E402
from formcheck.history.exchange.json_file import export_json, import_json  # noqa: E402
from formcheck.history.sample import add_sample  # noqa: E402
from formcheck.history.store.store import Store, open_store  # noqa: E402
from formcheck.report.schema import SetReport  # noqa: E402
from formcheck.support.errors import FormcheckError  # noqa: E402
from formcheck.training.run_files import read_runs  # noqa: E402
from tests.unit.training.test_run_files import fit, gpx  # noqa: E402 - the seeds are the tests' own

PACKAGE = str(ROOT / "formcheck")
SLOW_S = 10.0
# Numbers and words that have broken readers before.
TOKENS = [
    *(b"0 -1 1e309 -1e309 nan inf NaN Infinity 1e-320 99999999999999999999 0x10 1_000 null true [] {}".split()),
    *(b"9999-12-31 0001-01-01T00:00:00Z 2026-02-30 2026-03-03T25:00 +99:99 1970-01-01".split()),
    *(t.encode() for t in ('"', "'", ",", ";", "\n", "\r", "\t", "\0", "\ufeff", "\ud7ff", "٣", "𝟛", "../../x", "/etc/passwd")),
    *(b"\xff", b"\xff\xfe", b"\xed\xa0\x80", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"]]>", b"<![CDATA["),
]


@dataclass
class Reader:
    """One reader: what it is called with, and inputs that it takes."""

    read: Callable[[bytes], object]
    seeds: list[bytes]
    kept: list[bytes] = field(default_factory=list)
    lines: set[tuple[str, int]] = field(default_factory=set)
    runs: int = 0
    accepted: int = 0


def make_readers(folder: Path) -> dict[str, Reader]:
    """Every reader with its seeds; the store is the sample athlete's."""
    os.environ["FORMCHECK_HOME"] = str(folder / "home")
    store = open_store()
    add_sample(store)
    exported = json.loads(export_json(store))
    for athlete in exported["athletes"]:  # a handful of each kind says as much as hundreds, and is quicker
        for name, value in athlete.items():
            if isinstance(value, list):
                athlete[name] = value[:2]
    report = next(s["report"] for a in exported["athletes"] for s in a["sets"])
    report = report if isinstance(report, str) else json.dumps(report)
    manifest = folder / "manifest.csv"
    (folder / "a.mp4").write_bytes(b"x")

    def read_table(data: bytes) -> object:
        manifest.write_bytes(data)
        return read_manifest(manifest, Job(Path(), "auto", "auto"))

    def read_report(data: bytes) -> object:
        from pydantic import ValidationError

        try:
            return SetReport.model_validate_json(data).model_dump_json()
        except ValidationError as error:
            raise FormcheckError(str(error.error_count())) from error

    imported = Imports(store)
    return {
        "manifest": Reader(
            read_table,
            [
                b"file,athlete,exercise,side,height_cm,mass_kg,recorded_at\na.mp4,Ada,heel-raise,left,170,60,2026-03-01T10:00\n",
                b'file;side\n"a.mp4";right\n',
            ],
        ),
        "runs-csv": Reader(lambda d: read_runs("a.csv", d), [b"date,km\n2026-03-01,5.2\n", b"Datum;Distanz\n1.3.2026;5,2\n"]),
        "runs-gpx": Reader(lambda d: read_runs("a.gpx", d), [gpx([(50.0, 8.0), (50.01, 8.0), (50.02, 8.01)])]),
        "runs-fit": Reader(lambda d: read_runs("a.fit", d), [fit(datetime(2026, 3, 3, 12, tzinfo=UTC), 5200.0)]),
        "history": Reader(imported.read, [json.dumps(exported).encode()]),
        "report": Reader(read_report, [report.encode()]),
    }


class Imports:
    """Imports into one store; what a fuzzed file brought in is not kept, so that it does not grow."""

    def __init__(self, store: Store) -> None:
        """Remember the store's athletes."""
        self._store = store
        self._known = {a.id for a in store.list_athletes()}

    def read(self, data: bytes) -> object:
        """Import, and remove what came."""
        result = import_json(self._store, data)
        for athlete in self._store.list_athletes():
            if athlete.id not in self._known:
                self._store.delete_athlete(athlete.id)
        return result


def mutate(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Change an input in one to four places; JSON also by its structure."""
    if data[:1] in b"[{" and chance.random() < 0.6:
        try:
            return json.dumps(_mutate_json(json.loads(data), chance)).encode()
        except (ValueError, RecursionError):
            pass
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(spoilt) + 1)
        until = min(len(spoilt), at + chance.choice([1, 1, 2, 4, 8, 32]))
        kind = chance.randrange(7)
        if kind == 0 and at < len(spoilt):
            spoilt[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            spoilt[at:until] = chance.randbytes(until - at)
        elif kind == 2:
            del spoilt[at:until]
        elif kind == 3:
            spoilt[at:at] = spoilt[at:until] * chance.choice([1, 2, 50])
        elif kind == 4:
            spoilt[at:until] = chance.choice(TOKENS)
        elif kind == 5:
            spoilt[at:at] = chance.choice(TOKENS)
        else:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            spoilt[at:] = other[start:]
    return bytes(spoilt[: 1 << 20])


def _mutate_json(value: Any, chance: random.Random) -> Any:
    odd = [
        None,
        True,
        -1,
        0,
        2**63,
        2**70,
        1e308,
        -0.0,
        "",
        "x" * 3000,
        "2026-02-30",
        "\0",
        "\udc80",
        [],
        {},
        [[]],
        "NaN",
        float("inf"),
    ]
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        kind = chance.randrange(8)
        if kind == 0:
            return {k: v for k, v in value.items() if k != key}
        if kind == 1:
            return value | {chance.choice(["surprise", "", "id", "__class__"]): chance.choice(odd)}
        return value | {key: _mutate_json(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        if chance.randrange(4) == 0:
            return [*value[:at], value[at], *value[at:]]
        return [*value[:at], _mutate_json(value[at], chance), *value[at + 1 :]]
    return chance.choice(odd)


def trace_lines(read: Callable[[bytes], object], data: bytes) -> tuple[set[tuple[str, int]], BaseException | None]:
    """Read an input; the lines of formcheck that ran, and what was raised."""
    lines: set[tuple[str, int]] = set()

    def note(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        lines.add((frame.f_code.co_filename, frame.f_lineno))
        return note

    sys.settrace(note)
    try:
        read(data)
    except Exception as error:
        return lines, error
    finally:
        sys.settrace(None)
    return lines, None


def try_input(name: str, reader: Reader, data: bytes, findings: Path) -> bool:
    """Read one input, keep it if it is new, write it down if it is a finding; whether it is one."""
    start = time.monotonic()
    lines, error = trace_lines(reader.read, data)
    reader.runs += 1
    reader.accepted += error is None
    if not lines <= reader.lines:
        reader.lines |= lines
        reader.kept.append(data)
    slow = time.monotonic() - start > SLOW_S
    if (error is None or isinstance(error, FormcheckError)) and not slow:
        return False
    findings.mkdir(exist_ok=True)
    path = findings / f"{name}-{reader.runs}"
    path.write_bytes(data)
    print(f"FINDING in {name}: {'slow' if slow else repr(error)[:300]}; the input is {path}", flush=True)
    if error is not None:
        traceback.print_exception(error, limit=-4)
    return True


def main() -> int:
    """Fuzz for a while; print what was run."""
    parser = argparse.ArgumentParser(description="Fuzz the readers of strangers' files.")
    parser.add_argument("readers", nargs="*", help="which readers; all by default")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each reader")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        readers = make_readers(Path(folder))
        for name in options.readers or readers:
            reader, chance = readers[name], random.Random(options.seed)
            for seed in reader.seeds:
                reader.kept.append(seed)
                found += try_input(name, reader, seed, ROOT / "fuzz" / "findings")
                assert reader.accepted, f"{name} refuses its own seed"
            end = time.monotonic() + options.seconds
            before = found
            while time.monotonic() < end and found - before < 20:
                data = mutate(chance.choice(reader.kept), reader.kept, chance)
                found += try_input(name, reader, data, ROOT / "fuzz" / "findings")
            print(
                f"{name}: {reader.runs} inputs, {reader.accepted} accepted, {len(reader.kept)} kept, "
                f"{len(reader.lines)} lines reached, {found - before} findings",
                flush=True,
            )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
