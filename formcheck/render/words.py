"""The report in plain words: faults, what went well, what to change next rep, what could not be measured and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from formcheck.export.facts import (
    best_rep,
    exercise_of,
    format_error,
    format_number,
    format_unit,
    format_value,
    headline_of,
    is_measured,
    side_in_words,
)
from formcheck.report.faults import FAULTS
from formcheck.report.schema import FaultCode, Rep, SetReport


def name_fault(code: FaultCode) -> str:
    """Return a fault's name as a user reads it."""
    return FAULTS[code].label


def describe_faults(rep: Rep) -> str:
    """Return a rep's faults in words, with how much where that is known; ``Clean`` without one."""
    return "; ".join(_with_amount(code, rep) for code in rep.faults) or "Clean"


def _with_amount(code: FaultCode, rep: Rep) -> str:
    for name, unit, decimals in FAULTS[code].amounts:
        value = rep.measures.get(name)
        if value is not None:
            return f"{name_fault(code)} ({format_number(value, decimals)}{format_unit(unit)})"
    return name_fault(code)


def list_reps(numbers: list[int]) -> str:
    """Return ``rep 2``, ``reps 2 and 4`` or ``reps 1, 2 and 4``."""
    if len(numbers) == 1:
        return f"rep {numbers[0]}"
    return f"reps {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


@dataclass(frozen=True)
class Summary:
    """A set in sentences, by what they are for."""

    well: list[str]
    change: list[str]
    missing: list[str]


def describe_set(report: SetReport) -> Summary:
    """Return the set in sentences: what went well, what to change on the next rep, what could not be measured and why."""
    if not report.reps:
        return Summary([], [], [_say_no_reps(report)])
    return Summary(_say_well(report), _say_change(report), _say_missing(report))


def summarize_in_words(report: SetReport) -> list[str]:
    """Return the set in plain sentences, the most important first (see `describe_set` for them by purpose)."""
    summary = describe_set(report)
    return [*summary.well, *summary.change, *summary.missing]


def _say_no_reps(report: SetReport) -> str:
    exercise = exercise_of(report)
    if exercise is None:
        return (
            "No repetition of a drill that formcheck knows was seen, so there is nothing to measure. "
            "Film one set from the side, with the whole body and both feet in the picture, or name the exercise yourself."
        )
    return (
        f"No repetition of the {exercise.title.lower()} was seen. Check that the exercise and the leg are the right ones, "
        "and film the set from the side, with the whole body and both feet in the picture."
    )


def _say_well(report: SetReport) -> list[str]:
    exercise, headline, best = exercise_of(report), headline_of(report), best_rep(report)
    count, clean = len(report.reps), report.summary.clean_reps
    title = exercise.title.lower() if exercise else "the drill"
    side = side_in_words(report)
    reps = "1 rep" if count == 1 else f"{count} reps"
    how_clean = "all clean" if clean == count else "none of them clean" if clean == 0 else f"{clean} of them clean"
    said = [f"You did {reps} of the {title} ({side}), {how_clean if count > 1 else 'clean' if clean else 'with a fault'}."]
    if headline and best:
        error = format_error(headline, report)
        said.append(
            f"Your best {'clean ' if not best.faults else ''}rep was number {best.number}, with "
            f"{format_value(headline, best.measures[headline.name])}{f' {error}' if error else ''} "
            f"({headline.label[:1].lower()}{headline.label[1:]})."
        )
    return said


def _say_change(report: SetReport) -> list[str]:
    counts = Counter(code for rep in report.reps for code in rep.faults)
    said = []
    for code, _ in counts.most_common():
        numbers = [rep.number for rep in report.reps if code in rep.faults]
        where = "every rep" if len(numbers) == len(report.reps) > 1 else list_reps(numbers)
        said.append(f"{name_fault(code)} on {where}. {FAULTS[code].advice}")
    if not said:
        said.append("No fault was seen. Keep the same pace and range on the next set.")
    return said


def _say_missing(report: SetReport) -> list[str]:
    said = []
    headline = headline_of(report)
    if headline:
        explained = {rep.number for rep in report.reps if any(gap.measure == headline.name for gap in rep.unmeasured)}
        unmeasured = [rep.number for rep in report.reps if not is_measured(rep, headline.name) and rep.number not in explained]
        if unmeasured:
            said.append(f"{headline.label} could not be measured on {_name_reps(unmeasured, report)}.")
        said += [f"{headline.label} of the set: not measured, because {gap.reason}." for gap in report.summary.unmeasured]
    return said + _say_reasons(report) + [w.message for w in report.quality.warnings]


def _name_reps(numbers: list[int], report: SetReport) -> str:
    return "any rep" if len(numbers) == len(report.reps) else list_reps(numbers)


def _say_reasons(report: SetReport) -> list[str]:
    """Why measures of some reps are missing, one sentence a reason."""
    exercise = exercise_of(report)
    labels = {m.name: m.label for m in exercise.measures} if exercise else {}
    reasons: dict[str, tuple[list[str], list[int]]] = {}
    for rep in report.reps:
        for gap in rep.unmeasured:
            if gap.measure in labels:
                named, numbers = reasons.setdefault(gap.reason, ([], []))
                named += [labels[gap.measure]] * (labels[gap.measure] not in named)
                numbers += [rep.number] * (rep.number not in numbers)
    return [
        f"{', '.join(named)} on {_name_reps(numbers, report)}: not measured, because {reason}."
        for reason, (named, numbers) in reasons.items()
    ]


def describe_headline(report: SetReport) -> str:
    """Return what the set's headline is: "mean of reps 1, 3 and 4", or why it is not measured; empty in reports that have none."""
    summary = report.summary
    if summary.headline is None:
        return next((f"not measured: {gap.reason}" for gap in summary.unmeasured), "")
    if len(summary.headline_reps) == len(report.reps):
        return "mean of all reps" if len(report.reps) > 1 else ""
    return f"mean of {list_reps(summary.headline_reps)}"


def describe_recording(report: SetReport) -> list[tuple[str, str]]:
    """Return how the set was filmed and what the numbers rest on: (what, in words)."""
    view, video, scale = report.view, report.video, report.scale
    said = [("Video", _say_video(report))]
    if view.kind == "front":
        said.append(("Camera", "From the front."))
    elif view.kind == "side":
        off = "" if view.yaw_deg is None else f", {_say_off(view.yaw_deg)}"
        said.append(("Camera", f"From the side{off}."))
    if view.roll_deg:
        said.append(("Vertical", f"Corrected for a camera turned by {format_number(abs(view.roll_deg), 1)}°."))
    elif view.kind:
        said.append(("Vertical", "Taken from the picture: no turn of the camera was seen."))
    if scale.cm_per_px is None:
        said.append(("Scale", "None: lengths are in % of foot length. Give your height for centimetres."))
    else:
        source = {"height": "your height", "sticker": "the stickers' width"}.get(scale.source or "", "your foot length")
        said.append(("Scale", f"{scale.cm_per_px * 10:.1f} mm per pixel, from {source}."))
    exercise = exercise_of(report)
    who = exercise.followed if exercise else "You were"
    said.append(("Seen", f"{who} found in {100 * report.quality.pose_coverage:.0f} % of the set's {video.frames} frames."))
    return said


def advise_filming(report: SetReport) -> list[str]:
    """Return what to do when the drill is filmed again."""
    if report.quality.warnings:
        first = "Mend what is listed under “What limits these numbers”, then film as before."
    else:
        first = "Nothing to change: keep this camera position, so that the next set can be compared with this one."
    exercise = exercise_of(report)
    if exercise and not exercise.filmed_live:
        return [first, exercise.guide.filming]
    where = "from the front" if report.view.kind == "front" else "exactly from the side of the working leg"
    return [
        first,
        f"Camera still and level, at hip height, {where}, the whole body and both feet in the picture, bare feet or plain shoes.",
    ]


def _say_video(report: SetReport) -> str:
    video = report.video
    rate = f"{video.fps:.0f} frames a second" if video.fps > 0 else "unknown frame rate"
    kind = "live set" if report.origin == "live" else video.file
    return f"{kind}, {video.duration_s:.1f} s, {video.width} × {video.height}, {rate}."


def _say_off(yaw_deg: float) -> str:
    if abs(yaw_deg) < 3.0:
        return "square on"
    return f"about {abs(yaw_deg):.0f}° off, towards your {'front' if yaw_deg > 0 else 'back'}"
