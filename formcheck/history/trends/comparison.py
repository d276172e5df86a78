"""Two sets against each other: the last time and now, or the left leg and the right, in numbers and in words.

A difference is called more than measurement error only when it exceeds the published minimal detectable change as printed
(`formcheck.history.trends.statistics.exceeds`); where none is published, no difference is called a change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean
from typing import TYPE_CHECKING, Any, Literal

from formcheck.exercises import Measure
from formcheck.export.facts import format_value, headline_of, shown_measures
from formcheck.history.trends.measures import MEASURES, TrackedMeasure, day_text
from formcheck.history.trends.statistics import exceeds
from formcheck.report.schema import SetReport

if TYPE_CHECKING:
    from formcheck.history.store.store import Store
    from formcheck.history.values import SetRow

Verdict = Literal["more", "less", "within error", "unknown error", "not measured"]


@dataclass(frozen=True)
class ComparedSet:
    """One of the two sets. ``day`` is None for a set that is not in the history; ``set_id`` likewise."""

    report: SetReport
    day: date | None = None
    set_id: int | None = None

    @classmethod
    def saved(cls, store: Store, row: SetRow) -> ComparedSet:
        """Read a saved set."""
        return cls(store.get_report(row.id), row.day, row.id)


@dataclass(frozen=True)
class MeasureComparison:
    """One measure of both sets, in ``measure.unit``: the means over the reps that could be measured.

    ``mdc`` is the published minimal detectable change, after ``mdc_source``; None where none is known.
    """

    measure: Measure
    first: float | None
    second: float | None
    mdc: float | None = None
    mdc_source: str | None = None

    @property
    def difference(self) -> float | None:
        """Second minus first, of the values as they are printed: the reader subtracts those."""
        if self.first is None or self.second is None:
            return None
        decimals = self.measure.decimals
        return round(round(self.second, decimals) - round(self.first, decimals), decimals)

    @property
    def verdict(self) -> Verdict:
        """Whether the difference is more than measurement error."""
        if self.first is None or self.second is None:
            return "not measured"
        if self.mdc is None:
            return "unknown error"
        amount = self.second - self.first
        if not exceeds(amount, self.mdc):
            return "within error"
        return "more" if amount > 0 else "less"

    @property
    def difference_text(self) -> str:
        """The difference with its sign and unit; a dash where there is none."""
        amount = self.difference
        text = format_value(self.measure, amount)
        return f"+{text}" if amount is not None and amount > 0 else text

    @property
    def verdict_text(self) -> str:
        """What the difference means, in a few words for a table."""
        return {
            "more": "more than measurement error",
            "less": "more than measurement error",
            "within error": "within measurement error",
            "unknown error": "no published error",
            "not measured": "not measured in both",
        }[self.verdict]


@dataclass(frozen=True)
class SetComparison:
    """Two sets side by side: ``headline`` is None where nothing may be compared, and ``reason`` then says why."""

    first: ComparedSet
    second: ComparedSet
    headline: MeasureComparison | None
    lines: tuple[MeasureComparison, ...]
    reason: str | None = None

    @property
    def of_sides(self) -> bool:
        """Whether two different legs are compared rather than two times."""
        return self.first.report.side != self.second.report.side

    @property
    def statement(self) -> str:
        """What the comparison says, in one or two sentences."""
        line = self.headline
        if line is None:
            return self.reason or "These two sets have no number in common."
        amount = line.difference
        if amount is None:
            return f"{line.measure.label} was not measured in both sets, so they cannot be compared."
        first, second = (format_value(line.measure, value) for value in (line.first, line.second))
        values = f"{_capital(self.name(1))} {first}, {self.name(2)} {second}"
        if amount == 0:
            return f"{values}: no difference."
        size = format_value(line.measure, abs(amount))
        where = self._where(amount)
        return f"{values}: {size} {where}{self._meaning(line)}"

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data: the two sets, what it says, and every measure with its difference and verdict."""
        return {
            "first": _set_dict(self.first),
            "second": _set_dict(self.second),
            "statement": self.statement,
            "comparable": self.reason is None,
            "measures": [
                {
                    "name": line.measure.name,
                    "label": line.measure.label,
                    "unit": line.measure.unit,
                    "first": line.first,
                    "second": line.second,
                    "difference": line.difference,
                    "verdict": line.verdict,
                    "minimal_detectable_change": line.mdc,
                    "source": line.mdc_source,
                }
                for line in self.lines
            ],
        }

    def name(self, which: Literal[1, 2]) -> str:
        """What tells one of the two from the other: its leg, or its day."""
        one = self.first if which == 1 else self.second
        day = "this set" if one.day is None else day_text(one.day.toordinal())
        if not self.of_sides:
            same_day = self.first.day == self.second.day
            return f"{day} (set {one.set_id})" if same_day and one.set_id is not None else day
        leg = {"left": "left", "right": "right", "both": "both legs"}.get(one.report.side or "", "leg unknown")
        return leg if self.first.day == self.second.day or one.day is None else f"{leg} ({day})"

    def _where(self, amount: float) -> str:
        if not self.of_sides:
            return "more" if amount > 0 else "less"
        side = (self.second if amount > 0 else self.first).report.side
        return f"more on the {side}" if side in ("left", "right") else "more with both legs"

    def _meaning(self, line: MeasureComparison) -> str:
        healthy = " Healthy people differ between sides too." if self.of_sides else ""
        if line.mdc is None:
            return f". No measurement error is published for this, so formcheck does not call it a change.{healthy}"
        error = format_value(line.measure, line.mdc)
        if line.verdict == "within error":
            what = "a real difference" if self.of_sides else "a change"
            return f", within measurement error ({error}), so not {what}.{healthy}"
        return f", more than measurement error ({error}).{healthy}"


def compare_sets(first: ComparedSet, second: ComparedSet) -> SetComparison:
    """Compare two sets of one drill, measured under one version of the definitions; else ``reason`` says why not."""
    reason = _why_not(first.report, second.report)
    if reason is not None:
        return SetComparison(first, second, None, (), reason)
    shown = {m.name: m for report in (first.report, second.report) for m in shown_measures(report)}
    lines = tuple(_compare(measure, first.report, second.report) for measure in shown.values())
    headline = next((h for report in (first.report, second.report) if (h := headline_of(report)) is not None), None)
    by_name = {line.measure.name: line for line in lines}
    found = None if headline is None else by_name.get(headline.name)
    if found is None or found.difference is None:
        # of a length in cm and in % of the foot, one set may have only the one, and one the other
        found = next((line for line in lines if _is_stand_in(headline, line) and line.difference is not None), found)
    return SetComparison(first, second, found, lines)


def _set_dict(one: ComparedSet) -> dict[str, Any]:
    report = one.report
    return {
        "set": one.set_id,
        "day": None if one.day is None else one.day.isoformat(),
        "exercise": report.exercise,
        "side": report.side,
        "reps": len(report.reps),
        "clean_reps": report.summary.clean_reps,
        "corrected": bool(report.corrections),
    }


def _why_not(first: SetReport, second: SetReport) -> str | None:
    if first.exercise is None or second.exercise is None:
        return "In one of the two no exercise was recognised, so there is nothing to compare."
    if first.exercise != second.exercise:
        return "These are sets of two different exercises, so their numbers cannot be compared."
    versions = first.software.measures_version, second.software.measures_version
    if versions[0] != versions[1]:
        return (
            f"The two were measured under different definitions (version {versions[0]} and version {versions[1]}), so their "
            "numbers are not compared. Analyse the older video again."
        )
    return None


def _compare(measure: Measure, first: SetReport, second: SetReport) -> MeasureComparison:
    tracked = tracked_measure(first, measure)
    mdc, source = (tracked.mdc, tracked.mdc_source) if tracked else (None, None)
    if tracked and first.side != second.side and tracked.side_mdc is not None:
        mdc, source = tracked.side_mdc, tracked.side_mdc_source
    return MeasureComparison(measure, mean_of(first, measure.name), mean_of(second, measure.name), mdc, source)


def _is_stand_in(headline: Measure | None, line: MeasureComparison) -> bool:
    return headline is not None and line.measure.label == headline.label


def tracked_measure(report: SetReport, measure: Measure) -> TrackedMeasure | None:
    """How a rep's measure is followed over weeks, by its mean; None where it is not."""
    headline = headline_of(report)
    of_headline = headline is not None and headline.name == measure.name
    columns = (f"mean_{measure.name}", *(["mean"] if of_headline else []))
    return next((m for m in MEASURES.values() if m.exercise == report.exercise and m.mean_column in columns), None)


def mean_of(report: SetReport, name: str) -> float | None:
    """Mean of a measure over the reps that have it."""
    known = [value for rep in report.reps if (value := rep.measures.get(name)) is not None]
    return fmean(known) if known else None


# --- which set to compare with ---


def find_previous(store: Store, athlete_id: int, report: SetReport, at: datetime, *, not_set: int | None = None) -> SetRow | None:
    """The athlete's last set of the same drill and leg before ``at``: of an earlier day, if there is any."""
    rows = [row for row in _candidates(store, athlete_id, report, report.side, not_set) if row.recorded_at < at]
    day = at.astimezone().date()
    return next((row for row in rows if row.day < day), rows[0] if rows else None)


def find_other_leg(store: Store, athlete_id: int, report: SetReport, at: datetime) -> SetRow | None:
    """The set of the other leg that is nearest in time to ``at``; None for a set of both legs."""
    other = {"left": "right", "right": "left"}.get(report.side or "")
    if other is None:
        return None
    return min(
        _candidates(store, athlete_id, report, other, None),
        key=lambda row: abs((row.recorded_at - at).total_seconds()),
        default=None,
    )


def _candidates(store: Store, athlete_id: int, report: SetReport, side: str | None, not_set: int | None) -> list[SetRow]:
    """Usable sets of the drill and leg with a mean, of the same measure definitions, newest first."""
    if report.exercise is None or side is None:
        return []
    rows = store.list_sets(athlete_id, exercise=report.exercise, side=side, newest_first=True)
    version = report.software.measures_version
    return [r for r in rows if r.usable and r.mean is not None and r.measures_version == version and r.id != not_set]


@dataclass(frozen=True)
class HistoryComparison:
    """A set against the last time and against the other leg; None where there is no such set."""

    previous: SetComparison | None = None
    other_leg: SetComparison | None = None

    @property
    def statements(self) -> list[str]:
        """Both in words, as they stand in a report."""
        said = []
        if self.previous is not None:
            said.append(f"Against the last time: {self.previous.statement}")
        if self.other_leg is not None:
            said.append(f"Against the other leg: {self.other_leg.statement}")
        return said


def compare_with_history(
    store: Store, athlete_id: int, report: SetReport, *, at: datetime | None = None, set_id: int | None = None
) -> HistoryComparison:
    """Compare a set with the athlete's last one of this leg, and with the nearest one of the other leg.

    Parameters
    ----------
    at
        When the set was done; now by default.
    set_id
        The set's own number, when it is saved already.
    """
    if not report.reps:
        return HistoryComparison()
    moment = at or datetime.now().astimezone()
    own = ComparedSet(report, moment.astimezone().date(), set_id)
    previous = find_previous(store, athlete_id, report, moment, not_set=set_id)
    other = find_other_leg(store, athlete_id, report, moment)
    return HistoryComparison(
        None if previous is None else compare_sets(ComparedSet.saved(store, previous), own),
        None if other is None else _legs_in_order(ComparedSet.saved(store, other), own),
    )


def _legs_in_order(one: ComparedSet, other: ComparedSet) -> SetComparison:
    """The left leg stands first."""
    return compare_sets(*sorted((one, other), key=lambda compared: compared.report.side != "left"))


def suggest_pairs(rows: Iterable[SetRow]) -> list[tuple[str, SetRow, SetRow]]:
    """Pairs worth comparing, of an athlete's sets: (title, first, second), the most telling first.

    For each drill the latest left against the latest right, then the first against the latest of each leg.
    """
    usable = sorted((r for r in rows if r.usable and r.mean is not None), key=lambda r: (r.recorded_at, r.id))
    sides: list[tuple[str, SetRow, SetRow]] = []
    times: list[tuple[str, SetRow, SetRow]] = []
    for exercise in dict.fromkeys(r.exercise for r in reversed(usable) if r.exercise):
        newest = max(r.measures_version for r in usable if r.exercise == exercise)
        of_drill = [r for r in usable if r.exercise == exercise and r.measures_version == newest]
        by_side = {side: [r for r in of_drill if r.side == side] for side in ("left", "right", "both")}
        if by_side["left"] and by_side["right"]:
            sides.append(("Left and right, the latest", by_side["left"][-1], by_side["right"][-1]))
        for side, title in (("left", "left leg"), ("right", "right leg"), ("both", "both legs")):
            if len({r.day for r in by_side[side]}) > 1:
                times.append((f"First and latest, {title}", by_side[side][0], by_side[side][-1]))
    return [*sides, *times]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
