"""The first page of a report: who, when, which exercise and leg, the headline numbers, and what would count as a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, stdev

from formcheck.exercises import Measure
from formcheck.export.facts import (
    BEST_IS,
    NOT_MEASURED,
    best_rep,
    best_value,
    describe_evidence,
    describe_person,
    describe_set_value,
    exercise_of,
    format_error,
    format_number,
    format_time,
    format_unit,
    headline_of,
    set_value,
    shown_measures,
    side_in_words,
    summary_value,
    values_of,
)
from formcheck.export.fade import measure_fade
from formcheck.export.findings import Rank, interpret
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.history.trends.comparison import tracked_measure
from formcheck.history.trends.measures import TrackedMeasure
from formcheck.report.form import count_form, find_unjudged
from formcheck.report.schema import SetReport, WorkingSide
from formcheck.support.dates import name_date
from formcheck.support.language import lower_first, tr, tr_count
from formcheck.support.legs import SIDE_WORDS
from formcheck.support.units import add_inches

_SOURCES = {"detected": tr("detected"), "given": tr("chosen by you")}
# The measure that says how far the height faded within the set.
FADE = "height_fade_pct"
# On A4, and in a window as wide as a page.
MOST_CARDS_A_ROW = 4
# Measures that the summary shows beside the headline: name, label, and which of the reps' values is shown.
_BESIDE_HEADLINE: tuple[tuple[str, str, Callable[[list[float]], float]], ...] = (
    ("hold_s", tr("Mean hold"), fmean),
    ("heel_rise_cm", tr("Largest heel rise"), max),
    ("heel_rise_pct_foot", tr("Largest heel rise"), max),
)


@dataclass(frozen=True)
class Card:
    """One headline number: what it is, the number and its unit, what stands under it, and its definition."""

    label: str
    number: str
    unit: str
    note: str
    help: str

    @property
    def value(self) -> str:
        """The number with its unit."""
        return self.number + self.unit

    @classmethod
    def of(cls, label: str, measure: Measure, value: float | None, note: str, help_text: str) -> Card:
        """Make the card of a measure's value."""
        inches = add_inches(value, measure.unit).strip("\u00a0()")
        under = " · ".join(part for part in (inches, note) if part)
        return cls(label, format_number(value, measure.decimals), format_unit(measure.unit), under, help_text)


def even_columns(cards: int, most: int) -> int:
    """Return how many cards stand in a row so that the rows are as even as can be: six in rows of at most four are 3 + 3."""
    return -(-cards // -(-cards // most)) if cards else 1


def list_facts(report: SetReport) -> list[tuple[str, str]]:
    """Return who did what, when, on which leg, and how it was filmed: (what, in words)."""
    exercise, athlete = exercise_of(report), report.athlete
    facts = [
        (tr("Who"), describe_person(athlete.name or tr("not named"), athlete.height_cm, athlete.mass_kg)),
        (tr("When"), describe_moment(report.recorded_at) or tr("not stated")),
    ]
    if exercise:
        facts.append((tr("Exercise"), f"{exercise.title} ({_SOURCES[report.exercise_source]})"))
        facts.append((tr("Leg"), f"{side_in_words(report) or tr('not known')} ({_SOURCES[report.side_source]})"))
    facts.append((tr("Recording"), tr("live set") if report.origin == "live" else report.video.file))
    if report.corrections:
        facts.append((tr("Corrected by hand"), " ".join(describe_corrections(report))))
    return facts


def describe_corrections(report: SetReport) -> list[str]:
    """Return what a person changed by hand, in sentences, and what formcheck had counted; empty for an untouched report."""
    lines = []
    for change in report.corrections:
        if change.kind == "remove":
            when = "" if change.before is None else " " + tr("at {start_s}").format(start_s=format_time(change.before.start_s))
            lines.append(tr("The rep{when} was removed.").format(when=when))
        elif change.kind == "side":
            lines.append(
                tr("The leg was changed from {side_before} to {side_after}.").format(
                    side_before=_leg(change.side_before), side_after=_leg(change.side_after)
                )
            )
        elif change.after is not None:
            span = tr("from {start_s} to {end_s}").format(
                start_s=format_time(change.after.start_s), end_s=format_time(change.after.end_s)
            )
            if change.kind == "add" or change.before is None:
                lines.append(tr("A rep {span} was added.").format(span=span))
            else:
                lines.append(
                    tr("The rep at {start_s} was measured again {span}.").format(
                        start_s=format_time(change.before.start_s), span=span
                    )
                )
    if report.counted is not None:
        lines.append(tr_count("formcheck had counted 1 rep.", "formcheck had counted {count} reps.", len(report.counted.reps)))
    return lines


def _leg(side: WorkingSide | None) -> str:
    return SIDE_WORDS.get(side or "", tr("not known"))


def describe_moment(recorded_at: str | None) -> str:
    """Return an ISO date and time as it is read, in its own zone: "March 3, 2026, 18:30"; empty where it is not known."""
    if not recorded_at:
        return ""
    try:
        moment = datetime.fromisoformat(recorded_at)
    except ValueError:
        return recorded_at
    day = name_date(moment.date())
    return day if len(recorded_at) <= len("2026-03-03") else f"{day}, {moment:%H:%M}"


def headline_cards(report: SetReport) -> list[Card]:
    """Return the set's headline numbers: reps, the set's number, the best rep, hold, heel rise, and the exercise's own ones."""
    cards = [_count_card(report)]
    headline, value = headline_of(report), set_value(report)
    if headline and value is not None:
        note = " · ".join(part for part in (format_error(headline, report), describe_set_value(report)) if part)
        help_text = f"{headline.definition} {describe_evidence(report, headline)}".rstrip()
        cards.append(Card.of(headline.label, headline, value, note, help_text))
    elif headline and (why := next((gap.reason for gap in report.summary.unmeasured), "")):
        cards.append(Card(headline.label, NOT_MEASURED, "", tr("not measured"), tr("Not measured, because {why}.").format(why=why)))
    best = best_rep(report)
    if headline and best is not None and len(report.reps) > 1:
        where = tr("rep {number}").format(number=best.number) + (tr(", with a fault") if best.faults else "")
        about = tr("The best rep's {label}.").format(label=lower_first(headline.label))
        cards.append(Card.of(tr("Best rep"), headline, best_value(report), where, f"{about} {BEST_IS}"))
    return [*cards, *_rep_cards(report), *_set_cards(report)]


def states_error(report: SetReport) -> bool:
    """Whether a headline number stands with its error, so that the sign is to be explained."""
    return any("±" in card.note for card in headline_cards(report))


def _count_card(report: SetReport) -> Card:
    form = count_form(report.reps)
    unjudged = [what for rep in report.reps if (what := find_unjudged(rep))]
    notes = [
        tr("{clean} clean").format(clean=form.clean) if form.clean else "",
        tr("{count} with a fault").format(count=form.faulty) if form.faulty else "",
        tr("{what} not judged on {count}").format(what=unjudged[0], count=len(unjudged)) if unjudged else "",
    ]
    note = tr("none seen") if not form.reps else tr("no faults") if form.clean == form.reps else ", ".join(filter(None, notes))
    return Card(tr("Reps"), str(form.reps), "", note, tr("Reps that were counted; clean ones have no fault."))


def _rep_cards(report: SetReport) -> list[Card]:
    """The next questions after the headline: how long the top was held, and how far the heel came up."""
    shown = {measure.name: measure for measure in shown_measures(report)}
    headline = headline_of(report)
    cards = []
    for name, label, pick in _BESIDE_HEADLINE:
        if name in shown and (headline is None or name != headline.name):
            measure = shown[name]
            cards.append(Card.of(label, measure, pick(values_of(report, name)), format_error(measure, report), measure.definition))
    return cards


def _set_cards(report: SetReport) -> list[Card]:
    exercise = exercise_of(report)
    cards = []
    for measure in exercise.summary_measures if exercise and report.reps else ():
        value = summary_value(report, measure.name)
        if value is not None:
            assert exercise is not None
            if measure.name == FADE:
                cards.append(_fade_card(report, measure, value))
                continue
            # a set measure with the name of a rep measure is the mean of the reps
            of_a_rep = measure.name in {m.name for m in exercise.measures}
            label = tr("Mean {measure}").format(measure=lower_first(measure.label)) if of_a_rep else measure.label
            cards.append(Card.of(label, measure, value, format_error(measure, report), measure.definition))
    return cards


def _fade_card(report: SetReport, measure: Measure, percent: float) -> Card:
    """How the last raises compare with the first, in words: a bare "-37 %" says nothing."""
    if round(percent) == 0:
        return Card(tr("The last raises were"), tr("as high"), "", tr("as the first"), measure.definition)
    fade = measure_fade(report)
    if fade is None or fade.changed:
        how = tr("lower than the first") if percent < 0 else tr("higher than the first")
    else:
        how = tr("lower than the first, within error") if percent < 0 else tr("higher than the first, within error")
    return Card(tr("The last raises were"), format_number(abs(percent), 0), format_unit("%"), how, measure.definition)


def average_row(report: SetReport) -> list[str]:
    """Return mean ± SD over the reps of every shown measure, as the table's last row prints them."""
    row = []
    for measure in shown_measures(report):
        values = values_of(report, measure.name)
        spread = f"\u00a0±\u00a0{format_number(stdev(values), measure.decimals)}" if len(values) > 1 else ""
        row.append(format_number(fmean(values), measure.decimals) + spread if values else NOT_MEASURED)
    return row


def find_tracked(report: SetReport) -> TrackedMeasure | None:
    """Return what the history follows of the report's headline; None where it follows nothing."""
    headline = headline_of(report)
    return None if headline is None else tracked_measure(report, headline)


def list_statements(report: SetReport, others: OtherSets) -> list[str]:
    """Return the comparisons with the last set and the other leg, without those that a finding makes already."""
    found = {finding.rank for finding in interpret(report, others)}
    lines = [] if found & {Rank.GAIN, Rank.LOSS} or not others.since_last else [others.since_last]
    return lines + ([] if Rank.SIDES in found or not others.sides else [others.sides])


def describe_comparison(report: SetReport, others: OtherSets = NO_OTHER_SETS) -> list[str]:
    """Return what the history says about the set, and how large a difference between two days must be to mean something."""
    if not report.reps:
        return []
    lines = list_statements(report, others)
    if not others.statements:
        lines.append(tr("There is no other set to compare this one with yet."))
    tracked = find_tracked(report)
    if tracked is None or tracked.mdc is None:
        lines.append(
            tr("No measurement error between two days is published for this measure, so no difference is called a change.")
        )
    else:
        limit = tr("Only a difference of more than {mdc} between two days can be called a change.")
        source = " " + tr("Source: {source}.").format(source=tracked.mdc_source) if tracked.mdc_source else ""
        lines.append(limit.format(mdc=tracked.text(tracked.mdc)) + source)
    return lines


def describe_unmeasured(report: SetReport) -> str:
    """Return which numbers of the exercise no rep has, with their definitions; empty if every number was measured.

    Those that the report names with their reason under its limits are not named again.
    """
    exercise = exercise_of(report)
    if exercise is None or not report.reps:
        return ""
    explained = {gap.measure for rep in report.reps for gap in rep.unmeasured} | {gap.measure for gap in report.summary.unmeasured}
    said = {m.label for m in (*shown_measures(report), *(m for m in exercise.measures if m.name in explained))}
    missing: dict[str, Measure] = {}
    for measure in exercise.measures:
        if measure.label not in said and not values_of(report, measure.name):
            missing.setdefault(measure.label, measure)  # a length's first definition is that in cm; "the same, in %" follows it
    return "; ".join(f"{label} ({m.definition.split('. ')[0].rstrip('.')})" for label, m in missing.items())
