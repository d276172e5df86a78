"""The recording's geometry: vertical, facing, view, scale, and how the camera was turned and moved.

It knows no exercise and no repetition. :mod:`formcheck.exercises` and :mod:`formcheck.analysis.pipeline` measure in its terms.
"""
