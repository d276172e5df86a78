"""The numbers of an analysis for other programs: CSV, OpenSim files, a saved set's small curves, and the facts of a report as text.

It draws nothing and measures nothing; pages, charts and the history read from here.
"""
