"""Where a heel raise becomes faulty, and where a movement is none: the limits, in one place."""

from __future__ import annotations

# Well short of the set's best with straight knees; good repetitions of a set differ by up to 20 %.
PARTIAL_SHARE = 0.8
# Twice what a trunk sways in a good repetition (some 5°); it is known to a degree or two.
TRUNK_LEAN_DEG = 10.0
# The exercise and the test's metronome ask for about a second up and a second down. From the floor to 90 % of the height a smooth
# raise of 1 s takes 0.6 s, so half a second is too fast.
RUSHED_S, DROPPED_S = 0.5, 0.5
# A ball of 14 cm gives some 2 cm before it slips, and the landmarks wander by one.
BALL_LOST_CM = 4.0
# The body cannot rise further than the foot is long; more is standing up.
MAX_RISE_SHANKS = 0.4
# A knee that bends by more helps the calf, and lowers the trunk.
KNEE_BENT_DEG = 15.0
# A quarter of the height, some 2 cm: twice what trunk and landmarks wander by between the rests of a set.
NOT_LOWERED_SHARE = 0.25
# The heel's landmark must say so too; it is half as lively as the heel and wanders more than the trunk.
NOT_LOWERED_HEEL_SHARE = 0.15
