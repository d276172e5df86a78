"""From frames to a :class:`~formcheck.pose.track.PoseTrack`: the networks, their model files, and who is followed.

Nothing else imports MediaPipe. It knows nothing of drills, degrees or
centimeters; :mod:`formcheck.scene` takes the track from here.
"""
