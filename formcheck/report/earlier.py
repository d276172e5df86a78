"""Reports that earlier versions wrote, brought to today's form while they are still plain JSON, before they are checked."""

from __future__ import annotations

from typing import Any

from formcheck.report.form import find_unseen
from formcheck.report.limits import HEADLINE_LIMITS, LIMITS, Limit, is_possible
from formcheck.report.names import VARIANTS

# Reports made under earlier definitions may hold a number that no body can have: it is null when they are read.
LIMITED_FROM = 2
# The summary's values of the exercise's headline; and parts with numbers that only share a measure's name.
OF_HEADLINE, NOT_LIMITED = ("headline", "best", "mean"), ("athlete", "expected_error")


def bring_up_to_date(data: Any) -> Any:
    """Return a report, as JSON has it, in today's form; anything that is no report comes back as it is."""
    return with_variant(with_unjudged(without_impossible(data) if _is_unlimited(data) else data))


def _is_unlimited(data: Any) -> bool:
    """Whether a report says that it was made under definitions that knew no limits."""
    software = data.get("software") if isinstance(data, dict) else None
    version = software.get("measures_version") if isinstance(software, dict) else None
    return isinstance(version, int) and version < LIMITED_FROM


def with_unjudged(data: Any) -> Any:
    """Return a report not yet read, as JSON has it, with its number of unjudged reps: earlier versions did not count them."""
    reps, summary = (data.get("reps"), data.get("summary")) if isinstance(data, dict) else (None, None)
    if not isinstance(reps, list) or not isinstance(summary, dict) or "unjudged_reps" in summary:
        return data
    unjudged = sum(bool(find_unseen(rep.get("faults") or (), rep)) for rep in reps if isinstance(rep, dict))
    return data | {"summary": summary | {"unjudged_reps": unjudged}}


def with_variant(data: Any) -> Any:
    """Return a report not yet read, as JSON has it, with a variant beside its exercise: its own name may stand for both."""
    name = data.get("exercise") if isinstance(data, dict) else None
    return data | {"exercise": VARIANTS[name], "variant": name} if isinstance(name, str) and name in VARIANTS else data


def without_impossible(data: Any, name: str = "", headline: Limit | None = None) -> Any:
    """Return a report not yet read, as JSON has it, with null for every number that no body can have; the rest as it is.

    ``name`` is that of the value itself, in which a report has its parts; ``headline`` the limit of its exercise.
    """
    if isinstance(data, list):
        return [without_impossible(item, name, headline) for item in data]
    if isinstance(data, dict):
        exercise = data.get("exercise")
        headline = HEADLINE_LIMITS.get(exercise) if name == "" and isinstance(exercise, str) else headline  # type: ignore[call-overload]
        limited = {key: without_impossible(value, key, headline) for key, value in data.items() if key not in NOT_LIMITED}
        return data | limited
    if not isinstance(data, int | float) or isinstance(data, bool):
        return data
    beyond = headline is not None and not headline.allows(data) if name in OF_HEADLINE else not is_possible(name, data)
    return None if name in (*LIMITS, *OF_HEADLINE) and beyond else data
