"""Decide whether a person runs, alternates walking and running, or walks first.

A person who runs continues within the load rules (pain-monitored, Silbernagel 2007). A person who has not run for four weeks
has no load ceiling (:mod:`formcheck.training.load`) and is offered a walk–run session. On tracks for an injury, four entry criteria
come first; after a walk–run session with too much pain, the person is asked again whether hopping hurts. A run after which pain was
too high is followed by walks until one of them stays at pain 2 or less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from formcheck.support.dates import name_day
from formcheck.support.language import tr
from formcheck.training.catalogue import Catalogue, RunningRules, WalkRunStep
from formcheck.training.pain import PainScores, judge_pain

# This many runs on days after the last walk–run session show that the person runs again (formcheck's choice).
_RUNS_AFTER_WALK_RUN = 3
_GO_ON = tr("Go on running within this week's ceiling, with pain at 5 or less that settles by the next morning.")

_HOP = tr("hop on each leg without pain")

RunningKind = Literal["run", "walk-run", "walk"]


@dataclass(frozen=True, slots=True)
class EntryAnswers:
    """The answers that the entry criteria need; None if not known yet.

    ``walk_pain``: the highest pain during and after 30 minutes of walking. ``raises_left``/``raises_right``: single-leg heel
    raises. ``hops_pain_free``: hopping on the leg does not hurt, by the person's answer of the day ``answered_on``.
    """

    walk_pain: int | None = None
    raises_left: float | None = None
    raises_right: float | None = None
    hops_pain_free: bool | None = None
    answered_on: date | None = None

    @property
    def symmetry_pct(self) -> float | None:
        """The weaker leg's raises in % of the stronger leg's."""
        if self.raises_left is None or self.raises_right is None:
            return None
        more = max(self.raises_left, self.raises_right)
        return 100.0 if more == 0 else 100.0 * min(self.raises_left, self.raises_right) / more


@dataclass(frozen=True)
class RunningStanding:
    """What a day's "run" means for this person. ``unmet`` are the entry criteria that are not met yet, in words."""

    kind: RunningKind = "run"
    step: int = 0
    steps: tuple[WalkRunStep, ...] = ()
    unmet: tuple[str, ...] = ()
    message: str = ""

    @property
    def session(self) -> str:
        """The walk–run session in words; empty for other kinds."""
        return self.steps[self.step].text if self.kind == "walk-run" and self.steps else ""


def list_unmet(answers: EntryAnswers, rules: RunningRules) -> tuple[str, ...]:
    """The entry criteria that are not met or not known to be met."""
    unmet = []
    if answers.walk_pain is None or answers.walk_pain > rules.walk_pain_up_to:
        walk = tr("walk for {minutes} minutes at pain {pain} or less")
        unmet.append(walk.format(minutes=rules.walk_minutes, pain=rules.walk_pain_up_to))
    raises = [count for count in (answers.raises_left, answers.raises_right) if count is not None]
    if len(raises) < 2 or min(raises) < rules.raises_per_leg:
        unmet.append(tr("do {count} heel raises on each leg").format(count=rules.raises_per_leg))
    symmetry = answers.symmetry_pct
    if symmetry is None or symmetry < rules.symmetry_pct:
        share = tr("reach {percent:.0f} % of the stronger leg's heel raises with the weaker leg")
        unmet.append(share.format(percent=rules.symmetry_pct))
    if not answers.hops_pain_free:
        unmet.append(_HOP)
    return tuple(unmet)


def follow_steps(
    sessions: Iterable[date],
    pain: Mapping[date, PainScores],
    today: date,
    catalogue: Catalogue,
    is_deload: Callable[[date], bool] = lambda _: False,
) -> int:
    """The step of today after these walk–run sessions, from 0; the number of steps if all are done.

    A step is done once its last session's pain stayed at 2 or less until the next morning and it has lasted a week; it is repeated
    until then, and in weeks with a lighter load. Pain above 5, pain that is worse the next morning, and a break of more than two
    weeks go one step back.
    """
    rules = catalogue.running
    step, since, done, last = 0, date.max, False, None
    for day in [*sorted(sessions), today]:
        if last is not None and (day - last).days > catalogue.progression.break_days:
            step, since, done = max(0, step - 1), date.max, False
        last = day
        if done and (day - since).days >= rules.step_days and not is_deload(day):
            step, since, done = step + 1, day, False
        since = min(since, day)
        action = judge_pain(pain.get(day, PainScores()), catalogue.pain)
        if action == "step-back":
            step, since = max(0, step - 1), date.max
        done = action == "progress" and (done or not is_deload(day))
    return min(step, len(rules.steps))


@dataclass(frozen=True)
class RunningHistory:
    """A person's known running: days with a run, with a walk–run session or with a walk of the plan, and their answers."""

    run_days: tuple[date, ...] = ()
    walk_run_days: tuple[date, ...] = ()
    walk_days: tuple[date, ...] = ()
    reports_running: bool | None = None
    reported_on: date | None = None
    entry: EntryAnswers = EntryAnswers()


def judge_running(
    history: RunningHistory,
    pain: Mapping[date, PainScores],
    today: date,
    catalogue: Catalogue,
    *,
    needs_entry: bool,
    is_deload: Callable[[date], bool] = lambda _: False,
) -> RunningStanding:
    """What running means today.

    Parameters
    ----------
    needs_entry
        Whether the person's track requires the entry criteria.
    is_deload
        Whether a day lies in a week with a lighter load.
    """
    rules = catalogue.running
    since = today - timedelta(weeks=rules.quiet_weeks)
    sessions = _sessions_since_break(history, today, timedelta(weeks=rules.quiet_weeks))
    runs = [day for day in history.run_days if since <= day <= today]
    after = [day for day in runs if not sessions or day > sessions[-1]]
    step = follow_steps(sessions, pain, today, catalogue, is_deload)
    reported = history.reports_running and history.reported_on is not None and history.reported_on >= since
    runs_again = len(after) >= _RUNS_AFTER_WALK_RUN if sessions else bool(runs or reported)
    if step >= len(rules.steps) or runs_again:
        if painful := _painful_run(history, pain, today, catalogue):
            again = tr("Pain was too high after the run of {day}. Run again after a walk that stays at pain {limit} or less.")
            message = again.format(day=name_day(painful), limit=catalogue.pain.progress_up_to)
            return RunningStanding("walk", steps=rules.steps, message=message)
        unknown = [] if runs else [tr("Enter your last weeks' runs: without them no ceiling can be given.")]
        message = " ".join([_GO_ON, *unknown])
        return RunningStanding("run", steps=rules.steps, message=message)
    unmet = list_unmet(history.entry, rules) if needs_entry and not sessions else ()
    if needs_entry and (setback := _find_setback(sessions, history.entry, pain, catalogue)):
        why = tr("Pain was too high after the walk-run session of {day}. Before you run again, on a later day: {task}.")
        message = why.format(day=name_day(setback), task=_HOP)
        return RunningStanding("walk", steps=rules.steps, unmet=(_HOP,), message=message)
    if unmet:
        message = tr("Before you run again: {tasks}.").format(tasks="; ".join(unmet))
        return RunningStanding("walk", steps=rules.steps, unmet=unmet, message=message)
    quiet = tr("No run in {weeks} weeks: begin by walking and running in turns.").format(weeks=rules.quiet_weeks)
    now = tr("Walk-run step {step} of {steps}: {session}.").format(
        step=step + 1, steps=len(rules.steps), session=rules.steps[step].text
    )
    return RunningStanding("walk-run", step, rules.steps, message=" ".join([*([] if sessions else [quiet]), now]))


def _sessions_since_break(history: RunningHistory, today: date, gap: timedelta) -> list[date]:
    """The walk–run sessions since the last break without a run or a session."""
    known = {day for day in history.walk_run_days if day <= today}
    later, kept = today, []
    for day in sorted(known | {day for day in history.run_days if day <= today}, reverse=True):
        if later - day > gap:
            break
        later = day
        if day in known:
            kept.append(day)
    return kept[::-1]


def _find_setback(
    sessions: Iterable[date], entry: EntryAnswers, pain: Mapping[date, PainScores], catalogue: Catalogue
) -> date | None:
    """The last walk–run session after which pain was too high, unless the person has hopped without pain on a later day."""
    setbacks = [day for day in sessions if judge_pain(pain.get(day, PainScores()), catalogue.pain) == "step-back"]
    if not setbacks:
        return None
    hopped = entry.hops_pain_free and entry.answered_on is not None and entry.answered_on > setbacks[-1]
    return None if hopped else setbacks[-1]


def _painful_run(history: RunningHistory, pain: Mapping[date, PainScores], today: date, catalogue: Catalogue) -> date | None:
    """The last run after which pain was too high, unless a later run or walk stayed at the limit for progress."""
    for day in sorted({*history.run_days, *history.walk_run_days, *history.walk_days}, reverse=True):
        action = judge_pain(pain.get(day, PainScores()), catalogue.pain) if day <= today else "ask"
        if action == "progress":
            return None
        if action == "step-back":
            return day
    return None
