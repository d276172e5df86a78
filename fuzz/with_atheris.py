"""The readers of `readers.py` under atheris (libFuzzer), where it is installed: its mutations find what ours do not.

``python fuzz/with_atheris.py READER [SECONDS]``. A finding is an exception other than formcheck's own; atheris prints it and writes
the input to the present folder.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["formcheck"]):
    from readers import make_readers

    from formcheck.support.errors import FormcheckError


def main(name: str, seconds: str) -> None:
    """Fuzz one reader, from its seeds."""
    folder = Path(tempfile.mkdtemp(prefix="formcheck-fuzz-"))
    reader = make_readers(folder)[name]
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(reader.seeds):
        (corpus / str(number)).write_bytes(seed)

    def read(data: bytes) -> None:
        try:
            reader.read(data)
        except FormcheckError:
            return

    options = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=4096", "-max_len=65536", "-print_final_stats=1"]
    os.environ.setdefault("PYTHONFAULTHANDLER", "1")
    atheris.Setup([sys.argv[0], *options, str(corpus)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "60")
