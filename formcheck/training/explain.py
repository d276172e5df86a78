"""Today in one sentence, and what the person needs to move up next."""

from __future__ import annotations

from datetime import date, timedelta

from formcheck.support.dates import name_day
from formcheck.support.language import join_words, lower_first, tr
from formcheck.support.legs import LEG_WORDS
from formcheck.training.days import DayPlan, Progress
from formcheck.training.ladder import describe_next
from formcheck.training.programme import RUNNING_WORK

# A change of level is today's reason for this long; after that, the count toward the next level is.
_NEWS = timedelta(days=7)
_CALF_DRILLS = ("heel-raise", "towel-raise")


def explain_day(day: DayPlan, progress: Progress) -> str:
    """What to do today and why: "Heel raise on one leg today: two clean sessions at pain 1 moved you up."."""
    drill = lead_drill(day, progress)
    if day.stopped_by or day.week is None or not day.items:
        return day.message
    if any(item.work.name == "recovery" for item in day.items):
        return tr("Rest today: tissue adapts on the days between.")
    if drill is None:
        item = day.items[0]
        reason = (item.work.name in RUNNING_WORK and progress.running.message) or item.work.how
        return tr("{work} today. {reason}").format(work=item.work.title, reason=reason)
    title = _name_work(day, drill)
    leg = _leg_with_news(drill, day.day, progress) if progress.legs_differ(drill, day.day) else None
    standing = progress.standing_on(drill, day.day, leg)
    if day.deload:
        return tr("{work} today, with fewer sets: every fourth week is lighter, so that muscle and tendon recover.").format(
            work=title
        )
    if standing.reason and standing.since is not None and day.day - standing.since <= _NEWS:
        return tr("{work} today: {reason}.").format(work=title, reason=standing.describe_reason(leg))
    needed = progress.catalogue.progression.sessions_to_move_up
    if standing.level + 1 >= len(progress.catalogue.drills[drill].levels) and not _describe_last(drill, day.day, progress):
        return tr("{work} today: it keeps what you have built.").format(work=title)
    if standing.good:
        earliest = standing.earliest_next(progress.catalogue.drills[drill])
        if standing.good >= needed and earliest is not None and day.day < earliest:
            return tr("{work} today: the next level begins on {day} at the earliest, because a tendon adapts over weeks.").format(
                work=title, day=name_day(earliest)
            )
        return tr("{work} today: {done} of {needed} sessions toward the next level are done.").format(
            work=title, done=f"{round(min(standing.good, needed), 1):g}", needed=needed
        )
    if last := _describe_last(drill, day.day, progress):
        return tr("{work} today, at the same level: {reason}.").format(work=title, reason=last)
    return tr("{work} today: it builds the base for the next level.").format(work=title)


def _describe_last(drill: str, day: date, progress: Progress) -> str:
    """Why the last session before a day did not count; empty if it did, or if there was none."""
    if progress.standing_on(drill, day).unseen is not None:
        return tr("the form of most reps was not seen in the last session")
    actions = [action for done, action in progress.ladders[drill].actions if done < day] if drill in progress.ladders else []
    limit = progress.catalogue.pain.progress_up_to
    return {
        "repeat": tr("pain was above {limit} in the last session, and had settled by the morning").format(limit=limit),
        "ask": tr("the last session counts once you enter your pain after it and on the next morning"),
    }.get(actions[-1] if actions else "", "")


def _name_work(day: DayPlan, drill: str) -> str:
    """A drill's work today: "Heel raise on one leg", or each leg's where they differ."""
    items = [item for item in day.items if item.work.name == drill]
    titles = list(dict.fromkeys(item.work.title for item in items))
    if len(titles) == 1:
        return titles[0]
    named = [f"{item.work.title} ({LEG_WORDS[item.side]})" for item in items]
    return join_words([named[0], lower_first(named[1])])


def _leg_with_news(drill: str, day: date, progress: Progress) -> str:
    """The leg whose level changed last."""
    return max(("left", "right"), key=lambda leg: progress.standing_on(drill, day, leg).since or date.min)


def explain_next(day: DayPlan, progress: Progress) -> str:
    """What the person needs to move up next; empty if today has no exercise."""
    drill = lead_drill(day, progress)
    if drill is None or drill not in progress.ladders or day.stopped_by:
        return ""
    if day.deload:
        return tr("No level changes in a lighter week; sessions count again from next week.")
    return describe_next(progress.ladders[drill], progress.catalogue)


def lead_drill(day: DayPlan, progress: Progress) -> str | None:
    """The exercise for today's sentence: the one whose level changed last, otherwise the calf's, otherwise the first."""
    names = list(dict.fromkeys(item.work.name for item in day.items if item.work.is_drill))
    if not names:
        return None
    changed = {name: progress.standing_on(name, day.day).since for name in names}
    news = [name for name in names if (since := changed[name]) is not None and day.day - since <= _NEWS]
    latest = max((changed[name] or date.min for name in news), default=None)
    candidates = [name for name in news if changed[name] == latest] or names
    return next((name for name in candidates if name in _CALF_DRILLS), candidates[0])
