"""What a visit has in progress, by its names in the session's state: a page that is loaded again gets all of it back."""

from __future__ import annotations

# Analyze a video: the analysis under way, its outcome, and what was said about saving it.
JOB, RESULT, ERROR, IS_SAMPLE, SAVED = "job_id", "result", "analysis_error", "is_sample", "saved_note"
# Film a set: the set, the analysis of its recording, and what came of it.
FILM_SET, FILM_JOB, FILM_RESULT, FILM_SAVED = "film_set", "film_job", "film_result", "film_saved"
FILM_TRIED, FILM_PROBLEM, REST_ENDS = "film_tried", "film_problem", "film_rest_ends"
# Today's sets one after the other, and whose they are.
WORKOUT, WORKOUT_NAME = "film_workout", "film_workout_name"

KEPT = (
    *(JOB, RESULT, ERROR, IS_SAMPLE, SAVED),
    *(FILM_SET, FILM_JOB, FILM_RESULT, FILM_SAVED, FILM_TRIED, FILM_PROBLEM, REST_ENDS, WORKOUT, WORKOUT_NAME),
)
# One of these makes a visit worth coming back to.
OPEN = (JOB, RESULT, WORKOUT, FILM_JOB, FILM_RESULT)
# The page that an analysis under way belongs to.
PAGE_OF_JOB = {JOB: "analyze", FILM_JOB: "film"}
