"""A process of its own that saves sets and says so: each acknowledged set is one line on stdout.

python worker.py save URL TAG COUNT | import URL FILE | migrate URL
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from formcheck.history.exchange.json_file import import_json
from formcheck.history.store.store import open_store
from tests.helpers.factories import half_kneeling_report


def save(url: str, tag: str, count: str) -> None:
    with open_store(url) as store:
        for i in range(int(count)):
            report = half_kneeling_report((20.0 + i, float(tag)), file=f"{tag}-{i}.mp4")
            saved = store.save_report(report, "Ada")
            print(f"{saved.id} {20.0 + i} {saved.already_saved}", flush=True)


def import_file(url: str, file: str) -> None:
    with open_store(url) as store:
        print("begin", flush=True)
        result = import_json(store, Path(file).read_bytes())
        print(f"done {result.sets}", flush=True)


def migrate(url: str) -> None:
    print("begin", flush=True)
    with open_store(url):
        print("done", flush=True)


if __name__ == "__main__":
    {"save": save, "import": import_file, "migrate": migrate}[sys.argv[1]](*sys.argv[2:])
