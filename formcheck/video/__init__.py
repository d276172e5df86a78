"""From a file or a stream to upright frames with true times, and from frames back to a playable file.

It knows nothing of people or drills; :mod:`formcheck.pose.blazepose` receives its frames.
"""
