"""What a physiotherapist would say of a set: faults, sides, change, fade, hold and tempo, each with its next step.

The most important come first, three at most. A difference is called one only when it is more than measurement error.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import IntEnum

from formcheck.exercises import Measure
from formcheck.export.facts import (
    exercise_of,
    format_number,
    format_value,
    headline_of,
    list_reps,
    mean_of,
    measure_named,
    set_value,
)
from formcheck.export.fade import measure_fade
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets, Reference
from formcheck.report.faults import FAULTS
from formcheck.report.form import find_unjudged
from formcheck.report.schema import FaultCode, SetReport, WarningCode
from formcheck.support.language import tr
from formcheck.support.legs import OPPOSITE, SIDE_WORDS

# By design: what a person can keep in mind in the next set.
MAX_FINDINGS = 3
# A fault on at least this share of the reps is a habit, and comes before everything else: the other numbers depend on it.
HABIT_SHARE = 0.5
# Faults that make the movement another one, so that the set's other numbers mean little; they come before other habits.
_ANOTHER_MOVEMENT: frozenset[FaultCode] = frozenset(("heel-lifted", "foot-slid", "knee-bent", "toes-curled"))
_TEMPO: frozenset[FaultCode] = frozenset(("rushed", "dropped"))
# What to change when the place of the camera hid the set's number.
_VIEW_ADVICE: dict[WarningCode, str] = {
    "far-leg": tr("Put the camera on the working leg's side, or turn around, and film the next set exactly from there."),
    "not-side-on": tr("Film the next set exactly from the side of the working leg."),
}


class Rank(IntEnum):
    """The order of findings; the smallest comes first."""

    ANOTHER_MOVEMENT = 0
    HABIT = 1
    SIDES = 2
    LOSS = 3
    FADE = 4
    FAULT = 5
    GAIN = 6
    FINE = 7


@dataclass(frozen=True)
class Finding:
    """One thing to say of a set, and what to do next; without a next step where `_describe_no_fault` says it for all."""

    rank: Rank
    statement: str
    next_step: str = ""

    @property
    def is_concern(self) -> bool:
        """Whether something is to change."""
        return self.rank < Rank.GAIN

    @property
    def text(self) -> str:
        """Both in one paragraph."""
        return f"{self.statement} {self.next_step}".rstrip()


def find_all(report: SetReport, others: OtherSets = NO_OTHER_SETS) -> list[Finding]:
    """Return everything there is to say of a set, the most important first; empty without reps."""
    if not report.reps:
        return []
    found = [*_find_faults(report), *_find_sides(report, others.other_leg), *_find_change(report, others.last)]
    found += [*_find_drop(report), *_find_fade(report), *_find_hold(report), *_find_tempo(report)]
    return sorted(found, key=lambda finding: finding.rank)


def interpret(report: SetReport, others: OtherSets = NO_OTHER_SETS) -> list[Finding]:
    """Return the findings worth a reader's time: at most three, and what is fine only where nothing is to change."""
    found = find_all(report, others)
    notable = [finding for finding in found if finding.rank < Rank.FINE]
    if not report.reps or any(finding.is_concern for finding in notable):
        return notable[:MAX_FINDINGS]
    return [*notable, _describe_no_fault(report), *(finding for finding in found if finding.rank is Rank.FINE)][:MAX_FINDINGS]


def _describe_no_fault(report: SetReport) -> Finding:
    """That nothing is to change, or that too little was seen to say so."""
    headline = headline_of(report)
    if headline is not None and set_value(report) is None:
        view = next((_VIEW_ADVICE[w.code] for w in report.quality.warnings if w.code in _VIEW_ADVICE), None)
        if view is not None and report.view.kind != "front":  # from the front a heel raise has its other numbers
            statement = tr("{label}: not measured, because the camera did not see the working leg from its side.")
            return Finding(Rank.FINE, statement.format(label=headline.label), view)
    unjudged = [what for rep in report.reps if (what := find_unjudged(rep))]
    if len(unjudged) < HABIT_SHARE * len(report.reps) or not unjudged:
        same_height = tr("Keep the same pace and height on the next set.")
        same_range = tr("Keep the same pace and range on the next set.")
        return Finding(Rank.FINE, tr("No fault was seen."), same_height if _is_height(headline_of(report)) else same_range)
    return Finding(
        Rank.FINE,
        tr("The {what} was not seen well enough to say whether your form was right.").format(what=unjudged[0]),
        tr("What stood in the way is listed below: change that when you film the next set."),
    )


# --- faults, hold and tempo ----------------------------------------------------------------------------------------------


def _find_faults(report: SetReport) -> list[Finding]:
    counts = Counter(code for rep in report.reps for code in rep.faults)
    found = []
    tempo = [code for code in counts if code in _TEMPO]
    for code, _ in counts.most_common():
        if code in _TEMPO and code != tempo[0]:
            continue  # both directions are one sentence
        numbers = [rep.number for rep in report.reps if code in rep.faults or (code in _TEMPO and _TEMPO & set(rep.faults))]
        is_habit = len(numbers) >= HABIT_SHARE * len(report.reps)
        rank = (Rank.ANOTHER_MOVEMENT if code in _ANOTHER_MOVEMENT else Rank.HABIT) if is_habit else Rank.FAULT
        statement, advice = _describe_fault(report, code, numbers)
        found.append(Finding(rank, statement, advice))
    return found


def _describe_fault(report: SetReport, code: FaultCode, numbers: list[int]) -> tuple[str, str]:
    where = tr("every rep") if len(numbers) == len(report.reps) > 1 else list_reps(numbers)
    exercise = exercise_of(report)
    if code == "short-hold" and exercise is not None:
        held = [rep.measures["hold_s"] or 0.0 for rep in report.reps if code in rep.faults and "hold_s" in rep.measures]
        least, most = (_seconds(bound(held)) for bound in (min, max)) if held else ("", "")
        spread = least if least == most else tr("{least} to {most}").format(least=least, most=most)
        amount = f" ({spread})" if spread else ""
        statement = tr("Your hold was too short on {where}{amount}; the exercise asks for {hold_s}.").format(
            where=where, amount=amount, hold_s=_seconds(exercise.prescription.hold_s)
        )
        return statement, tr("Count the seconds out loud at the end of the movement before you go back.")
    if code in _TEMPO and (tempo := _tempo_words(report)):
        return (
            tr("{tempo} on average, too fast on {where}.").format(tempo=tempo, where=where),
            tr("Take about a second each way: count “one” on the way up and “one” on the way down."),
        )
    return tr("{label} on {where}.").format(label=FAULTS[code].label, where=where), FAULTS[code].advice


def _find_hold(report: SetReport) -> list[Finding]:
    exercise, held = exercise_of(report), mean_of(report, "hold_s")
    if exercise is None or held is None or not exercise.prescription.hold_s or _has(report, "short-hold"):
        return []
    if "short-hold" not in exercise.faults or held < exercise.prescription.hold_s:
        return []
    return [
        Finding(
            Rank.FINE,
            tr("You held for {held} on average, as the exercise asks.").format(held=_seconds(held)),
            tr("Keep holding that long."),
        )
    ]


def _find_drop(report: SetReport) -> list[Finding]:
    """How far the heels sank below a step."""
    measure, drop = measure_named(report, "drop_cm"), mean_of(report, "drop_cm")
    if measure is None or drop is None:
        return []
    return [
        Finding(
            Rank.FINE,
            tr("On the step your heel sank {drop} below the ball of the foot on average.").format(drop=format_value(measure, drop)),
            tr("Lower it slowly and as far every time. If it hurts where the tendon meets the heel, stop at the step's level."),
        )
    ]


def _find_tempo(report: SetReport) -> list[Finding]:
    exercise, tempo = exercise_of(report), _tempo_words(report)
    if exercise is None or not tempo or not _TEMPO & set(exercise.faults) or any(_has(report, code) for code in _TEMPO):
        return []
    return [Finding(Rank.FINE, tr("{tempo} on average, controlled both ways.").format(tempo=tempo))]


def _tempo_words(report: SetReport) -> str:
    """How long the ways up and down took, as a sentence's beginning; empty where they were not measured."""
    up, down = mean_of(report, "rise_s"), mean_of(report, "lower_s")
    return (
        tr("You went up in {up} and down in {down}").format(up=_seconds(up), down=_seconds(down))
        if up is not None and down is not None
        else ""
    )


# --- fade ----------------------------------------------------------------------------------------------------------------


def _find_fade(report: SetReport) -> list[Finding]:
    fade, headline = measure_fade(report), headline_of(report)
    if fade is None or headline is None:
        return []
    first, last = (format_value(headline, value) for value in (fade.first, fade.last))
    is_height = _is_height(headline)
    if not fade.fell:
        if fade.last < fade.first:  # lower, and by less than can be told from chance
            held = (
                tr("You kept your height, within measurement error: {first} at first, {last} at the end.")
                if is_height
                else tr("You kept your range, within measurement error: {first} at first, {last} at the end.")
            )
        else:
            held = (
                tr("You kept your height: {first} at first, {last} at the end.")
                if is_height
                else tr("You kept your range: {first} at first, {last} at the end.")
            )
        return [Finding(Rank.FINE, held.format(first=first, last=last))]
    if is_height:
        statement = tr("The last raises were {percent:.0f}\u00a0% lower than the first ({first}, then {last}).").format(
            percent=abs(fade.percent), first=first, last=last
        )
        advice = tr("Stop the set when you no longer reach full height, and rest longer before the next one.")
        return [Finding(Rank.FADE, statement, advice)]
    fell = (
        tr("Your range fell within the set, from {first} on the first rep to {last} on the last.")
        if fade.reps == 1
        else tr("Your range fell within the set, from {first} in the first reps to {last} in the last.")
    )
    advice = tr("Rest longer before the next set, and stop a set when the range starts to fall.")
    return [Finding(Rank.FADE, fell.format(first=first, last=last), advice)]


# --- against other sets --------------------------------------------------------------------------------------------------


def _find_sides(report: SetReport, other: Reference | None) -> list[Finding]:
    headline, value = headline_of(report), set_value(report)
    if other is None or headline is None or value is None or other.verdict not in ("more", "less"):
        return []
    side = report.side or ""
    if side not in OPPOSITE:
        return []
    opposite = OPPOSITE[side]
    weak = side if other.verdict == "less" else opposite
    apart = _difference(headline, value, other.value)
    statement = tr(
        "Your {side} leg reached {value} and your {opposite} leg {other_value} ({day}): {apart} apart, {beyond_error}."
    ).format(
        side=SIDE_WORDS[side],
        value=format_value(headline, value),
        opposite=SIDE_WORDS[opposite],
        other_value=format_value(headline, other.value),
        day=other.day,
        apart=apart,
        beyond_error=_beyond(headline, other),
    )
    step = tr(
        "Some left–right difference is normal. Start with the {weak} leg, and ask your physiotherapist if the difference stays."
    ).format(weak=SIDE_WORDS[weak])
    return [Finding(Rank.SIDES, statement, step)]


def _find_change(report: SetReport, last: Reference | None) -> list[Finding]:
    headline, value = headline_of(report), set_value(report)
    if last is None or last.same_day or headline is None or value is None or last.verdict not in ("more", "less"):
        return []
    amount, beyond_error = _difference(headline, value, last.value), _beyond(headline, last)
    if last.verdict == "more":
        statement = tr("Up {amount} since {day}, {beyond_error}.").format(amount=amount, day=last.day, beyond_error=beyond_error)
        return [Finding(Rank.GAIN, statement, tr("It's working: keep doing what you're doing."))]
    statement = tr("Down {amount} since {day}, {beyond_error}.").format(amount=amount, day=last.day, beyond_error=beyond_error)
    return [
        Finding(
            Rank.LOSS,
            statement,
            tr("Check that the camera stands as it did then. If it does, take it easy and film again in a few days."),
        )
    ]


def _difference(headline: Measure, one: float, other: float) -> str:
    """Return the difference of the printed values, because the reader subtracts those."""
    return format_value(headline, abs(round(one, headline.decimals) - round(other, headline.decimals)))


def _beyond(headline: Measure, reference: Reference) -> str:
    error = "" if reference.threshold is None else f" ({format_value(headline, reference.threshold)})"
    return tr("more than measurement error{error}").format(error=error)


# --- small parts ---------------------------------------------------------------------------------------------------------


def _has(report: SetReport, code: FaultCode) -> bool:
    return any(code in rep.faults for rep in report.reps)


def _is_height(headline: Measure | None) -> bool:
    return headline is not None and headline.name.startswith("height")


def _seconds(value: float) -> str:
    return f"{format_number(value, 1).removesuffix('.0')}\u00a0s"
