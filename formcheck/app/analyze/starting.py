"""An analysis in the background: its folder, its work in a worker process, and its outcome, taken over by the page."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from formcheck.app.analyze.results import Request, Result, make_result
from formcheck.app.shared import visits
from formcheck.app.shared.visits import Visit, workspace
from formcheck.support.language import tr


def queue_analysis(visit: Visit, make_request: Callable[[Path], Request]) -> str:
    """Queue an analysis and return its job id. ``make_request`` gets a private folder to put the video in.

    Raises
    ------
    UsageError
        If the queue is full, or the visit has too many jobs.
    """
    folder = workspace().new_folder()
    visit.folders.append(folder)

    def work(progress: Callable[[float, str], None]) -> Result:
        done = False
        try:
            visit.helpers.run(make_result, request, folder, progress=progress)
            # Raises if the visit ended while the last files were written, too late for the visit to remove them.
            progress(1.0, tr("Done"))
            done = True
            return Result(folder)
        finally:
            # The upload is kept for corrections by hand while its report is open; without a report nothing is kept.
            if not done:
                visit.drop(folder)

    try:
        request = make_request(folder)
        job = visit.queue.submit(visit.token, work)
    except BaseException:
        visit.drop(folder)
        raise
    if visit.closed:  # meanwhile
        visit.close()
    return job


def take_outcome(job: str, result: str, error: str) -> None:
    """Move a finished job's result, or why there is none, into this visit's state; a canceled job leaves neither.

    ``job``, ``result`` and ``error`` are the names in the state (`shared.kept`). Streamlit may break off a run at any access to
    it; the job is forgotten last, so that the next run does the rest.
    """
    visit, state = visits.visit(), st.session_state
    job_id = str(state.get(job, ""))
    status = visit.queue.status(job_id, visit.token)
    if status is None:
        state[error] = tr("This analysis is gone. Start it again.")
    elif status.state == "done":
        state[result] = visit.queue.result(job_id, visit.token)
    elif status.state == "failed":
        state[error] = status.error
    state.pop(job, None)
    visit.queue.forget_job(job_id, visit.token)


# What an analysis loads, in the order in which it needs them.
SLOW_LIBRARIES = (
    "formcheck.analysis.pipeline",
    "mediapipe.tasks.python.vision",
    "onnxruntime",
    "formcheck.render.documents",
)


def load_libraries(progress: Callable[[float, str], None]) -> None:
    """Load what an analysis needs while its video is chosen: a task for `worker_process.Helpers.warm`."""
    for number, library in enumerate(SLOW_LIBRARIES):
        progress(number / len(SLOW_LIBRARIES), tr("Loading"))
        importlib.import_module(library)
