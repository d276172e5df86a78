"""What the camera saw: vertical, facing, view, scale, and how the camera was turned.

It knows no drill and no repetition; :mod:`formcheck.exercises` and :mod:`formcheck.analysis.pipeline` measure in its terms.
"""
