"""What the saved sets say: trends, change against measurement error, comparisons, norms, and the data of a progress report.

It writes nothing; :mod:`formcheck.render` draws what it returns.
"""
