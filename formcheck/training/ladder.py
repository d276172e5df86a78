"""Levels of an exercise: criteria move a person up, pain moves them down, dates never do.

A session counts toward the next level if its sets were done with all repetitions, at least 80 % of the filmed repetitions whose
form was seen were clean, and pain stayed at 2 or less before, after and the next morning. Two such sessions in a row move the
person up; a session of which half the sets or more were done counts for the share that was done. A session of which the form of
most filmed repetitions was not seen neither counts nor begins the count anew. Sets ticked by hand count as clean, because the
person reported them. No level goes up in weeks with a lighter load, and a level that loads a tendon more waits until the one below
has lasted some weeks. After a break of more than two weeks the level is one lower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import ceil

from formcheck.support.dates import name_day
from formcheck.support.form import FormCount
from formcheck.support.language import join_words, lower_first, tr
from formcheck.support.legs import ON_THE_LEG, THE_LEG, YOUR_LEG
from formcheck.support.numbers import count_in_words
from formcheck.training.catalogue import Catalogue, Drill, Level, ProgressionRules
from formcheck.training.pain import PainAction, PainScores, judge_pain

# Stands in a standing's reason for the person, or for the leg that is meant.
WHOM = "{whom}"
EACH_LEG = tr(" each leg")


@dataclass(frozen=True, slots=True)
class Session:
    """One day's work on one exercise.

    ``filmed`` holds the repetitions of each filmed set by side, and ``form`` how many of all filmed ones were clean, by side.
    ``ticked`` holds the number of sets ticked by hand, by side: a tick means that the set was done as prescribed.
    ``filmed_as`` holds the filmed sets of levels that the camera judges by an exercise of another name, by level id: repetitions,
    or the seconds of the longest hold.
    ``spared``: the exercise hardly loads what hurts on the person's track, so pain repeats its level and does not lower it.
    """

    day: date
    ticked: Mapping[str, int] = field(default_factory=dict)
    filmed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    pain: PainScores = field(default_factory=PainScores)
    filmed_as: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)
    form: Mapping[str, FormCount] = field(default_factory=dict)
    spared: bool = False

    def films_of(self, level: Level) -> Mapping[str, tuple[int, ...]]:
        """The filmed sets of a level by side: repetitions, or seconds."""
        if not level.camera:
            return {}
        return self.filmed if level.exercise is None else self.filmed_as.get(level.id, {})


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's level on a ladder from a day on. ``level`` counts from 0.

    ``eased``: pain required a step back at the lowest level, so half the sets are done. ``good`` is the number of sessions in a row
    that count toward the next level, with shares of sessions. ``reason`` explains the level and is empty at the start;
    `describe_reason` returns it as it is shown. ``entered`` is the day of the first session of this level, or the day on which it
    was reached. ``unseen`` is the day of the last session, if it did not count because the form was not seen.
    """

    level: int = 0
    eased: bool = False
    good: float = 0.0
    reason: str = ""
    since: date | None = None
    entered: date | None = None
    unseen: date | None = None

    def describe_reason(self, leg: str | None = None) -> str:
        """Return the reason in words, of the person or of one leg: "two clean sessions at pain 1 moved your left leg up"."""
        whom = YOUR_LEG.get(leg or "", tr("you"))
        return self.reason.format(whom=whom)

    def earliest_next(self, drill: Drill) -> date | None:
        """The first day on which the next level may begin; None if there is none, or if it has no number of weeks."""
        weeks = drill.levels[self.level + 1].after_weeks if self.level + 1 < len(drill.levels) else 0
        return self.entered + timedelta(weeks=weeks) if weeks and self.entered is not None else None


@dataclass(frozen=True)
class Ladder:
    """A person's standing on an exercise over time: the result of each session.

    ``legs`` holds a ladder for each leg where the two have differed; the person's standing is then that of the leg that is lower.
    """

    drill: Drill
    start: Standing = field(default_factory=Standing)
    changes: tuple[tuple[date, Standing], ...] = ()
    actions: tuple[tuple[date, PainAction], ...] = ()
    legs: Mapping[str, Ladder] = field(default_factory=dict)

    def leg(self, side: str | None) -> Ladder:
        """The ladder of one leg; this one if the legs never differed, or for both."""
        return self.legs.get(side or "", self)

    def lower_leg(self, day: date | None = None) -> str | None:
        """The leg that stands lower on a day, or after all sessions; None if both stand on one level."""
        if not self.legs:
            return None
        left, right = (self.legs[side].last if day is None else self.legs[side].on(day) for side in ("left", "right"))
        return None if left.level == right.level else "left" if left.level < right.level else "right"

    def on(self, day: date) -> Standing:
        """The standing at the start of a day: work done on the day itself counts from the next day."""
        if self.legs:
            return min((ladder.on(day) for ladder in self.legs.values()), key=lambda standing: (standing.level, standing.good))
        standing = self.start
        for changed, after in self.changes:
            if changed >= day:
                break
            standing = after
        return standing

    @property
    def last(self) -> Standing:
        """The standing after all sessions."""
        if self.legs:
            return min((ladder.last for ladder in self.legs.values()), key=lambda standing: (standing.level, standing.good))
        return self.changes[-1][1] if self.changes else self.start


def climb(
    drill: Drill,
    sessions: Iterable[Session],
    catalogue: Catalogue,
    is_deload: Callable[[date], bool] = lambda _: False,
    chosen: Mapping[date, str] | None = None,
    leg: str | None = None,
    until: date | None = None,
) -> Ladder:
    """Follow the sessions in order of their days and record every change of standing.

    Parameters
    ----------
    is_deload
        Whether a day lies in a week with a lighter load.
    chosen
        Levels set by hand, by their id, from their day on; each begins a new count.
    leg
        Only the sets of this leg count at levels with sets for each leg; None: both must do them.
    until
        The day for which the level is asked: a break that lasts until then counts. None: only breaks between sessions count.
    """
    by_hand = {day: index for day, name in (chosen or {}).items() if (index := drill.index_of(name)) is not None}
    by_day = {session.day: session for session in sessions}
    judge = _Judge(drill, catalogue, is_deload, leg)
    start = standing = Standing()
    changes: list[tuple[date, Standing]] = []
    actions: list[tuple[date, PainAction]] = []
    latest: date | None = None
    for day in sorted({*by_hand, *by_day, *([] if until is None else [until])}):
        if latest is not None and (day - latest).days > catalogue.progression.break_days:
            back = latest + timedelta(days=catalogue.progression.break_days)
            standing = _after_break(standing, back, catalogue)
            changes.append((back, standing))
        if day in by_hand or day in by_day:
            latest = day
        if day in by_hand:
            standing = Standing(by_hand[day], reason=tr("the level was set by hand"), since=day, entered=day)
            # `Ladder.on` gives what was reached before a day; a level chosen by hand applies on its own day already
            before = day - timedelta(days=1)
            changes = [(changed, after) for changed, after in changes if changed < before]
            changes.append((before, standing))
        if day in by_day:
            session = by_day[day]
            action = judge_pain(session.pain, catalogue.pain)
            actions.append((day, action))
            if standing.entered is None:
                standing = replace(standing, entered=day)
            standing = judge.after(standing, session, action)
            changes.append((day, standing))
    return Ladder(drill, start, tuple(changes), tuple(actions))


def climb_by_leg(
    drill: Drill,
    sessions: Iterable[Session],
    catalogue: Catalogue,
    is_deload: Callable[[date], bool] = lambda _: False,
    chosen: Mapping[str, Mapping[date, str]] | None = None,
    until: date | None = None,
) -> Ladder:
    """Follow each leg's sessions; the result has one ladder for each leg if they ever differ.

    Pain is entered for the person and not for a leg, so it moves both. ``chosen`` holds the levels set by hand, for "both", "left"
    and "right"; on one day a leg's own level goes before the one for both.
    """
    log, by_hand = list(sessions), chosen or {}
    both = by_hand.get("both", {})
    levels = {leg: {**both, **by_hand.get(leg, {})} for leg in ("left", "right")}
    left, right = (climb(drill, log, catalogue, is_deload, chosen, leg, until) for leg, chosen in levels.items())
    if left.changes == right.changes:
        return left
    return Ladder(drill=drill, start=left.start, changes=left.changes, actions=left.actions, legs={"left": left, "right": right})


@dataclass(frozen=True)
class _Judge:
    """What a session does to a standing on one exercise, by the programme's rules; ``leg`` as in `climb`."""

    drill: Drill
    catalogue: Catalogue
    is_deload: Callable[[date], bool]
    leg: str | None

    def after(self, standing: Standing, session: Session, action: PainAction) -> Standing:
        """The standing after a session whose pain allows ``action``."""
        standing = replace(standing, unseen=None)
        if action == "step-back" and not session.spared:
            return self._step_back(standing, session)
        if action in ("repeat", "step-back"):
            return replace(standing, good=0.0)
        if action == "ask" or self.is_deload(session.day):
            return standing
        clean = is_clean(session, self.catalogue.progression, self.leg)
        if clean is None:
            return replace(standing, unseen=session.day)
        return self._count(standing, session) if clean else replace(standing, good=0.0)

    def _step_back(self, standing: Standing, session: Session) -> Standing:
        worst = session.pain.worst
        high = worst is not None and worst > self.catalogue.pain.tolerated_up_to
        what = tr("pain {pain}").format(pain=worst) if high else tr("more pain the next morning")
        if standing.level == 0:
            reason = tr("{pain} after the session of {day} asked for half the sets")
            return Standing(
                level=0,
                eased=True,
                good=0.0,
                reason=reason.format(pain=what, day=name_day(session.day)),
                since=session.day,
                entered=standing.entered,
            )
        reason = tr("{pain} after the session of {day} moved {whom} back")
        reason = reason.format(pain=what, day=name_day(session.day), whom=WHOM)
        return Standing(level=standing.level - 1, eased=False, good=0.0, reason=reason, since=session.day, entered=session.day)

    def _count(self, standing: Standing, session: Session) -> Standing:
        """Count a clean session of low pain toward the next level, or toward the full sets."""
        level, rules = self.drill.levels[standing.level], self.catalogue.progression
        done = share_done(session, level, sets_of(level, self.catalogue, eased=standing.eased), self.leg)
        if done < (1.0 if standing.eased else rules.least_session_share):
            return standing
        if standing.eased:
            limit = self.catalogue.pain.progress_up_to
            reason = tr("a session at pain {limit} or less brought the full sets back").format(limit=limit)
            return replace(standing, eased=False, good=0.0, reason=reason, since=session.day)
        needed = rules.sessions_to_move_up
        good = min(round(standing.good + done, 6), needed)  # thirds of sessions add up to whole ones
        earliest = standing.earliest_next(self.drill)
        if good < needed or standing.level + 1 >= len(self.drill.levels) or (earliest is not None and session.day < earliest):
            return replace(standing, good=good)
        reason = tr("{count} clean sessions at pain {pain} moved {whom} up")
        reason = reason.format(count=count_in_words(needed), pain=session.pain.worst or 0, whom=WHOM)
        return Standing(level=standing.level + 1, eased=False, good=0.0, reason=reason, since=session.day, entered=session.day)


def sets_of(level: Level, catalogue: Catalogue, *, eased: bool = False, deload: bool = False) -> int:
    """The number of sets of a day on each counted leg: fewer in a lighter week, and after pain at the lowest level."""
    share = catalogue.progression.deload_share if eased or deload else 1.0
    return ceil(level.total_sets * share)


def _after_break(standing: Standing, day: date, catalogue: Catalogue) -> Standing:
    """One level back after a break: the tissue is no longer used to the load."""
    if standing.level == 0:
        return replace(standing, good=0.0)
    reason = tr("{count} days without a session moved {whom} back")
    reason = reason.format(count=count_in_words(catalogue.progression.break_days), whom=WHOM)
    return Standing(level=standing.level - 1, eased=standing.eased, good=0.0, reason=reason, since=day, entered=day)


def share_done(session: Session, level: Level, sets: int, leg: str | None = None) -> float:
    """The share of the sets that were done with all repetitions, 0 to 1; where each leg counts, of ``leg`` or of the lower one."""
    asked = level.reps or level.seconds or 0
    legs = ("left", "right") if leg is None else (leg,)
    sides = legs if level.per_leg else (*legs, "both")
    films = session.films_of(level)
    done = {side: session.ticked.get(side, 0) + sum(amount >= asked for amount in films.get(side, ())) for side in sides}
    return min(1.0, (min(done.values()) if level.per_leg else sum(done.values())) / sets)


def is_clean(session: Session, rules: ProgressionRules, leg: str | None = None) -> bool | None:
    """Whether enough of the filmed repetitions (those of ``leg``) were clean; None if too few were seen well enough to say.

    Without a film the person's word counts.
    """
    legs = ("left", "right") if leg is None else (leg,)
    form = sum((session.form.get(side, FormCount()) for side in (*legs, "both")), FormCount())
    if form.faultless < rules.clean_share * form.reps:
        return False  # even if no fault was missed
    if form.judged < rules.judged_share * form.reps:
        return None
    return form.clean >= rules.clean_share * form.judged


def describe_next(ladder: Ladder, catalogue: Catalogue) -> str:
    """What the person needs to move up next, in one sentence."""
    standing, rules, limit = ladder.last, catalogue.progression, catalogue.pain.progress_up_to
    lower = ladder.lower_leg()
    on_leg, whom = ON_THE_LEG.get(lower or "", ""), THE_LEG.get(lower or "", tr("you"))
    level = ladder.drill.levels[standing.level]
    if standing.eased:
        words = tr("One session of {work} at pain {limit} or less brings the full sets back.")
        return words.format(work=lower_first(level.title), limit=limit)
    if standing.level + 1 >= len(ladder.drill.levels):
        words = tr("{work} is the top level. Keep it up at pain {limit} or less.")
        if level.loaded:
            words = tr("{work} is the top level. Keep it up at pain {limit} or less; add weight when all sets stay at that.")
        return words.format(work=level.title, limit=limit)
    left, whole = max(1.0, rules.sessions_to_move_up - standing.good), float(standing.good).is_integer()
    count = tr("{count} sessions in a row").format(count=count_in_words(int(left)).capitalize())
    sessions = (tr("One more session") if left == 1 else count) + on_leg
    if not whole:
        partly = tr("{done:.1f} of {needed} sessions are done{on_leg}: the rest,")
        sessions = partly.format(done=standing.good, needed=count_in_words(rules.sessions_to_move_up), on_leg=on_leg)
    unseen = ""
    if standing.unseen is not None:
        unseen = tr("The session of {day} did not count: the form of most reps was not seen, and each set's report says why. ")
        unseen = unseen.format(day=name_day(standing.unseen))
    words = tr("{sessions} with all {dose}{clean} and pain {limit} or less move {whom} up to {level}{wait}.")
    if left == 1 or not whole:
        words = tr("{sessions} with all {dose}{clean} and pain {limit} or less moves {whom} up to {level}{wait}.")
    clean = tr(", at least {percent:.0f} % of filmed reps clean,").format(percent=100 * rules.clean_share)
    earliest = standing.earliest_next(ladder.drill)
    wait = "" if earliest is None else tr(", not before {day}: a tendon adapts over weeks").format(day=name_day(earliest))
    return unseen + words.format(
        sessions=sessions,
        dose=dose_text(level),
        clean=clean if level.camera and ladder.drill.camera else "",
        limit=limit,
        whom=whom,
        level=lower_first(ladder.drill.levels[standing.level + 1].title),
        wait=wait,
    )


def dose_text(level: Level) -> str:
    """A level's dose: "3×15 each leg, knee straight and knee bent"."""
    return describe_dose(level.sets, level) + (f", {join_words(level.parts)}" if level.parts else "")


def describe_dose(sets: int, level: Level) -> str:
    """A number of sets of a level: "3×15 each leg"."""
    return f"{sets}×{level.amount}{EACH_LEG if level.per_leg else ''}"
