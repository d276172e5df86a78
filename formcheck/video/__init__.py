"""Read a file or a stream as upright frames with true times, and write frames to a playable file.

It knows nothing of people or exercises; :mod:`formcheck.pose.blazepose` receives its frames.
"""
