"""From a video to a finished report: the pipeline, exercise detection, the closer pass over each repetition, quality, correction.

This package draws nothing and stores nothing; :mod:`formcheck.render`, :mod:`formcheck.export` and :mod:`formcheck.history` use
its report.
"""
