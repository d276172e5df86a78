"""The working leg in words: the one table of each form, by side ("left", "right" or "both").

A sentence in which the leg is more than put in ("Turn around: the left leg toward the camera") stands whole where it is used: a
translation may need other words around each leg.
"""

from __future__ import annotations

from formcheck.support.language import tr

OPPOSITE = {"left": "right", "right": "left"}
# In a column or a sentence that says "leg" already, and on a button.
SIDE_WORDS = {"left": tr("left"), "right": tr("right"), "both": tr("both")}
SIDE_TITLES = {"left": tr("Left"), "right": tr("Right"), "both": tr("Both")}
# In a sentence, and as a title of its own.
LEG_WORDS = {"left": tr("left leg"), "right": tr("right leg"), "both": tr("both legs")}
LEG_TITLES = {"left": tr("Left leg"), "right": tr("Right leg"), "both": tr("Both legs at once")}
# Where "leg" would be too long for one, but "both" alone would say nothing.
SHORT_LEG_WORDS = {"left": tr("left"), "right": tr("right"), "both": tr("both legs")}
# In the middle of a sentence.
THE_LEG = {"left": tr("the left leg"), "right": tr("the right leg")}
YOUR_LEG = {"left": tr("your left leg"), "right": tr("your right leg")}
ON_THE_LEG = {"left": tr(" on the left leg"), "right": tr(" on the right leg")}
OF_THE_LEG = {"left": tr(" of the left leg"), "right": tr(" of the right leg")}


def add_leg(side: str | None) -> str:
    """Return one leg as it follows an exercise or a set: ", left leg"; empty where both work, or none is known."""
    return {"left": tr(", left leg"), "right": tr(", right leg")}.get(side or "", "")
