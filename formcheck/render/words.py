"""The report in plain words: faults, what went well, what to do next, what could not be measured and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from formcheck.exercises import PoseExercise
from formcheck.export.facts import (
    best_rep,
    describe_set_value,
    exercise_of,
    format_error,
    format_number,
    format_time,
    format_unit,
    format_value,
    headline_of,
    is_measured,
    list_reps,
    mean_of,
    set_value,
    side_in_words,
)
from formcheck.export.findings import interpret
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.report.faults import FAULTS
from formcheck.report.form import count_form, find_unjudged, is_clean
from formcheck.report.schema import FaultCode, NotCounted, Rep, SetReport
from formcheck.support.language import join_words, lower_first, tr, tr_count
from formcheck.support.units import join_unit

# This many times are given for movements that were not counted for the same reason.
MAX_TIMES = 4
# What the headline number of an exercise is, for people who have never heard its name.
MEANINGS = {
    "valid_peak_deg": tr(
        "This number is how far your shin leaned forward over the foot (tibial inclination) before the heel lifted; upright is 0°. "
        "More means that the ankle bends further under load."
    ),
    "height_cm": tr("This number is how far your heel rose from the floor. More means that the calf lifts you higher."),
    "height_pct_foot": tr(
        "This number is how far your heel rose from the floor, in % of the foot's length. More means that "
        "the calf lifts you higher."
    ),
    "hold_s": tr("This number is how long you stood on one leg before the other foot came down or the standing foot moved."),
    "lower_s": tr("This number is how long your heel took on its way down. Slower is better."),
    "arch_rise_mm": tr("This number is how far the arch of your foot rose from rest, toes flat."),
}
ABOVE_STEP = tr(
    "This number is how far your heel rose above the step's level; how far it sank below is given beside it. More means that the "
    "calf lifts you higher."
)
ABOVE_LOWEST = tr(
    "This number is how far your heel rose from its lowest point: the floor, or below the edge of a step. More means that the calf "
    "lifts you higher."
)
CUT_OFF = tr("cut off by the end of the recording")


def name_fault(code: FaultCode) -> str:
    """Return a fault's name as a user reads it."""
    return FAULTS[code].label


def describe_faults(rep: Rep) -> str:
    """Return a rep's faults in words, with how much where that is known; ``Clean`` without one, if that could be seen."""
    named = [_with_amount(code, rep) for code in rep.faults]
    named_all = "; ".join([*named[:1], *(lower_first(name) for name in named[1:])]) or describe_form(rep)
    return f"{named_all}; {CUT_OFF}" if rep.cut_off else named_all


def describe_form(rep: Rep) -> str:
    """Return ``Clean`` for a rep without faults, or what could not be judged."""
    unjudged = find_unjudged(rep)
    return tr("No fault seen; {what} not judged").format(what=unjudged) if unjudged else tr("Clean")


def _with_amount(code: FaultCode, rep: Rep) -> str:
    for name, unit, decimals in FAULTS[code].amounts:
        value = rep.measures.get(name)
        if value is not None:
            return f"{name_fault(code)} ({format_number(value, decimals)}{format_unit(unit)})"
    return name_fault(code)


@dataclass(frozen=True)
class SetInWords:
    """A set in sentences, by what they are for."""

    well: list[str]
    change: list[str]
    missing: list[str]


def describe_set(report: SetReport, others: OtherSets = NO_OTHER_SETS) -> SetInWords:
    """Return the set in sentences: what went well, what to do next, what could not be measured and why."""
    if not report.reps:
        return SetInWords([], [], [_explain_no_reps(report)])
    return SetInWords(_describe_good(report), [finding.text for finding in interpret(report, others)], _describe_missing(report))


def describe_uncounted(report: SetReport) -> list[str]:
    """Return why movements were seen and not counted, one sentence a reason, with their times in the video."""
    times: dict[str, list[str]] = {}
    for movement in report.still_uncounted:
        times.setdefault(movement.message, []).append(format_time(movement.peak_s))
    return [
        tr("At {when}: {message}").format(when=_list_times(when), message=lower_first(message)) for message, when in times.items()
    ]


def typical_movement(report: SetReport) -> NotCounted | None:
    """Return the middle one of the uncounted movements with the most common reason; None if there are none."""
    reasons = Counter(movement.criterion for movement in report.still_uncounted).most_common(1)
    same = [movement for movement in report.still_uncounted if movement.criterion == reasons[0][0]]
    return same[len(same) // 2] if same else None


def _list_times(times: list[str]) -> str:
    shown, more = times[:MAX_TIMES], len(times) - MAX_TIMES
    if more > 0:
        return tr("{shown} and {more} more").format(shown=", ".join(shown), more=more)
    return join_words(shown)


def _explain_no_reps(report: SetReport) -> str:
    """Return why nothing counted; a set whose reps were all removed by hand has no such reason."""
    return next((w.message for w in report.quality.warnings if w.code == "no-exercise"), tr("No reps were counted."))


def _say_what_it_is(report: SetReport, name: str) -> str:
    """Return what the headline number of this name is; a heel raise's height depends on where the foot was seen level."""
    if mean_of(report, "drop_cm") is not None:
        return ABOVE_STEP
    unseen = any(warning.code == "level-unseen" for warning in report.quality.warnings)
    return ABOVE_LOWEST if unseen else MEANINGS[name]


def _describe_good(report: SetReport) -> list[str]:
    exercise, headline, best = exercise_of(report), headline_of(report), best_rep(report)
    form = count_form(report.reps)
    count, clean = form.reps, form.clean
    unjudged = [rep for rep in report.reps if find_unjudged(rep)]
    title = exercise.title.lower() if exercise else tr("the exercise")
    asked = exercise.prescription.reps if isinstance(exercise, PoseExercise) else 0
    reps = tr_count("1 rep", "{count} reps", count)
    if asked > count and isinstance(exercise, PoseExercise) and exercise.least_found == asked:
        reps = tr("{count} of the {asked} reps").format(count=count, asked=asked)  # a test asks for this many
    did = tr("You did {reps} of the {exercise}").format(reps=reps, exercise=_add_in_brackets(title, side_in_words(report)))
    faulty = tr("{count} of them with a fault").format(count=form.faulty)
    how = _count_clean(clean, count) if clean or not unjudged else faulty
    rows = [f"{did}, {how}." if form.judged else f"{did}."]
    if unjudged:
        rows.append(
            tr("The {what} could not be judged on {where}: no fault was seen, but one may have been missed.").format(
                what=find_unjudged(unjudged[0]),
                where=tr("any rep") if len(unjudged) == count > 1 else list_reps([rep.number for rep in unjudged]),
            )
        )
    value = set_value(report)
    if headline and value is not None:
        error = format_error(headline, report)
        number = f"{format_value(headline, value)} {error}".rstrip()
        rows.append(f"{headline.label}: {number} ({describe_set_value(report)}).")
        if headline.name in MEANINGS:
            rows.append(_say_what_it_is(report, headline.name))
    if headline and best and count > 1:
        best_was = (
            tr("Your best rep was number {number}, with {value}.")
            if not is_clean(best)
            else tr("Your best clean rep was number {number}, with {value}.")
        )
        rows.append(best_was.format(number=best.number, value=format_value(headline, best.measures[headline.name])))
    return rows


def _add_in_brackets(title: str, side: str) -> str:
    """Add the leg in brackets, in those that the title has already: "soleus raise (bent knees, both legs)"."""
    if not side:
        return title
    return f"{title[:-1]}, {side})" if title.endswith(")") else f"{title} ({side})"


def _count_clean(clean: int, count: int) -> str:
    if count == 1:
        return tr("clean") if clean else tr("with a fault")
    if clean in (0, count):
        return tr("all clean") if clean else tr("none of them clean")
    return tr("{clean} of them clean").format(clean=clean)


def _describe_missing(report: SetReport) -> list[str]:
    rows = []
    headline = headline_of(report)
    if headline:
        explained = {rep.number for rep in report.reps if any(gap.measure == headline.name for gap in rep.unmeasured)}
        unmeasured = [rep.number for rep in report.reps if not is_measured(rep, headline.name) and rep.number not in explained]
        if unmeasured:
            rows.append(
                tr("{label} could not be measured on {unmeasured}.").format(
                    label=headline.label, unmeasured=_name_reps(unmeasured, report)
                )
            )
        explained_by_rep = {gap.reason for rep in report.reps for gap in rep.unmeasured}
        rows += [
            tr("{label}: not measured for this set, because {reason}.").format(label=headline.label, reason=gap.reason)
            for gap in report.summary.unmeasured
            if gap.reason not in explained_by_rep
        ]
    return rows + _describe_reasons(report) + [w.message for w in report.quality.warnings]


def _name_reps(numbers: list[int], report: SetReport) -> str:
    return tr("any rep") if len(numbers) == len(report.reps) else list_reps(numbers)


def _describe_reasons(report: SetReport) -> list[str]:
    """Why measures of some reps are missing, one sentence a reason."""
    exercise = exercise_of(report)
    faults = {fault for rep in report.reps for fault in rep.faults}
    measures = exercise.measures if exercise else ()
    labels = {m.name: m.label for m in measures if m.only_with is None or m.only_with in faults}
    reasons: dict[str, tuple[list[str], list[int]]] = {}
    for rep in report.reps:
        for gap in rep.unmeasured:
            if gap.measure in labels:
                named, numbers = reasons.setdefault(gap.reason, ([], []))
                named += [labels[gap.measure]] * (labels[gap.measure] not in named)
                numbers += [rep.number] * (rep.number not in numbers)
    return [
        tr("Not measured on {numbers}: {named}, because {reason}.").format(
            named=join_words([lower_first(name) for name in named]), numbers=_name_reps(numbers, report), reason=reason
        )
        for reason, (named, numbers) in reasons.items()
    ]


def describe_recording(report: SetReport) -> list[tuple[str, str]]:
    """Return how the set was filmed and what the numbers are based on: (what, in words)."""
    view, video, scale = report.view, report.video, report.scale
    rows = [(tr("Video"), _describe_video(report))]
    if view.kind == "front":
        rows.append((tr("Camera"), tr("From the front.")))
    elif view.kind == "side":
        off = "" if view.yaw_deg is None else f", {_describe_angle(view.yaw_deg)}"
        rows.append((tr("Camera"), tr("From the side{off}.").format(off=off)))
    if view.roll_deg:
        rows.append(
            (
                tr("Vertical"),
                tr("Corrected for a camera tilted sideways by {roll_deg}°.").format(roll_deg=format_number(abs(view.roll_deg), 1)),
            )
        )
    elif view.kind:
        rows.append((tr("Vertical"), tr("As in the picture; no camera tilt was seen.")))
    if scale.cm_per_px is None:
        rows.append((tr("Scale"), tr("None: lengths are in % of foot length. Give your height for centimeters.")))
    else:
        source = {"height": tr("your height"), "sticker": tr("the stickers' width")}.get(scale.source or "", tr("your foot length"))
        rows.append(
            (tr("Scale"), tr("{cm_per_px:.1f} mm per pixel, from {source}.").format(cm_per_px=scale.cm_per_px * 10, source=source))
        )
    exercise = exercise_of(report)
    followed = exercise.followed if exercise else tr("You were")
    rows.append(
        (
            tr("Seen"),
            (
                tr("{followed} found in {pose_coverage:.0f} % of the set's {frames} frames.")
                if report.reps
                else tr("{followed} found in {pose_coverage:.0f} % of the video's {frames} frames.")
            ).format(followed=followed, pose_coverage=100 * report.quality.pose_coverage, frames=video.frames),
        )
    )
    return rows


def title_limits(report: SetReport) -> str:
    """Return the heading over the warnings: what limits the numbers, or what was seen where nothing was counted."""
    return tr("What limits these numbers") if report.reps else tr("What was seen")


def advise_filming(report: SetReport) -> list[str]:
    """Return what to do when filming this exercise again. Only a set with reps shows that its exercise is filmed from the front."""
    if report.quality.warnings:
        first = tr("Fix what’s listed under “{heading}”, then film again.").format(heading=title_limits(report))
    else:
        first = tr("Nothing to change: keep this camera position, so that the next set can be compared with this one.")
    exercise = exercise_of(report)
    if exercise and not exercise.filmed_live:
        return [first, exercise.guide.filming]
    where = tr("from the front") if report.reps and report.view.kind == "front" else tr("exactly from the side of the working leg")
    return [
        first,
        tr(
            "Camera still and level, at hip height, {where}, the whole body and both feet in the picture, bare feet or plain shoes."
        ).format(where=where),
    ]


def _describe_video(report: SetReport) -> str:
    video = report.video
    rate = tr("{fps:.0f} frames per second").format(fps=video.fps) if video.fps > 0 else tr("unknown frame rate")
    kind = tr("live set") if report.origin == "live" else video.file
    return f"{kind}, {video.duration_s:.1f}{join_unit('s')}, {video.width} × {video.height}, {rate}."


def _describe_angle(yaw_deg: float) -> str:
    if abs(yaw_deg) < 3.0:
        return tr("square on")
    off = tr("about {degrees:.0f}° off, toward your front") if yaw_deg > 0 else tr("about {degrees:.0f}° off, toward your back")
    return off.format(degrees=abs(yaw_deg))
