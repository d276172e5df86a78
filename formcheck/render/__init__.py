"""How a report looks: on the video, as charts, as a page and a PDF, in the terminal.

It measures nothing and stores nothing; it draws what :mod:`formcheck.report` and :mod:`formcheck.history` hand over.
"""
