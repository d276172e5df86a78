"""A week of the programme, and a clinician's page about one athlete, as PDFs on A4."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from formcheck import training
from formcheck.render.sheet import BODY, SMALL, Sheet
from formcheck.support.dates import name_date, name_weekday
from formcheck.support.language import tr
from formcheck.support.numbers import count_in_words


def render_week_pdf(name: str, days: Sequence[training.DayPlan]) -> bytes:
    """Return a week as a page to print: the work of each day with its dose, empty fields for pain, and the rules.

    Parameters
    ----------
    days
        The days in order, at least one.
    """
    rules = training.current_catalogue()
    sheet = Sheet(tr("{name}: week from {day}").format(name=name, day=name_date(days[0].day)))
    sheet.begin(tr("formcheck · programme"), tr("{name}: week from {day}").format(name=name, day=name_date(days[0].day)))
    sheet.ln(1.5)
    sheet.ink("ink", BODY)
    first = next((day for day in days if day.week is not None), None)
    if first is None:
        sheet.say(days[0].message)
        return bytes(sheet.output())
    stopped = next((day for day in days if day.stopped_by), None)
    if stopped is not None:
        sheet.ink("fault", BODY, "B")
        sheet.say(stopped.message)
        sheet.ln(2.0)
        sheet.ink("ink", SMALL)
        for line in training.WARNINGS:
            sheet.say(line)
        return bytes(sheet.output())
    sheet.say(
        tr("Track: {title}. Week {week} of {weeks}.").format(
            title=rules.tracks[first.track].title, week=first.week, weeks=training.WEEKS
        )
    )
    if any(day.deload for day in days):
        sheet.say(tr("Days with fewer sets belong to a lighter week: the level stays, so that muscle and tendon recover."))
    sheet.ln(2.0)
    rows = [[tr("Day"), tr("Done"), tr("Pain before"), tr("Pain after"), tr("Next morning"), tr("Work")]]
    rows += [[name_weekday(day.day), "", "", "", "", _work(day)] for day in days]
    sheet.rows(rows, ["LEFT"] * len(rows[0]), widen={0: "Mar 00", 1: "00", 2: "000", 3: "000", 4: "00"}, to_fill_in=True)
    sheet.heading(tr("How to do it"))
    works = {item.work.title: item.work for day in days for item in day.items if item.work.name != "recovery"}
    sheet.terms([(work.title, work.how) for work in works.values()])
    sheet.heading(tr("Pain, from 0 (none) to 10 (worst imaginable)"))
    sheet.ink("ink", SMALL)
    for line in pain_rules():
        sheet.say(line)
    for line in training.WARNINGS:
        sheet.say(line)
    return bytes(sheet.output())


def render_athlete_pdf(name: str, printed: date, facts: Sequence[tuple[str, str]], results: Sequence[Sequence[str]]) -> bytes:
    """Return a clinician's page about one athlete.

    Parameters
    ----------
    printed
        The day that the page describes.
    facts
        Terms with their values.
    results
        The table of tests; its first row is its head.
    """
    sheet = Sheet(tr("{name}: programme").format(name=name))
    sheet.begin(tr("formcheck · programme, printed on {day}").format(day=name_date(printed)), name)
    sheet.ln(1.5)
    sheet.terms(list(facts), BODY, label=42.0)
    if len(results) > 1:
        sheet.heading(tr("Tests"), 60.0)
        last = len(results[0]) - 1
        aligns = ["LEFT" if column in (0, last) else "RIGHT" for column in range(last + 1)]
        widen = {0: "Single-leg heel-raise test, right", **dict.fromkeys(range(1, last), " 00")}
        sheet.rows(results, aligns, widen=widen)
    sheet.ln(3.0)
    sheet.ink("ink_soft", SMALL)
    for line in training.WARNINGS:
        sheet.say(line)
    return bytes(sheet.output())


def pain_rules() -> list[str]:
    """The pain rules in words, with the limits of the data file."""
    limits = training.current_catalogue().pain
    safe, most = limits.progress_up_to, limits.tolerated_up_to
    return [
        tr("{safe} or less before, after and the next morning: the session counts toward the next level.").format(safe=safe),
        tr("{safe} to {most}, and settled by the next morning: repeat the same level.").format(safe=safe + 1, most=most),
        tr("Above {most}, or worse the next morning: go back one level.").format(most=most),
        tr("Too much pain {step_backs_before_help} sessions in a row: see a doctor or a physiotherapist.").format(
            step_backs_before_help=count_in_words(limits.step_backs_before_help)
        ),
        tr("No session at {safe} or less for {weeks} weeks: see a doctor or a physiotherapist.").format(
            safe=safe, weeks=count_in_words(limits.weeks_before_help)
        ),
    ]


def _work(day: training.DayPlan) -> str:
    return "\n".join(day.lines) or tr("no work")
