"""How the heel raise is described: its measures, what is followed over weeks, and its page."""

from __future__ import annotations

from formcheck.exercises.describe import Guide, Measure, TrackedMeasure
from formcheck.support.language import tr

# The measure's own error. Two thirds of 29 rendered repetitions are within 0.6 cm; in two recordings of people it was 1 to 2 cm,
# 5 % of the foot, and the error is as large as they showed. Most of it is the view and the scale, which the repetitions of a set
# share: between themselves they are known to 0.7 cm, 3 % of a foot of 24 cm. A fault must be clear of that. Good repetitions of a
# set differ by up to 20 %.
HEIGHT_ERROR_CM, HEIGHT_ERROR_PCT_FOOT = 1.2, 3.0
SET_ERROR_PCT_FOOT = 4.8  # 1.2 cm of a foot of 25 cm
MALLEOLUS_ERROR_CM = 0.9  # the same, in proportion
# The foot's turn: 1.2 cm of the heel, 0.6 foot lengths behind the ball, are 5° of a foot turned by 30°. In space the turns of 15
# marked frames of people were off by 5.0° (SD), the 11 in shoes by 2.7°; rendered feet, whose ball lies further ahead, read 7° too
# much.
PLANTARFLEXION_ERROR_DEG = 5.0
# RMS on 29 rendered sets from the side (140 repetitions): 0.20 s up, 0.15 s held, 0.22 s down; from the front no larger.
TEMPO_ERROR_S, RAISED_HOLD_ERROR_S = 0.2, 0.15
# RMS on the same sets: 3.5° of knee bend, 2° of it bias. The trunk's lean, 178 repetitions: 0.4°.
KNEE_BEND_ERROR_DEG, TRUNK_ERROR_DEG = 3.5, 1.0
# RMS on 36 rendered repetitions from the front, on two of which a ball was lost on purpose: 0.55 cm and 7.8 %. A network that sees
# a person of half that size is as many pixels off: in turned, mirrored and smaller copies of one recording of a person, whose shank
# is 59 pixels long, the drift of the same repetition scattered by 0.8 cm (SD).
DRIFT_ERROR_CM, SIDE_ERROR_PCT = 0.6, 8.0
READ_FROM_FRONT = frozenset(("ankle_drift_cm", "side_difference_pct"))
# The foot's rise is read to about two pixels: with a shank of fewer pixels than this (2 px / 0.7 cm for one of 42 cm) the
# error in cm is larger.
NEEDED_SHANK_PX = 120.0

# Followed over weeks beside the height: key, title, noun, unit, column, decimals. MDC95 = 1.96 · √2 · SEM.
FOLLOWED_ONLY = (
    ("height-pct", tr("Heel-raise height, % of foot length"), tr("heel raise"), "%", "mean_height_pct_foot", 1),
    ("fade", tr("Height fade, last third of the reps against the first"), tr("height fade"), "%", "height_fade_pct", 1),
    ("displacement", tr("Total displacement of the set"), tr("total displacement"), "cm", "total_displacement_cm", 0),
    ("work", tr("Heel work of the set"), tr("heel work"), "J", "work_j", 0),
    ("cadence", tr("Heel raises a minute"), tr("cadence"), tr("a minute"), "cadence_per_min", 1),
    ("reps", tr("Heel raises in a set"), tr("number of heel raises"), "", "rep_count", 0),
)

RETEST_MDC: dict[str, tuple[float, str]] = {
    "reps": (18.6, tr("MDC95 from the retest SEM of 6.7 reps of the single-leg test (Byrne 2017)")),
    "work": (1161.0, tr("MDC95 from the retest SEM of 419 J of the single-leg test (Byrne 2017)")),
}

GUIDE = Guide(
    what=tr("Standing, a small ball or yoga block between the ankles: the heels rise slowly and come down under control."),
    why=tr(
        "It loads the calf, which works hard in every step of a run; squeezing the ball keeps the "
        "ankles straight above the feet on the way."
    ),
    steps=(
        tr("Stand with the feet hip-width apart and squeeze a small ball between the ankles."),
        tr("Raise the heels slowly, as high as they go. The knees stay straight, the weight over the big toes."),
        tr("Lower them under control, in a second or two, all the way to the floor. Fifteen times."),
        tr("On one leg: hold the other foot off the floor and touch a wall with your fingertips."),
    ),
    filming=tr(
        "From the side for the height in centimeters, or from the front to see whether both heels rise "
        "alike and the ankles stay together. Whole body and both feet in the picture. On a step: stand still with the heels "
        "level for a second before the first raise."
    ),
    figure="heel_raise.svg",
    go=tr("Heels up"),
    back=tr("Lower slowly"),
)
TRENDS: tuple[TrackedMeasure, ...] = (
    TrackedMeasure(
        key="height",
        title=tr("Heel-raise height"),
        exercise="heel-raise",
        noun=tr("heel raise"),
        unit="cm",
        mean_column="mean_height_cm",
        best_column="best_height_cm",
        mdc=2.2,
        mdc_source=tr("MDC95 from the retest SEM of 0.8 cm (Byrne 2017)"),
    ),
    *(
        TrackedMeasure(
            key,
            title,
            "heel-raise",
            noun,
            unit,
            column,
            column.replace("mean_", "best_"),
            decimals=decimals,
            mdc=RETEST_MDC.get(key, (None, None))[0],
            mdc_source=RETEST_MDC.get(key, (None, None))[1],
        )
        for key, title, noun, unit, column, decimals in FOLLOWED_ONLY
    ),
)
MEASURES: tuple[Measure, ...] = (
    Measure(
        "height_cm",
        tr("Height"),
        "cm",
        1,
        tr(
            "How far the underside of the heel rose from standing to the top of the rep. It is 1.3 to 1.4 times "
            "the rise of the ankle bone, which published norms measure. On a step it counts from the level of the ball of "
            "the foot if you stood level before or after the set, otherwise from the lowest point."
        ),
        error=HEIGHT_ERROR_CM,
        needed_shank_px=NEEDED_SHANK_PX,
    ),
    Measure(
        "height_pct_foot",
        tr("Height"),
        "% foot",
        0,
        tr("The same, in % of the foot's length."),
        error=SET_ERROR_PCT_FOOT,
        needed_shank_px=NEEDED_SHANK_PX,
    ),
    Measure(
        "malleolus_rise_cm",
        tr("Ankle bone's rise"),
        "cm",
        1,
        tr(
            "How far the point under the outer ankle bone rose, calculated from the heel's rise and the turn of "
            "the foot: what the norms measure."
        ),
        tr(
            "Single-leg test on a 10° incline, 500 people: median 9.3 cm on the dominant side, 9.6 cm on the "
            "other (bjpt.2025.101188)."
        ),
        error=MALLEOLUS_ERROR_CM,
        needed_shank_px=NEEDED_SHANK_PX,
    ),
    Measure(
        "plantarflexion_deg",
        tr("Plantarflexion"),
        "°",
        0,
        tr("How far the foot turned downward from flat, at the top of the rep."),
        error=PLANTARFLEXION_ERROR_DEG,
    ),
    Measure("rise_s", tr("Up"), "s", 1, tr("Time from the floor to the top."), error=TEMPO_ERROR_S),
    Measure("hold_s", tr("Hold"), "s", 1, tr("Time spent within a tenth of the top height."), error=RAISED_HOLD_ERROR_S),
    Measure("lower_s", tr("Down"), "s", 1, tr("Time from the top to the floor; slower is better."), error=TEMPO_ERROR_S),
    Measure(
        "ankle_drift_cm",
        tr("Ankles apart"),
        "cm",
        1,
        tr("From the front: how far the ankles drift apart during the rep; the ball between them falls at a few centimeters."),
        error=DRIFT_ERROR_CM,
        needed_shank_px=NEEDED_SHANK_PX,
    ),
    Measure(
        "side_difference_pct",
        tr("Right against left"),
        "%",
        0,
        tr(
            "From the front: how much higher the right side rises than the left, in % of the larger rise, read "
            "at the hips; 0 = both alike, negative = the left rises higher."
        ),
        error=SIDE_ERROR_PCT,
    ),
    Measure(
        "knee_flexion_change_deg",
        tr("Knee bend"),
        "°",
        0,
        tr("How much more the knee is bent at the top than when standing; over 15° it helps the calf."),
        error=KNEE_BEND_ERROR_DEG,
    ),
    Measure(
        "trunk_lean_deg",
        tr("Trunk lean"),
        "°",
        0,
        tr("How far the trunk leaned beyond where it was at the rep's start."),
        error=TRUNK_ERROR_DEG,
        only_with="trunk-lean",
    ),
    Measure(
        "drop_cm",
        tr("Below the step"),
        "cm",
        1,
        tr(
            "On a step: how far the heel sank below the ball of the foot at the end of the rep. The height is then measured from "
            "the level of the ball, at which you stood before or after the set."
        ),
        # as the height's, of which it is the other half: on 24 rendered drops with shanks of 70 to 100 pixels it was 0.5 cm, and no
        # person's has been marked
        error=HEIGHT_ERROR_CM,
    ),
    Measure(
        "left_up_pct",
        tr("Still up"),
        "%",
        0,
        tr("How much of its height the heel had left to go when the next rep began; 0 = all the way down."),
        only_with="not-lowered",
    ),
)
SUMMARY_MEASURES: tuple[Measure, ...] = (
    Measure(
        "height_fade_pct",
        tr("Fade"),
        "%",
        0,
        tr("Mean height of the last third of the reps against the first third; negative = tired."),
    ),
    Measure("total_displacement_cm", tr("Total height"), "cm", 0, tr("Sum of the reps' heights.")),
    Measure("work_j", tr("Heel work"), "J", 0, tr("Body mass × gravity × the heel's total height (needs the body mass).")),
    Measure(
        "malleolus_work_j",
        tr("Work at the ankle bone"),
        "J",
        0,
        tr("Body mass × gravity × the ankle bone's total rise (needs the body mass): what the norms measure."),
        tr(
            "Single-leg test on a 10° incline, 500 people: median 1374 J on the dominant side, 1325 J on the "
            "other (bjpt.2025.101188)."
        ),
    ),
    Measure("cadence_per_min", tr("Cadence"), "1/min", 1, tr("Raises a minute between the first rep's top and the last one's.")),
)
