"""What a heel raise must meet: its pose, its movement and its form, each limit in one place."""

from __future__ import annotations

from formcheck.exercises.base import good_form
from formcheck.signals.criteria import BY_TRIAL, SHANKS, above, at_most, below
from formcheck.support.language import tr

# --- the pose: standing upright on a straight leg that stays where it is
STRAIGHT_KNEE = below(
    "knee-bent", 45.0, "°", BY_TRIAL, tr("The knee was bent by {value:.0f}°: with bent knees it is the soleus raise.")
)
UPRIGHT_TRUNK = below("trunk-leaning", 35.0, "°", BY_TRIAL, tr("The trunk leaned by {value:.0f}°."))
UPRIGHT_THIGH = below("thigh-leaning", 30.0, "°", BY_TRIAL, tr("The thigh leaned by {value:.0f}°: the leg did not stand upright."))
SHANK_UP = above("shank-down", 0.7, SHANKS, BY_TRIAL, tr("The shin did not stand upright."))
THIGH_UP = above("hip-low", 0.6, SHANKS, BY_TRIAL, tr("The hips were too low for standing."))
# Toes that travel mean stepping. From behind, the landmark drifts slowly by a few centimeters.
STEP_HZ = 1.2
FOOT_STILL = below("stepping", 0.6, "shank lengths/s", BY_TRIAL, tr("The foot moved over the floor: that is a step."))
# Someone walking toward a camera in front grows in the picture by about 10 % a second. Filtered to below the pace of heel raises,
# someone standing there grows by up to 2.5 % a second.
APPROACH_HZ = 0.2
NO_APPROACH = below(
    "walking", 0.06, "share/s", "10 % a second of walking, 2.5 % of standing", tr("You walked toward the camera or away.")
)

# --- the movement
# Standing up straightens the knee; a heel raise does not.
NO_STANDING_UP = below("knee-straightened", 15.0, "°", BY_TRIAL, tr("The knee straightened by {value:.0f}°: that is standing up."))
# Marching also lifts the trunk by a few centimeters, but it raises the other knee toward the hip. A thigh is as long as a shank
# (Winter 2009, fig. 4.1), so at 45° the knee has risen by this. A leg merely held off the floor keeps its knee below the hip. The
# far knee may be hidden.
THIGH_AT_45_DEG = "a thigh at 45° (Winter 2009, fig. 4.1)"
NO_MARCHING = at_most(
    "other-knee-raised", 0.3, SHANKS, THIGH_AT_45_DEG, tr("The other knee was pulled up: that is marching."), if_unknown=True
)
# The foot lifts the whole leg: the knee rises with the hips. In a squat, and in standing up from a chair, the thigh swings up
# about a knee that stays. From the front a knee's bend is not seen, so there this is what shows it. On heel raises from the front
# and from behind the knee's landmark rose by 0.58 of the body's rise and more (exact joints of bodies that straighten: 0.46), in
# knee bounces and squats by 0.42 at most.
KNEE_ROSE_SHARE = 0.4
KNEE_ROSE = above("knee-stayed", 0.0, SHANKS, BY_TRIAL, tr("The knee did not rise with the hips: that is standing up."))
# The toes stay on the floor; in a jump they leave it. Their landmark rises by up to 0.27 of the rise in heel raises, and by 0.34 to
# 0.7 in rendered jumping jacks. It drifts too far to be used from the front. In the dark or on a floor of its color it drifts
# further on single repetitions. Among repetitions that show a heel raise, the body must have risen twice as far as the ankle lifts
# it before one is a jump.
TOES_DOWN = below(
    "toes-rose", 0.35, "of the rise", BY_TRIAL, tr("The toes rose with the body: that is a jump or a step."), limit_in_set=0.5
)
# Feet on the floor carry the body all the time; in a hop nothing does, and it falls with gravity. Half of that is 9.8 / 2 m/s² in
# shanks of 0.246 × 1.75 m (Winter 2009, fig. 4.1). In 591 heel raises, brisk ones of people among them, it was 7.8 at most.
NO_FLIGHT = below(
    "jumped",
    11.4,
    "shank lengths/s²",
    "half of gravity",
    tr("The body fell as in a jump: no foot carried it."),
    if_unknown=True,
)
# The ankle lifts the body, so it rises no further than the body does: 1.4 times by the landmarks. A foot that steps does.
ANKLE_SHARE = 2.0
ANKLE_NO_FURTHER = below("foot-lifted", 0.0, SHANKS, BY_TRIAL, tr("The foot rose further than the body: that is a step."))
# A foot that is held off the floor is held there: one that swings up takes a step. The ankles' heights change beside each other by
# up to 0.15 in heel raises and by 0.2 to 0.6 in rendered jogging on the spot.
NO_STEPPING = below(
    "other-foot-moved", 0.25, SHANKS, BY_TRIAL, tr("The other foot went up or down: that is a step."), if_unknown=True
)
# Nor does it go anywhere: across the picture its ankle moves by up to 0.31 in heel raises, by 1.3 in a sideways walk with a band.
OTHER_FOOT_STAYS = below(
    "other-foot-moved", 0.6, SHANKS, BY_TRIAL, tr("The other foot moved over the floor: that is a step."), if_unknown=True
)
# The body cannot rise further than the foot is long; more is standing up.
NO_FURTHER = below("too-high", 0.4, SHANKS, "the length of a foot", tr("The body rose further than a foot can lift it."))
# From the front a rise must be at least this large (3 cm): the heel landmark cannot confirm a smaller one.
FROM_FRONT = above("small-rise", 0.07, SHANKS, "3 cm", tr("The body rose too little to be judged from the front."))
# The trunk rises by at least the first share of the signal, or the heel's landmark by the second: it moves half as much as the
# heel, and a bending knee takes up the rest.
BODY_SHARE, HEEL_SHARE = 0.4, 0.5
BODY_ROSE = above("body-stayed", 1.0, "of the least share", BY_TRIAL, tr("Neither the trunk nor the heel rose with the movement."))
BODY_NO_FURTHER = below("body-rose", 1.5, "share of the rise", BY_TRIAL, tr("The trunk rose further than the heel can lift it."))
# Raised arms lift the shoulders, not the hips: the trunk grows by twice the rise of its middle. People who straighten their backs
# on the way up lift the shoulders further than the hips too (in rendered ones the trunk grew by up to 1.07 of the rise). Where the
# leg rose too, the hips must rise by no more than is asked of the trunk. The leg rose if the heel rose over the toes and the ankle
# with it, by a quarter of the body's rise, for people's trunks rise up to four times as far as their ankles (marked frames); or the
# knee by twice that, as a knee that straightens rises a little over an ankle that stays. In somebody who stands on one leg and
# lifts the other, the pelvis tilts: the hips rise and the trunk becomes shorter; the toes' landmark sinks, so that the heel seems
# to rise over it, but the ankle does not rise.
LEG_ROSE_SHARE, SHRUG_WITH_LEG = 0.25, 2.0 * (1.0 - BODY_SHARE)
NO_SHRUG = below("shrug", 0.8, "share of the rise", BY_TRIAL, tr("Only the shoulders rose, as when the arms are raised."))
# The heel's landmark rises over the toes' by this share of the rise. From the front it is hidden behind the foot and drifts, so it
# must only not sink by more than FRONT_HEEL_SINKS, shank lengths. From behind the toes are hidden, and their landmark goes up with
# the heel (in 13 copies of a recording of a person the heel rose over them by 0.03 with an SD of 0.05): there the heel's own rise
# counts, which was 0.73 of the body's with an SD of 0.17.
HEEL_ROSE_SHARE, FRONT_HEEL_SINKS = 0.15, 0.04
# A knee that stays straight and rises with the hips by this share shows the lifted foot too (`KNEE_ROSE_SHARE`: no squat or bounce
# has more than 0.42). Beyond this angle off side-on a bent knee looks straight. In a small, dark picture the landmarks of heel and
# ankle rose by a tenth of the body's rise, and the knee's by 0.7.
SURE_KNEE_SHARE, KNEE_SEEN_DEG = 0.6, 30.0
HEEL_STAYED = tr("The heel did not rise with the body.")
HEEL_ROSE = above("heel-stayed", 0.0, SHANKS, BY_TRIAL, HEEL_STAYED)
# Over the toes a heel also seems to rise where only the toes' landmark sinks. The rear foot is lifted off the floor as a whole, so
# heel and ankle rise in themselves: their mean by 0.33 to 1.4 of the body's rise in 99 of 100 of 466 heel raises from the side, and
# by 0.23 and more in 99 of 100 of 126 from the front. In side steps, squats, stretches and balances of people it was -1.1 to 0.5,
# mostly under 0.2. Among repetitions that show a heel raise it must rise at all.
FOOT_ROSE_SHARE = 0.2
FOOT_ROSE = above("heel-stayed", FOOT_ROSE_SHARE, "of the rise", BY_TRIAL, HEEL_STAYED, limit_in_set=0.0)
FOOT_STAYS = below("foot-moved", 0.25, SHANKS, BY_TRIAL, tr("The foot did not stay in its place: that is a step."))

# --- the form
# Well short of the set's best with straight knees; good repetitions of a set differ by up to 20 %.
PARTIAL_SHARE = 0.8
# A rep is called partial only if its height is below the limit by this many standard errors: the one-sided 95 % of a normal
# distribution. With one standard error, a sixth of the raises at the limit would be called partial.
SURE_SD = 1.645
FULL_HEIGHT = good_form("partial-height", PARTIAL_SHARE, "% foot", "PARTIAL_SHARE of the set's best", "at least")
# A knee that bends by more helps the calf, and lowers the trunk.
KNEE_BENT_DEG = 15.0
KNEE_STRAIGHT = good_form("knee-bent", KNEE_BENT_DEG, "°", "docs/measurements.md", "at most")
# A ball of 14 cm gives by about 2 cm before it slips, and the landmarks wander by 1 cm.
DRIFT_CM = 4.0
BALL_HELD = good_form("ball-lost", DRIFT_CM, "cm", "twice what a ball of 14 cm gives", "at most")
# The exercise asks for about a second up and a second down, and so does the test's metronome. From the floor to 90 % of the height
# a smooth raise of 1 s takes 0.6 s: half a second is faster than either asks for.
RUSHED_S, DROPPED_S = 0.5, 0.5
UNHURRIED = good_form("rushed", RUSHED_S, "s", "a smooth raise of 1 s takes 0.6 s", "at least")
LOWERED_SLOWLY = good_form("dropped", DROPPED_S, "s", "a smooth lowering of 1 s takes 0.6 s", "at least")
# Twice the trunk's sway in a good repetition (about 5°), which is measured to 1–2°.
TRUNK_UPRIGHT = good_form("trunk-lean", 10.0, "°", "twice a good repetition's sway", "at most")
# A quarter of the height, about 2 cm: twice as much as trunk and landmarks wander between the reps of a set.
NOT_LOWERED_SHARE = 0.25
# The heel's landmark must confirm it; it moves half as far as the heel and wanders more than the trunk.
NOT_LOWERED_HEEL_SHARE = 0.15
LOWERED = good_form("not-lowered", 100.0 * NOT_LOWERED_SHARE, "%", "twice the wander between rests", "at most")
