"""Today's sets one after the other, with one tap: the set being filmed, the end of the rest, and saving, without Streamlit.

The camera keeps running. When a set ends, its recording is analyzed and saved at once while the person rests, and the next set
begins automatically. A set without a rep is filmed again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, cast

from formcheck.app.film.next_set import NextSet
from formcheck.exercises import EXERCISES
from formcheck.export import facts
from formcheck.live import LiveSet, LiveSetup, LiveState
from formcheck.live.cues import describe_amount, is_timed
from formcheck.report.faults import FAULTS
from formcheck.report.form import count_form
from formcheck.report.names import ConditionName
from formcheck.report.schema import FaultCode, SetReport
from formcheck.support.form import FormCount
from formcheck.support.language import join_words, lower_first, tr, tr_count
from formcheck.support.legs import add_leg
from formcheck.training import WorkItem

# Time to get back into position after a set in which nothing was counted, seconds.
RETRY_S = 15
# Time to hear what comes next after a set that was left out, seconds.
SKIPPED_S = 5.0
# A saved set can be undone on the page for this long, seconds; later it can be undone on the History page.
UNDO_S = 60.0

SetStage = Literal["recorded", "analyzing", "saved", "undone", "failed"]


class Camera(Protocol):
    """The part of `formcheck.app.film.camera.Filming` that a workout uses."""

    @property
    def state(self) -> LiveState:
        """The state of the set being filmed."""

    def begin_next(self, setup: LiveSetup, rest_s: float) -> LiveSet:
        """Return the set that was filmed, and film the next one after the rest."""

    def stop(self) -> None:
        """End the set being filmed."""


@dataclass
class FilmedSet:
    """One filmed set on its way into the history."""

    step: NextSet
    live: LiveSet
    stage: SetStage = "recorded"
    job: str = ""
    set_id: int | None = None
    report: SetReport | None = None
    saved_at: float = 0.0
    error: str = ""

    @property
    def settled(self) -> bool:
        """Whether its state can no longer change by itself."""
        return self.stage in ("saved", "undone", "failed")


@dataclass
class Workout:
    """The sets of a day in order; ``index`` is the set being filmed, or the next one during a rest."""

    steps: Sequence[NextSet]
    camera: Camera
    make_setup: Callable[[NextSet], LiveSetup]
    clock: Callable[[], float] = time.monotonic
    index: int = 0
    filmed: list[FilmedSet] = field(default_factory=list)
    rest_until: float = 0.0
    announcement: str = ""
    stopped: bool = False

    @property
    def step(self) -> NextSet | None:
        """The set being filmed, or the next one; None after the last one."""
        return None if self.stopped or self.index >= len(self.steps) else self.steps[self.index]

    @property
    def rest_left_s(self) -> float:
        """The time left of the rest, seconds; 0 while a set is filmed."""
        return max(0.0, self.rest_until - self.clock()) if self.step is not None else 0.0

    @property
    def over(self) -> bool:
        """Whether all sets are filmed, and each is saved or has failed."""
        return self.step is None and all(item.settled for item in self.filmed)

    def skip_rest(self) -> None:
        """Begin the next set now."""
        self.rest_until = self.clock()

    def skip_set(self) -> None:
        """Leave out the set whose turn it is, if nothing of it was counted; the next one begins in a moment."""
        step = self.step
        if step is None or self.camera.state.count:
            return
        self.index += 1
        following = self.step
        self.camera.begin_next(self.make_setup(following or step), SKIPPED_S).close()
        self.rest_until = self.clock() + SKIPPED_S
        next_set = tr("Skipped. Next: {what}.")
        self.announcement = tr("Skipped.") if following is None else next_set.format(what=describe_step(following))

    def stop(self) -> None:
        """Film no more sets; those already filmed are still saved, and so is the one being filmed if it has reps."""
        step = self.step
        if step is not None and self.camera.state.count:
            self.camera.stop()
            self.filmed.append(FilmedSet(step, self.camera.begin_next(self.make_setup(step), 0.0)))
        self.announcement = ""
        self.stopped = True

    def advance(self) -> None:
        """Move on if the current set has ended."""
        step = self.step
        if step is None or self.camera.state.stage != "ended":
            return
        counted = self.camera.state.count
        if counted:
            self.index += 1
        following = self.step
        rest_s = RETRY_S if not counted else EXERCISES[step.exercise].prescription.rest_s
        live = self.camera.begin_next(self.make_setup(following or step), float(rest_s))
        self.rest_until = self.clock() + rest_s
        if counted:
            self.filmed.append(FilmedSet(step, live))
        else:
            live.close()
        self.announcement = _announce(step, counted, following, rest_s)


def _announce(step: NextSet, counted: int, following: NextSet | None, rest_s: int) -> str:
    if not counted:
        return tr("No rep was counted. Get into position, and the set starts again.")
    done = describe_amount(counted, timed=is_timed(step.exercise)) + ". "
    if following is None:
        return done + tr("That was the last set. Well done.")
    same_leg = (following.exercise, following.side) == (step.exercise, step.side)
    what = tr("the same again") if same_leg else describe_step(following)
    return tr("{done}Rest for {rest_s} seconds. Next: {what}.").format(done=done, rest_s=rest_s, what=what)


def describe_step(step: NextSet) -> str:
    """A set as it is spoken: "ankle mobilization, right leg, 10 reps"."""
    leg = add_leg(step.side)
    title = EXERCISES[step.exercise].short_title
    return f"{lower_first(title)}{leg}, {step.amount}"


def list_steps(items: Iterable[WorkItem]) -> list[NextSet]:
    """Return the sets of a day's work that are still to be filmed, exercise by exercise, both legs of a set before the next set."""
    by_drill: dict[str, list[WorkItem]] = {}
    for item in items:
        exercise = EXERCISES.get(item.work.exercise or "")
        if exercise is not None and exercise.filmed_live and item.side in exercise.sides:
            by_drill.setdefault(exercise.name, []).append(item)
    return [
        _step(name, item, number)
        for name, own in by_drill.items()
        for number in range(1, max(item.work.sets for item in own) + 1)
        for item in own
        if item.sets_done < number <= item.work.sets
    ]


def _step(exercise: str, item: WorkItem, number: int) -> NextSet:
    work, usual = item.work, EXERCISES[exercise].prescription.reps
    reps = usual if work.timed else work.reps or usual  # a timed exercise's reps are seconds
    condition = work.condition if work.condition in EXERCISES[exercise].conditions else None
    return NextSet(exercise, item.side, number, work.sets, reps, cast(ConditionName | None, condition))


def summarize(reports: Sequence[SetReport]) -> list[str]:
    """Return the session in three sentences: how much was done, the best of each exercise and leg, and what to change."""
    reps = [rep for report in reports for rep in report.reps]
    if not reps:
        return [tr("No set was saved.")]
    form = count_form(reps)
    sets = tr_count("1 set", "{count} sets", len(reports))
    amounts = [  # repetitions first
        describe_amount(count, timed=timed)
        for timed in (False, True)
        if (count := sum(len(report.reps) for report in reports if is_timed(report.drill) == timed))
    ]
    did = tr("You did {sets} with {reps}").format(sets=sets, reps=join_words(amounts))
    sentences = [did + _describe_form(form)]
    best = _list_best(reports)
    if best:
        sentences.append(tr("Your best today: {best}.").format(best="; ".join(best)))
    faults: Counter[tuple[FaultCode, bool]] = Counter(
        (code, is_timed(report.drill)) for report in reports for rep in report.reps for code in rep.faults
    )
    if faults:
        (code, timed), count = faults.most_common(1)[0]
        label = FAULTS[code].label
        times = describe_amount(count, timed=timed)
        sentences.append(
            tr("To change next time: {label} in {times}. {advice}").format(
                label=lower_first(label), times=times, advice=FAULTS[code].advice
            )
        )
    elif form.unjudged:
        sentences.append(tr("No fault was seen, but not every rep was seen well enough: each set's report says why."))
    else:
        sentences.append(tr("No fault was seen, so keep the same pace and range next time."))
    return sentences


def _describe_form(form: FormCount) -> str:
    """How many of a session's reps were clean, as the end of the sentence that counts them."""
    if not form.judged:
        return "."
    if form.judged == 1 and not form.unjudged:
        return tr(", and it was clean.") if form.clean else tr(", and it had a fault.")
    how_many = tr("all") if form.clean == form.judged else form.clean or tr("none")
    ending = tr("; of the {judged} whose form was seen, {clean} were clean.") if form.unjudged else tr(", {clean} of them clean.")
    return ending.format(clean=how_many, judged=form.judged)


def _list_best(reports: Sequence[SetReport]) -> list[str]:
    best: dict[str, tuple[float, str]] = {}
    for report in reports:
        headline, exercise, value = facts.headline_of(report), facts.exercise_of(report), facts.best_value(report)
        if headline is None or exercise is None or value is None:
            continue
        name = f"{lower_first(exercise.short_title)}{add_leg(report.side)}"
        text = f"{name}, {facts.format_value(headline, value)}"
        if name not in best or value > best[name][0]:
            best[name] = (value, text)
    return [text for _, text in best.values()]
