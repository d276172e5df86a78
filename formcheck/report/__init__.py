"""The report: its schema (the public JSON), the names that everything shares, and the faults in words.

It measures nothing and draws nothing; :mod:`formcheck.analysis.pipeline` builds it, and everything after that reads it.
"""
