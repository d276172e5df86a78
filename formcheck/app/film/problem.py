"""The camera's box as a person would use it: started where a session starts it, and why there is no picture, in plain words."""

from __future__ import annotations

from formcheck.app.shared.components import load_component
from formcheck.support.language import tr

HTML = '<div class="problem" role="alert" hidden></div>'
CSS = """
.problem { font-family: var(--st-font); color: var(--st-text-color); font-size: 1.05rem; font-weight: 600; padding: .8rem 1rem;
  border: 2px solid var(--fc-fault, #b3134d); border-radius: .6rem; background: var(--fc-fault-tint, transparent); }
"""
WORDS = {
    "denied": tr(
        "The camera is blocked for this page. Click the camera or lock icon beside the address, choose "
        "“Allow”, and reload the page. You can also upload a video instead."
    ),
    "missing": tr("No camera was found. Plug one in, or switch it on, and reload the page. You can also upload a video instead."),
    "busy": tr("The camera is in use by another program. Close that program, and start the camera again."),
    "again": tr("The camera did not start. It is being started once more. You can also press the button below."),
    "insecure": tr(
        "This browser doesn't give this page a camera. Open it at http://localhost or over https, in a "
        "current browser, or upload a video instead."
    ),
}


def show_camera_problem(start: str = "") -> None:
    """Show above the camera's box why it does not work; show nothing while it works.

    Parameters
    ----------
    start
        The words on the box's button, to press it for the person. streamlit-webrtc's own ``desired_playing_state`` begins two
        connections where the page is drawn again before its libraries are loaded, and the answer to one reaches the other: the
        camera then never starts.
    """
    component = load_component("formcheck_camera", "film_camera.js", HTML, CSS)
    component(key="film-camera-problem", data={**WORDS, "start": start})
