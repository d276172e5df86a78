"""What the pixels say of the foot: landmarks say where it is, pixels say how far it turned.

BlazePose sees the whole body in 256 pixels and was never scored on feet: its heel is centimetres short at the top of a
heel raise and centimetres high while planted. So the hindfoot is looked at in the video's own pixels, in three ways:

* corners on it are followed from the flat foot through each repetition (`corners`): small turns, and what happens in between;
* the picture of the flat hindfoot is turned about the ball of the foot by every likely angle and compared with the picture at the
  peak (`pictures`): nothing adds up over a hundred frames there. For large turns, about every likely ball;
* for a foot that should stay down its edges against the floor, which no shank covers, are compared in every picture (`edges`).

Either way the foot is a rigid body that turns about its ball (`shape`), and the heel's rise follows from the turn (`follower`).
"""

from formcheck.foot.follower import FootFollower, solve_raises, solve_turns
from formcheck.foot.motion import MAX_TURN_DEG, ExpectedTurn, FootMotion
from formcheck.foot.pictures import HINDFOOT_WITH_OUTLINE
from formcheck.foot.shape import ANKLE, BALL, FOOT_PER_SHANK, PLANTAR_HEEL, FootPose

__all__ = [
    "ANKLE",
    "BALL",
    "FOOT_PER_SHANK",
    "HINDFOOT_WITH_OUTLINE",
    "MAX_TURN_DEG",
    "PLANTAR_HEEL",
    "ExpectedTurn",
    "FootFollower",
    "FootMotion",
    "FootPose",
    "solve_raises",
    "solve_turns",
]
