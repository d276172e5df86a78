"""Foot motion from pixels: the landmarks locate the foot, and the pixels show how far it turned.

BlazePose sees the whole body in 256 pixels and was never validated on feet: at the top of a heel raise its heel landmark is
centimeters too low, and on a planted foot centimeters too high. The hindfoot is therefore measured in the video's own pixels:

* corners on it are followed from the flat foot through each repetition (`corners`);
* the picture of the flat hindfoot and its outline are moved as a foot moves and compared with the picture at the peak
  (`pictures`, `outlines`), so no error accumulates over a hundred frames;
* if the foot should stay down, its edges against the floor, which no shank covers, are compared in every picture (`edges`).

The foot is a rigid body that turns about its ball (`shape`), and its ball may roll (`rigid`). The heel's rise at a peak combines
these measurements with the ankle's landmarks (`raised`).
"""

from formcheck.foot.follower import FootFollower
from formcheck.foot.motion import MAX_TURN_DEG, FootMotion
from formcheck.foot.outlines import SMALL_FOOT_PX
from formcheck.foot.pictures import HINDFOOT_WITH_OUTLINE
from formcheck.foot.shape import ANKLE, BALL, FOOT_PER_SHANK, PLANTAR_HEEL, FootPose, find_forward

__all__ = [
    "ANKLE",
    "BALL",
    "FOOT_PER_SHANK",
    "HINDFOOT_WITH_OUTLINE",
    "MAX_TURN_DEG",
    "PLANTAR_HEEL",
    "SMALL_FOOT_PX",
    "FootFollower",
    "FootMotion",
    "FootPose",
    "find_forward",
]
