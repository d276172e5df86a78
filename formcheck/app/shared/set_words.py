"""A saved set in a line of a list, and the kind of a trend's change as a chip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formcheck.app.shared import style
from formcheck.exercises import EXERCISES
from formcheck.history.trends.measures import text_of_set
from formcheck.history.values import SetRow
from formcheck.support.language import tr, tr_count
from formcheck.support.legs import SHORT_LEG_WORDS

if TYPE_CHECKING:
    from formcheck.history.trends.trend import TrendView


def set_words(row: SetRow) -> str:
    """A set in one line: "Ankle mobilization, left: 10 reps, best 38.2°"."""
    reps = tr_count("1 rep", "{count} reps", row.rep_count)
    faulty, unseen = row.form.faulty, row.form.unjudged
    form = tr("{faulty} with a fault").format(faulty=faulty) if faulty else tr("no fault seen")
    form += tr(", {unseen} not judged").format(unseen=unseen) if unseen else ""
    return tr("{exercise}{side}: {reps}, {form}, best {best}").format(
        exercise=exercise_words(row.exercise), side=leg_words(row.side), reps=reps, form=form, best=text_of_set(row, "best")
    )


def drill_words(row: SetRow) -> str:
    """What was done, where there is no room for more: "Ankle mobilization, left"."""
    return exercise_words(row.exercise) + leg_words(row.side)


def exercise_words(exercise: str | None) -> str:
    """An exercise's name in a list."""
    return EXERCISES[exercise].short_title if exercise in EXERCISES else tr("Not recognized")


def leg_words(side: str | None) -> str:
    """The leg, as text that follows the exercise in a list."""
    return f", {SHORT_LEG_WORDS[side]}" if side else ""


def change_chip(trend: TrendView) -> str:
    """The kind of change as a word on a tinted ground, as HTML."""
    kind: style.ChipKind = {"gained": "good", "lost": "watch"}.get(trend.change.kind, "plain")  # type: ignore[assignment]
    sign = {
        "gained": tr("▲ gained"),
        "lost": tr("▼ lost"),
        "rising": tr("△ rising"),
        "falling": tr("▽ falling"),
        "steady": tr("steady"),
        "too early": tr("too early to say"),
    }
    word = sign.get(trend.change.kind, "")
    return style.chip(word, kind) if word else ""
