"""Two annotated videos played as one: a repetition of one beside the same repetition of the other."""

from __future__ import annotations

from html import escape
from pathlib import Path

from streamlit import runtime

from formcheck.app.shared.components import load_component
from formcheck.report.schema import SetReport
from formcheck.support.language import tr

# What the script says, each under its name in the script; it puts in what stands in braces.
_WORDS = {
    "play": tr("Play both"),
    "pause": tr("Pause"),
    "all": tr("All reps in turn"),
    "rep": tr("Rep {number}"),
    "both": tr("Rep {number} of both"),
    "place": tr("{share} % of rep {number}"),
}
_HTML = f"""
<div class="pair">
  <figure><video muted playsinline preload="auto"></video><figcaption></figcaption></figure>
  <figure><video muted playsinline preload="auto"></video><figcaption></figcaption></figure>
</div>
<div class="bar">
  <button type="button" class="play"></button>
  <label>{escape(tr("Show"))} <select class="reps"></select></label>
  <label>{escape(tr("Speed"))} <select class="speed"><option value="0.25">¼</option><option value="0.5">½</option>
    <option value="1" selected>1</option></select></label>
  <label class="wide"><span class="said" role="status"></span>
    <input class="place" type="range" min="0" max="100" step="1" value="0"
      aria-label="{escape(tr("Place in the rep, of both videos"))}"></label>
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


def play_both(videos: tuple[Path, Path], reports: tuple[SetReport, SetReport], names: tuple[str, str]) -> None:
    """Show the two videos with one control for both; as many reps as both sets have."""
    count = min(len(report.reps) for report in reports)
    sides = [
        {"url": _address(video, number), "name": name, "reps": [[rep.start_s, rep.end_s] for rep in report.reps[:count]]}
        for number, (video, report, name) in enumerate(zip(videos, reports, names, strict=True))
    ]
    if count:
        component = load_component("formcheck_pair", "compare_play.js", _HTML, _CSS)
        component(key="compare-player", data={"sides": sides, "words": _WORDS})


def _address(video: Path, number: int) -> str:
    """Where the visitor's browser finds a video of this computer; Streamlit serves it to this visit alone."""
    if not runtime.exists():
        return ""
    return runtime.get_instance().media_file_mgr.add(str(video), "video/mp4", f"compare-{number}")
