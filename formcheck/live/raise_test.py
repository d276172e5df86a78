"""The rules of the single-leg heel-raise test: when it is over without a button being pressed.

Source: Hébert-Losier 2017, doi:10.1016/j.physio.2017.03.002. Sixty beats a minute, up on one and down on the next; the test
ends when the heel cannot lift, the pace is lost, the height falls, or the knee bends or the trunk leans and two prompts go
unanswered.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from formcheck.live.state import LiveRep
from formcheck.report.names import FaultCode
from formcheck.support.language import tr

# Sixty beats a minute, up on one and down on the next.
BEAT_S, BEATS_A_RAISE = 1.0, 2
# The pace asks for a top every two seconds. More than three seconds between tops, twice in a row, and it is lost.
LOST_PACE_S = 3.0
# After this long without a raise the heel no longer lifts, or the person has stopped.
NO_RAISE_S = 3.0 * BEATS_A_RAISE * BEAT_S
# The test ends when raises stay under this share of the best one; a single low one may be an error of measurement.
MIN_HEIGHT_SHARE = 0.7
PROMPTS = 2
PROMPTED: dict[FaultCode, str] = {
    "knee-bent": tr("The knee bent, and two prompts did not put it right."),
    "trunk-lean": tr("The trunk leaned, and two prompts did not put it right."),
}


def find_test_end(reps: Sequence[LiveRep], time_s: float) -> str | None:
    """Return why the test is over, in words; None while it continues.

    Parameters
    ----------
    reps
        The raises so far; those not yet measured say nothing about form.
    time_s
        Now.
    """
    if not reps:
        return None
    if time_s - reps[-1].span.end_s > NO_RAISE_S:
        return tr("The heel no longer lifted.")
    gaps = [later.span.peak_s - earlier.span.peak_s for earlier, later in pairwise(reps)]
    if len(gaps) >= PROMPTS and all(gap > LOST_PACE_S for gap in gaps[-PROMPTS:]):
        return tr("The pace was lost: more than three seconds between tops, twice in a row.")
    best = max(rep.span.rise for rep in reps)
    if len(reps) > PROMPTS and all(rep.span.rise < MIN_HEIGHT_SHARE * best for rep in reps[-PROMPTS:]):
        return tr("The heel came up to less than 70 % of the best height, twice in a row.")
    measured = [rep for rep in reps if rep.measured]
    for fault, words in PROMPTED.items():
        # the fault itself, then the prompts
        last = measured[-(PROMPTS + 1) :]
        if len(last) > PROMPTS and all(fault in rep.faults for rep in last):
            return words
    return None
