"""The phone's page of three steps: what is open and to whom, film, send."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from html import escape

from formcheck.render.colors import DARK, LIGHT
from formcheck.support.language import page_language, tr

_STYLE = f"""
:root {{ color-scheme: light dark; font: 1.15rem/1.5 system-ui, sans-serif; accent-color: {LIGHT.accent}; }}
body {{ max-width: 30rem; margin: 0 auto; padding: 1.25rem; }}
h1 {{ font-size: 1.4rem; }}
li {{ margin: 0.75rem 0; }}
label.button, button {{ display: block; width: 100%; box-sizing: border-box; padding: 1rem; border: 0; border-radius: 0.75rem;
  font: inherit; font-weight: 600; text-align: center; color: #fff; background: {LIGHT.accent}; }}
label.plain {{ color: inherit; background: none; border: 2px solid {LIGHT.accent}; padding: calc(1rem - 2px); }}
button:disabled, label.button:has(:disabled) {{ opacity: 0.45; }}
label.button:focus-within, button:focus-visible {{ outline: 3px solid #e0a100; outline-offset: 2px; }}
input[type=file] {{ position: absolute; opacity: 0; width: 1px; height: 1px; }}
@media (prefers-color-scheme: dark) {{ label.plain {{ border-color: {DARK.accent}; }} }}
progress {{ width: 100%; height: 1rem; }}
small {{ display: block; margin-top: 1.5rem; opacity: 0.8; }}
"""

TOO_LARGE = tr("This video is too large. Film one set only.")
NOT_A_VIDEO = tr("This is not a video. Choose the video of the set.")
# What the script says, each under its name in the script.
_WORDS = {
    "tooLarge": TOO_LARGE,
    "notAVideo": NOT_A_VIDEO,
    "chosen": tr("Chosen: {name}, {size}\u00a0MB"),
    "sending": tr("Sending…"),
    "sent": tr("Sent. Your report appears on the laptop. You can close this page."),
    "over": tr("The ten minutes are over. Show a new code on the laptop and point this phone's camera at it."),
    "unanswered": tr(
        "The laptop did not answer. If it still shows the code and this phone is on the same Wi-Fi, send again. Otherwise show a "
        "new code there and scan it."
    ),
}

_SCRIPT = (
    f"const words = {json.dumps(_WORDS)};"
    + """
const send = document.getElementById('send'), limits = document.querySelector('main').dataset;
let film = null, over = false, busy = false;
const bar = document.getElementById('bar'), said = document.getElementById('said'), chosen = document.getElementById('chosen');
function say(text) {  // where it can be read: below the button the screen may end
  said.textContent = text;
  said.scrollIntoView({ block: 'nearest' });
}
function refuse(file) {  // before it is sent for minutes; the laptop checks it all the same
  const ending = file.name.split('.').pop().toLowerCase();
  if (!(file.type || 'video/').startsWith('video/') || !limits.suffixes.split(' ').includes(ending)) return words.notAVideo;
  return file.size > Number(limits.maxBytes) ? words.tooLarge : '';
}
for (const input of document.querySelectorAll('input[type=file]')) input.addEventListener('change', () => {
  film = input.files[0] || null;
  chosen.textContent = film ? words.chosen.replace('{name}', () => film.name)
    .replace('{size}', Math.max(0.1, film.size / 1e6).toFixed(film.size < 1e7 ? 1 : 0)) : '';
  const reason = film ? refuse(film) : '';
  send.disabled = !film || reason !== '';
  say(reason);
});
function allow(on) {
  for (const control of document.querySelectorAll('input, button')) control.disabled = !on;
}
function close() {
  over = true;
  if (busy) return;
  allow(false);
  say(words.over);
}
setTimeout(close, 1000 * Number(limits.openS));
send.addEventListener('click', () => {
  const request = new XMLHttpRequest();
  if (!film || over) return;
  busy = true; allow(false); bar.hidden = false; say(words.sending);
  request.upload.addEventListener('progress', (e) => { if (e.lengthComputable) bar.value = e.loaded / e.total; });
  request.addEventListener('load', () => {
    const done = request.status === 200;
    busy = done;
    bar.hidden = !done; allow(!done);
    say(done ? words.sent : request.responseText);
    if (over) close();
  });
  request.addEventListener('error', () => {
    bar.hidden = true; busy = false; allow(true);
    say(words.unanswered);
    if (over) close();
  });
  request.open('PUT', 'film');
  request.setRequestHeader('Content-Type', film.type || 'video/mp4');
  request.setRequestHeader('X-File-Name', encodeURIComponent(film.name));
  request.send(film);
});
"""
)


def _hash(text: str) -> str:
    """A source that a content security policy allows by its SHA-256."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


# Nothing but this page's own style and script, which may only speak to where they came from.
PAGE_POLICY = f"default-src 'none'; style-src {_hash(_STYLE)}; script-src {_hash(_SCRIPT)}; connect-src 'self'; form-action 'none'"

_TITLE = escape(tr("Send a video to formcheck"))
_HEADING = escape(tr("Send one video to your laptop"))
_PROP_UP = escape(tr("Prop the phone up at hip height, side-on to you, with your whole body and both feet in the picture."))
_FILM = escape(tr("Film one set, or choose a video that you have."))
_SEND_IT = escape(tr("Send it. The report appears on the laptop."))
_OPEN = escape(
    tr(
        "This page takes one video and sends it straight to your laptop over your own network. It closes after that or after ten "
        "minutes. Only this phone and others that have its code can open it, and they can see nothing that is on the laptop. The "
        "video is not encrypted on its way: someone who controls this Wi-Fi could see it. Use your home network."
    )
)

PAGE = f"""<!doctype html>
<html lang="{page_language()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_TITLE}</title>
<style>{_STYLE}</style>
</head>
<body>
<main data-open-s="{{open_s}}" data-max-bytes="{{max_bytes}}" data-suffixes="{{suffixes}}">
<h1>{_HEADING}</h1>
<ol>
<li>{_PROP_UP}</li>
<li>{_FILM}
<p><label class="button">{escape(tr("Film now"))}<input id="film" type="file" accept="video/*" capture="environment"></label></p>
<p><label class="button plain">{escape(tr("Choose a video"))}<input id="pick" type="file" accept="video/*"></label></p>
<p id="chosen" role="status"></p></li>
<li>{_SEND_IT}
<p><button id="send" type="button" disabled>{escape(tr("Send"))}</button></p>
<p><progress id="bar" max="1" value="0" aria-label="{escape(tr("Sent so far"))}" hidden></progress></p>
<p id="said" role="status" aria-live="polite"></p></li>
</ol>
<small>{_OPEN}</small>
</main>
<script>{_SCRIPT}</script>
</body>
</html>
"""


def make_page(open_s: float, max_bytes: int, suffixes: Sequence[str]) -> str:
    """Return the page for a code that is open for ``open_s`` seconds more; the page itself says when they are over.

    It says at once that a file is larger than ``max_bytes`` or has none of the endings ``suffixes`` (lower case, without the dot).
    """
    limits = {"open_s": f"{max(0.0, open_s):.0f}", "max_bytes": str(max_bytes), "suffixes": " ".join(suffixes)}
    page = PAGE
    for name, value in limits.items():
        page = page.replace(f"{{{name}}}", value)
    return page
