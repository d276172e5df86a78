"""From a video to a finished report: the pipeline, which drill it is, the closer pass over each repetition, quality, correction.

It draws nothing and stores nothing; :mod:`formcheck.render`, :mod:`formcheck.export` and :mod:`formcheck.history` take its report.
"""
