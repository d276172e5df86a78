"""What to change when a film in which nothing counted is made again, by what was wrong with its movements."""

from __future__ import annotations

from formcheck.support.language import tr

FILM_FROM_THE_SIDE = tr("Film from the side, whole body and feet in the picture.")
# Where nobody said which exercise it is, it may be none.
IF_IT_WAS_ONE = tr(
    "If it was your exercise, film it from the side, whole body and feet in the picture; other movements are not measured."
)
# Where nothing of any exercise was seen (`analysis.not_counted`).
NOTHING_KNOWN = tr(
    "No exercise that formcheck knows was seen. If there was one, film it from the side, whole body and feet in the picture; other "
    "movements are not measured."
)
# By the name of the criterion that failed, where it says how the film was made or how the set began and ended.
# For any other, the camera's place is the first thing to check.
CHANGES = {
    "too-few": tr("Film the whole set, all of its reps in a row."),
    "cut-off": tr("Let the camera run for a few seconds after the last rep."),
    "foot-out-of-picture": tr("Move the camera back, or tilt it down, until both feet are in the picture."),
    "body-out-of-picture": tr("Move the camera back until the whole body is in the picture."),
    "from-front": tr("Film from the side."),
    "walking": tr("Get into position first, and stay there until the set is done."),
    "stepping": tr("Keep your feet where they are until the set is done."),
    "foot-moved": tr("Keep your feet where they are until the set is done."),
    "too-short": tr("Move slowly: a second up and a second down."),
}
