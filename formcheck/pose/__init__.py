"""Turn frames into a :class:`~formcheck.pose.track.PoseTrack`: the networks, their model files, and the choice of person to follow.

Only this package imports MediaPipe. It knows nothing of exercises, degrees or centimeters. :mod:`formcheck.scene` uses its tracks.
"""
