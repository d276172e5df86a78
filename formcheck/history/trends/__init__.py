"""What the saved sets say.

From the bottom up:

- ``uncertainty``: scatter, serial correlation and camera set-ups: how far a mean of sets may be off.
- ``statistics``: the smooth line through the sets, and its band.
- ``change``: when a difference is called a change, over weeks, between two sets and between two legs.
- ``measures``: the measures that are followed, and a change or a side difference in words.
- ``trend``: one measure and leg read from the store, with its statistics and sentences.
- ``comparison``: two sets side by side; ``pairs``: which sets are worth comparing; ``beside``: a set among the person's others.
- ``norms``: published norms of the single-leg heel-raise test.
- ``progress``: the data of a progress report: trends, plan and running over a period.

It writes nothing and draws nothing; :mod:`formcheck.render` and :mod:`formcheck.app` show what it returns.
"""
