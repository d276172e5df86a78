"""Two annotated videos played as one: a repetition of one beside the same repetition of the other."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime

from formcheck.report.schema import SetReport

_SCRIPT = Path(__file__).parents[1] / "assets" / "compare_play.js"
_HTML = """
<div class="pair">
  <figure><video muted playsinline preload="auto"></video><figcaption></figcaption></figure>
  <figure><video muted playsinline preload="auto"></video><figcaption></figcaption></figure>
</div>
<div class="bar">
  <button type="button" class="play">Play both</button>
  <label>Show <select class="reps"></select></label>
  <label>Speed <select class="speed"><option value="0.25">¼</option><option value="0.5">½</option>
    <option value="1" selected>1</option></select></label>
  <label class="wide"><span class="said" role="status"></span>
    <input class="place" type="range" min="0" max="100" step="1" value="0" aria-label="Place in the rep, of both videos"></label>
</div>
"""
_CSS = """
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; font-family: var(--st-font); color: var(--st-text-color); }
.pair figure { margin: 0; }
.pair video { width: 100%; display: block; border-radius: .6rem; background: #000; max-height: 70vh; }
.pair figcaption { padding: .35rem 0; }
.bar { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center; font-family: var(--st-font);
  color: var(--st-text-color); }
.bar button, .bar select { font: inherit; color: inherit; background: var(--st-background-color); padding: .4rem .9rem;
  border: 1px solid var(--st-border-color); border-radius: .6rem; min-height: 2.75rem; cursor: pointer; }
.bar .play { min-width: 7rem; }
.bar label { display: inline-flex; align-items: center; gap: .5rem; }
.bar .wide { flex: 1 1 14rem; }
.bar .said { min-width: 3.5rem; }
.bar input { flex: 1; min-width: 8rem; accent-color: var(--st-primary-color); min-height: 2.75rem; }
.bar :focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
@media (max-width: 30rem) { .pair { gap: .4rem; } }
"""


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component("formcheck_pair", html=_HTML, css=_CSS, js=_SCRIPT.read_text(encoding="utf-8"))


def play_both(videos: tuple[Path, Path], reports: tuple[SetReport, SetReport], names: tuple[str, str]) -> None:
    """Show the two videos with one control for both; as many reps as both sets have."""
    count = min(len(report.reps) for report in reports)
    sides = [
        {"url": _address(video, number), "name": name, "reps": [[rep.start_s, rep.end_s] for rep in report.reps[:count]]}
        for number, (video, report, name) in enumerate(zip(videos, reports, names, strict=True))
    ]
    if count:
        _component()(key="compare-player", data={"sides": sides})


def _address(video: Path, number: int) -> str:
    """Where the visitor's browser finds a video of this computer; Streamlit serves it to this visit alone."""
    if not runtime.exists():
        return ""
    return runtime.get_instance().media_file_mgr.add(str(video), "video/mp4", f"compare-{number}")
