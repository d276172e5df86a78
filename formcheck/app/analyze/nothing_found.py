"""The page of a video in which nothing counted: what was seen, what was missing, and the ways on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from formcheck.app.analyze.report_view import show_words
from formcheck.app.analyze.results import Result
from formcheck.app.shared import session, style
from formcheck.exercises import EXERCISES, PoseExercise
from formcheck.exercises.filming import CHANGES, NOTHING_KNOWN
from formcheck.export import facts
from formcheck.render.words import describe_uncounted, typical_movement
from formcheck.report.schema import NotCounted, SetReport
from formcheck.support.language import tr, tr_count

# Shorter than any set of three reps, seconds.
SHORTEST_SET_S = 5


def show_nothing_found(result: Result, analyze_as: Callable[[str], None], start_over: Callable[[], None]) -> None:
    """Show what was seen and not counted, and offer the ways on.

    Parameters
    ----------
    analyze_as
        Analyzes the same video again as the exercise of this name.
    start_over
        Forgets the video.
    """
    report = result.report
    st.title(tr("No set found in this video"), anchor=False)
    st.caption(style.plain(f"{report.video.file} · {facts.format_seconds(report.video.duration_s)}"))
    for warning in report.quality.warnings:
        if warning.code == "damaged":
            st.error(style.plain(warning.message), icon=":material/broken_image:")
    too_short = report.video.duration_s < SHORTEST_SET_S
    if too_short:
        st.warning(_describe_too_short(report), icon=":material/timer:")
    else:
        show_words(report)
    movement = typical_movement(report)
    if too_short and not _count_reps(report):
        movement = None  # its length is the reason: a part of a movement looks like any exercise
    if movement is not None:
        left, right = st.columns([2, 3])
        if result.missed_picture is not None:
            left.image(
                result.missed_picture,
                caption=tr("At {peak_s}").format(peak_s=facts.format_time(movement.peak_s)),
                alt=tr("The frame at {peak_s}, at the top of a movement that was not counted.").format(
                    peak_s=facts.format_time(movement.peak_s)
                ),
            )
        with right:
            _offer_ways(report, movement, analyze_as)
    elif not too_short and any(warning.message == NOTHING_KNOWN for warning in report.quality.warnings):
        ask_exercise(report, analyze_as)
    with style.actions("nothing-found"):
        if st.button(tr("Analyze another video"), type="secondary" if movement else "primary", icon=":material/movie:"):
            start_over()
        if st.button(tr("How to film"), icon=":material/help:"):
            st.switch_page(session.page("filming"))


def _count_reps(report: SetReport) -> int:
    """How many reps were seen, though too few to make a set."""
    return sum(movement.criterion == "too-few" for movement in report.not_counted)


def _describe_too_short(report: SetReport) -> str:
    """Return why a video that is shorter than any set has none: nothing else that it lacks says more."""
    return tr(
        "This video is only {duration} long, and a set takes at least {least} seconds. Film the whole set, from getting into "
        "position to the end."
    ).format(duration=facts.format_seconds(report.video.duration_s), least=SHORTEST_SET_S)


def name_change(movement: NotCounted) -> str:
    """Return the one thing to change when filming the set again; where the movement was another one, how the exercise begins."""
    if movement.criterion in CHANGES:
        return tr("**Or film again with one change:** {movement}").format(movement=style.plain(CHANGES[movement.criterion]))
    exercise = EXERCISES[movement.exercise]
    return tr("**If it was meant as the {title}, begin like this:** {step}").format(
        title=style.plain(exercise.title.lower()), step=style.plain(exercise.guide.steps[0])
    )


def _offer_ways(report: SetReport, movement: NotCounted, analyze_as: Callable[[str], None]) -> None:
    """The movements with their reasons, and three ways on: count what was seen, name the exercise, film again."""
    st.markdown(tr("**What was seen**\n") + "\n".join(f"- {style.plain(line)}" for line in describe_uncounted(report)))
    nearest = EXERCISES[movement.exercise]
    counted = _count_reps(report)
    if counted and report.drill is None:
        label = tr_count("Count the rep that was seen", "Count the {count} reps that were seen", counted)
        if st.button(
            label,
            type="primary",
            icon=":material/check:",
            help=tr("As {title}. The video stays here.").format(title=nearest.title.lower()),
        ):
            analyze_as(nearest.name)
    ask_exercise(report, analyze_as)
    st.markdown(name_change(movement))


def ask_exercise(report: SetReport, analyze_as: Callable[[str], None]) -> None:
    """Offer to analyze the video again as an exercise that the person names."""
    known = [e.name for e in EXERCISES.values() if isinstance(e, PoseExercise) and e.name != report.drill]
    chosen = st.pills(
        tr("Which exercise was it? The video is analyzed again as that one."),
        known,
        format_func=lambda name: EXERCISES[name].short_title,
        key="name-exercise",
        wrap=True,
    )
    if chosen is not None:
        analyze_as(chosen)
