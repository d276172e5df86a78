"""Write THIRD_PARTY.md: formcheck's dependencies, with versions and licenses, from the metadata of the installed packages.

Run ``python scripts/third_party.py`` in an environment with ``pip install -e .``. ``--check`` only reports whether the file names
every package that is needed now, and fails if not.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "THIRD_PARTY.md"
# Different classifiers and names for the same license (left: as the packages write it).
SHORT = {
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2": "Apache-2.0",
    "MIT License": "MIT",
    "The MIT License": "MIT",
    "BSD License": "BSD",
    "BSD 3-Clause License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0",
    "Python Software Foundation License": "PSF-2.0",
}
HEAD = """# Third-party software

formcheck itself is Apache-2.0 (see `LICENSE`). It contains:

| what | license | where |
|---|---|---|
| BlazePose GHUM 3D pose landmarker bundles (Google, MediaPipe) | Apache-2.0 | `models/`, with the license beside them |
| MoveNet SinglePose Thunder 4 (Google), written as ONNX | Apache-2.0 | `models/`, with the license beside it |
| Sample videos | CC0-1.0, made for formcheck | `sample_videos/` |
| Inter (two weights) | OFL-1.1 | `formcheck/render/fonts/`, with the license beside it |

It needs the packages below, which pip installs from their own makers. Made by `python scripts/third_party.py` from their
metadata; versions are those that the tests ran with.

Some wheels carry native libraries with licenses of their own. On Linux, those of **av** are FFmpeg (which calls itself LGPL,
version 3 or later) and, beside it, x264 and x265 (GPL, version 2 or later); those of **opencv-python** are FFmpeg (LGPL,
version 2.1 or later) and Qt 5 (LGPL, version 3). formcheck calls them and does not contain them. Whoever hands on formcheck
*with* its dependencies, as in a container image, hands on these too and has to follow their licenses.

For the tests alone, **axe-playwright-python** (MIT) carries axe-core (MPL-2.0) in its wheel.

Known weaknesses of dependencies are looked up with `pip-audit`, run in the
environment that formcheck is installed in. It asks the Python Packaging Advisory Database over the network.
"""


def normalize(name: str) -> str:
    """Return a package's name in the form that indexes compare."""
    return re.sub(r"[-_.]+", "-", name).lower()


def list_own(extra: str | None) -> list[Requirement]:
    """Return the requirements named in pyproject.toml, with one of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = project["dependencies"] + (project["optional-dependencies"][extra] if extra else [])
    return [Requirement(text) for text in texts]


def list_needs(package: Distribution, extras: frozenset[str]) -> list[Requirement]:
    """Return the requirements that apply on this machine."""
    needs = [Requirement(text) for text in package.requires or []]
    return [r for r in needs if r.marker is None or any(r.marker.evaluate({"extra": e}) for e in (extras or {""}))]


def collect(extra: str | None) -> dict[str, tuple[Distribution, bool]]:
    """Return every package that formcheck needs, by name, and whether formcheck names it directly."""
    found: dict[str, tuple[Distribution, bool]] = {}
    waiting = [(r, True) for r in list_own(extra)]
    while waiting:
        need, direct = waiting.pop(0)
        name = normalize(need.name)
        if name in found or name == "formcheck":
            continue
        try:
            package = distribution(need.name)
        except PackageNotFoundError:
            if direct:
                raise
            continue  # a package's metadata may name packages that this machine does not need
        found[name] = (package, direct)
        waiting += [(r, False) for r in list_needs(package, frozenset(need.extras) | {""})]
    return found


def read_license(package: Distribution) -> str:
    """Return the license in the shortest form that the package's metadata gives."""
    fields = package.metadata
    for text in (fields.get("License-Expression"), fields.get("License")):
        line = (text or "").strip().split("\n")[0].strip()
        if line and len(line) < 60 and not line.startswith(("Copyright", "UNKNOWN")):
            return SHORT.get(line, line)
    classifiers = [c.split(" :: ")[-1] for c in fields.get_all("Classifier") or [] if c.startswith("License ::")]
    classifiers = [SHORT.get(c, c) for c in classifiers if c != "OSI Approved"]
    return " or ".join(classifiers) or _read_title(package) or "see the package"


def _read_title(package: Distribution) -> str:
    """Return the first line of the package's license file, if that is a license's name."""
    for name in package.metadata.get_all("License-File") or []:
        title = (package.read_text(f"licenses/{name}") or "").strip().split("\n")[0].strip()
        if title in SHORT:
            return SHORT[title]
    return ""


def write_table(packages: dict[str, tuple[Distribution, bool]]) -> str:
    """Return a table of packages; those that formcheck names directly are bold."""
    rows = ["| package | version | license |", "|---|---|---|"]
    for name, (package, direct) in sorted(packages.items()):
        rows.append(f"| {f'**{name}**' if direct else name} | {package.version} | {read_license(package)} |")
    return "\n".join(rows)


def main() -> int:
    """Write the file, or check it."""
    running = collect(None)
    testing = {k: v for k, v in collect("test").items() if k not in running}
    if "--check" in sys.argv:
        text = TARGET.read_text(encoding="utf-8")
        missing = [n for n in running if f"| {n} |" not in text and f"| **{n}** |" not in text]
        print(f"THIRD_PARTY.md does not name: {', '.join(missing)}" if missing else "THIRD_PARTY.md names every package.")
        return 1 if missing else 0
    parts = [
        HEAD,
        "## To run (bold: named in pyproject.toml)\n",
        write_table(running),
        "\n## For the tests only\n",
        write_table(testing),
    ]
    TARGET.write_text("\n".join(parts) + "\n", encoding="utf-8")
    unclear = [n for n, (p, _) in (running | testing).items() if read_license(p) == "see the package"]
    print(f"{len(running)} to run, {len(testing)} for the tests; license unclear: {', '.join(unclear) or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
