"""Two sets against each other: the last time and now, or the left leg and the right, in numbers and in words.

A difference is called more than measurement error only when it exceeds the published minimal detectable change and the error of
these two measurements (`formcheck.support.statistics.least_difference`). Where none is published, no difference is called a
change; sets of one day show none either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from formcheck.exercises import Measure
from formcheck.export.facts import exercise_of, format_value, headline_of, mean_of, set_value, shown_measures
from formcheck.export.other_sets import Verdict
from formcheck.history.store.report_columns import parse_moment
from formcheck.history.trends.change import exceeds, judge_one_side_difference
from formcheck.history.trends.measures import MEASURES, NO_ERROR_PUBLISHED, SOME_IS_NORMAL, TrackedMeasure, day_text, moment_text
from formcheck.history.trends.pairs import find_other_leg, find_previous
from formcheck.report.schema import SetReport
from formcheck.support.language import join_words, tr, upper_first
from formcheck.support.legs import SHORT_LEG_WORDS
from formcheck.support.statistics import least_difference

if TYPE_CHECKING:
    from formcheck.history.store.store import Store
    from formcheck.history.values import SetRow

ComparisonVerdict = Verdict | Literal["same day", "not measured"]
"""What is said of a difference; of two sets it may also be that none can be named."""


@dataclass(frozen=True)
class ComparedSet:
    """One of the two sets. ``set_id`` is None for a set that is not in the history; ``day`` and ``at`` if they are not known."""

    report: SetReport
    day: date | None = None
    set_id: int | None = None
    at: datetime | None = None

    @classmethod
    def saved(cls, store: Store, row: SetRow) -> ComparedSet:
        """Read a saved set."""
        return cls(store.get_report(row.id), row.day, row.id, row.recorded_at)

    @classmethod
    def unsaved(cls, report: SetReport, now: datetime) -> ComparedSet:
        """Take a report that is not in the history: of the day on which its camera recorded it, or of today."""
        at = min(now, parse_moment(report.recorded_at)) if report.recorded_at else now
        return cls(report, at.date(), at=at)


@dataclass(frozen=True)
class MeasureComparison:
    """One measure of both sets, in ``measure.unit``: each set's value.

    ``threshold`` is the smallest difference that is more than measurement error: at least the published minimal detectable change,
    after ``mdc_source``; None where none is known. ``of_one_day``: both sets were done on the same day.
    """

    measure: Measure
    first: float | None
    second: float | None
    threshold: float | None = None
    mdc_source: str | None = None
    of_one_day: bool = False

    @property
    def difference(self) -> float | None:
        """Second minus first, of the values as they are printed: the reader subtracts those."""
        if self.first is None or self.second is None:
            return None
        decimals = self.measure.decimals
        return round(round(self.second, decimals) - round(self.first, decimals), decimals)

    @property
    def verdict(self) -> ComparisonVerdict:
        """Whether the difference is more than measurement error."""
        if self.first is None or self.second is None:
            return "not measured"
        if self.of_one_day:
            return "same day"
        if self.threshold is None:
            return "unknown error"
        amount = self.second - self.first
        if not exceeds(amount, self.threshold):
            return "within error"
        return "more" if amount > 0 else "less"

    @property
    def difference_text(self) -> str:
        """The difference with its sign and unit; a dash if it is unknown."""
        amount = self.difference
        text = format_value(self.measure, amount)
        return f"+{text}" if amount is not None and amount > 0 else text

    @property
    def verdict_text(self) -> str:
        """What the difference means, in a few words for a table; empty where `SetComparison.note` says it once for all lines."""
        return {
            "more": tr("more than measurement error"),
            "less": tr("more than measurement error"),
            "within error": tr("within measurement error"),
            "same day": "",
            "unknown error": "",
            "not measured": tr("not measured in both"),
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
            return self.reason or tr("These two sets have no number in common.")
        amount = line.difference
        if amount is None:
            return tr("{measure} was not measured in both sets, so they cannot be compared.").format(measure=line.measure.label)
        first, second = (format_value(line.measure, value) for value in (line.first, line.second))
        values = f"{upper_first(self.name(1))} {first}, {self.name(2)} {second}"
        if self.of_one_day and not self.of_sides:  # a day with a time, and a number after it, would run together
            values = f"{first} ({self.name(1)}), {second} ({self.name(2)})"
        if amount == 0:
            return tr("{values}: no difference.").format(values=values)
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
                    "minimal_detectable_change": line.threshold,
                    "source": line.mdc_source,
                }
                for line in self.lines
            ],
        }

    @property
    def note(self) -> str:
        """What holds for all lines of a table: for which measures no error is known, or that the sets are of one day."""
        if any(line.verdict == "same day" for line in self.lines):
            return tr("Both sets are from the same day, so no difference is called a change.")
        unjudged = [line.measure.label.lower() for line in self.lines if line.verdict == "unknown error"]
        if not unjudged:
            return ""
        measures = join_words(list(dict.fromkeys(unjudged)))
        return tr("No measurement error is published for {measures}, so their differences are not judged.").format(
            measures=measures
        )

    def name(self, which: Literal[1, 2]) -> str:
        """What distinguishes one of the two from the other: its leg, its day, or its time."""
        one = self.first if which == 1 else self.second
        day = tr("this set") if one.day is None else day_text(one.day.toordinal())
        if not self.of_sides:
            return moment_text(one.at) if self.of_one_day and one.at is not None else day
        leg = SHORT_LEG_WORDS.get(one.report.side or "", tr("leg unknown"))
        return leg if self.first.day == self.second.day or one.day is None else f"{leg} ({day})"

    @property
    def of_one_day(self) -> bool:
        """Whether both sets were done on the same day."""
        return self.first.day is not None and self.first.day == self.second.day

    def _where(self, amount: float) -> str:
        if not self.of_sides:
            return tr("more") if amount > 0 else tr("less")
        ahead = (self.second if amount > 0 else self.first).report.side
        return tr("more on the left") if ahead == "left" else tr("more on the right")

    def _meaning(self, line: MeasureComparison) -> str:
        normal = " " + SOME_IS_NORMAL if self.of_sides else ""
        if line.verdict == "same day":
            return tr(". Both sets are from the same day, so this is not a change.")
        if line.threshold is None:
            return f". {NO_ERROR_PUBLISHED}{normal}"
        error = format_value(line.measure, line.threshold)
        if line.verdict == "within error":
            if self.of_sides:
                return tr(", within measurement error ({error}), so not a real difference.").format(error=error) + normal
            return tr(", within measurement error ({error}), so not a change.").format(error=error)
        return tr(", more than measurement error ({error}).").format(error=error) + normal


def compare_sets(first: ComparedSet, second: ComparedSet) -> SetComparison:
    """Compare two sets of one exercise, measured under one version of the definitions; otherwise ``reason`` says why not."""
    reason = _why_not(first.report, second.report)
    if reason is not None:
        return SetComparison(first=first, second=second, headline=None, lines=(), reason=reason)
    shown = {m.name: m for report in (first.report, second.report) for m in shown_measures(report)}
    lines = tuple(_compare(measure, first, second) for measure in shown.values())
    headline = next((h for report in (first.report, second.report) if (h := headline_of(report)) is not None), None)
    by_name = {line.measure.name: line for line in lines}
    found = None if headline is None else by_name.get(headline.name)
    if found is None or found.difference is None:
        # One set may have a length in cm only, the other in % of the foot only.
        found = next((line for line in lines if _is_stand_in(headline, line) and line.difference is not None), found)
    return SetComparison(first, second, found, lines)


def _set_dict(one: ComparedSet) -> dict[str, Any]:
    report = one.report
    return {
        "set": one.set_id,
        "day": None if one.day is None else one.day.isoformat(),
        "exercise": report.drill,
        "side": report.side,
        "reps": len(report.reps),
        "clean_reps": report.summary.clean_reps,
        "unjudged_reps": report.summary.unjudged_reps,
        "corrected": bool(report.corrections),
    }


def _why_not(first: SetReport, second: SetReport) -> str | None:
    if first.drill is None or second.drill is None:
        return tr("No exercise was recognized in one of the two sets, so there is nothing to compare.")
    if first.drill != second.drill:
        return tr("These are sets of two different exercises, so their numbers cannot be compared.")
    sides = {first.side, second.side}
    if len(sides) > 1 and sides != {"left", "right"}:
        return tr("One set was done with both legs or an unknown leg, the other with one leg, so their numbers are not compared.")
    if first.condition != second.condition:
        return tr("The two were done in different ways ({first} and {second}), so their numbers are not compared.").format(
            first=_name_condition(first), second=_name_condition(second)
        )
    if first.view.kind != second.view.kind and None not in (first.view.kind, second.view.kind):
        return tr("One set was filmed from the side and the other from the front, so their numbers are not compared.")
    versions = first.software.measures_version, second.software.measures_version
    if versions[0] != versions[1]:
        return tr(
            "The two were measured under different definitions (version {first} and version {second}), so their "
            "numbers are not compared. Analyze the older video again."
        ).format(first=versions[0], second=versions[1])
    return None


def _name_condition(report: SetReport) -> str:
    exercise = exercise_of(report)
    said = exercise.conditions.get(report.condition or "") if exercise else None
    return said.lower() if said else tr("nothing said")


def _compare(measure: Measure, first: ComparedSet, second: ComparedSet) -> MeasureComparison:
    reports = first.report, second.report
    values = [_value_of(report, measure) for report in reports]
    of_sides = reports[0].side != reports[1].side
    one_day = not of_sides and first.day is not None and first.day == second.day
    tracked = tracked_measure(reports[0], measure)
    if tracked is None or tracked.mdc is None:
        return MeasureComparison(measure, values[0], values[1], of_one_day=one_day)
    mdc, source = tracked.mdc, tracked.mdc_source
    if of_sides and tracked.side_mdc is not None:
        mdc, source = judge_one_side_difference(tracked.side_mdc), tracked.side_mdc_source
    threshold = least_difference(mdc, *(report.quality.expected_error.get(measure.name) for report in reports))
    return MeasureComparison(
        measure=measure, first=values[0], second=values[1], threshold=threshold, mdc_source=source, of_one_day=one_day
    )


def _value_of(report: SetReport, measure: Measure) -> float | None:
    """The set's headline value if the measure is the headline, otherwise the mean of the reps."""
    headline = headline_of(report)
    return set_value(report) if headline is not None and headline.name == measure.name else mean_of(report, measure.name)


def _is_stand_in(headline: Measure | None, line: MeasureComparison) -> bool:
    return headline is not None and line.measure.label == headline.label


def tracked_measure(report: SetReport, measure: Measure) -> TrackedMeasure | None:
    """How a rep's measure is followed over weeks, by its mean; None if it is not followed."""
    headline = headline_of(report)
    of_headline = headline is not None and headline.name == measure.name
    columns = (f"mean_{measure.name}", *(["headline", "mean"] if of_headline else []))
    return next((m for m in MEASURES.values() if m.exercise == report.drill and m.mean_column in columns), None)


@dataclass(frozen=True)
class HistoryComparison:
    """A set compared with the last time and with the other leg; None if there is no such set."""

    previous: SetComparison | None = None
    other_leg: SetComparison | None = None


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
    own = ComparedSet(report, moment.astimezone().date(), set_id, moment)
    previous = find_previous(store, athlete_id, report, moment, not_set=set_id)
    other = find_other_leg(store, athlete_id, report, moment)
    return HistoryComparison(
        None if previous is None else compare_sets(ComparedSet.saved(store, previous), own),
        None if other is None else _legs_in_order(ComparedSet.saved(store, other), own),
    )


def _legs_in_order(one: ComparedSet, other: ComparedSet) -> SetComparison:
    """The left leg stands first."""
    return compare_sets(*sorted((one, other), key=lambda compared: compared.report.side != "left"))
