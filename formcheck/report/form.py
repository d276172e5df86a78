"""Whether a rep's form was seen: a rep without a fault is clean only if its first fault could have been found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from formcheck.support.form import FormCount
from formcheck.support.language import tr

if TYPE_CHECKING:
    from formcheck.report.schema import Rep

# An exercise's first fault is a lifted heel in a lunge and a low height in a raise; by the measure that shows it.
_JUDGED_BY = {"heel_rise_pct_foot": tr("heel"), "height_pct_foot": tr("height")}


def find_unjudged(rep: Rep) -> str:
    """Return what of a rep's form was not seen, so that its first fault could not be found: ``heel`` or ``height``; else ``""``."""
    return find_unseen(rep.faults, rep.measures)


def find_unseen(faults: Collection[Any], measures: Mapping[str, Any]) -> str:
    """Return the same of a rep's faults and measures by name, where null is "not measured".

    A rep that has a fault, whatever it is, needs no further judgment. From the front (where alone the two sides are compared)
    a raise is filmed for its tempo and the ball, not for its height.
    """
    if faults or measures.get("side_difference_pct") is not None:
        return ""
    return next((what for name, what in _JUDGED_BY.items() if name in measures and measures[name] is None), "")


def is_clean(rep: Rep) -> bool:
    """Whether a rep has no fault, and was seen well enough to say so."""
    return not rep.faults and not find_unjudged(rep)


def count_form(reps: Iterable[Rep]) -> FormCount:
    """Return how many reps there are, how many have no fault, and of how many of these that was not seen well enough."""
    found = [(not rep.faults, bool(find_unjudged(rep))) for rep in reps]
    return FormCount(len(found), sum(faultless for faultless, _ in found), sum(unjudged for _, unjudged in found))
