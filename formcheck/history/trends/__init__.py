"""What the saved sets say.

- ``measures``: the measures that are followed, and a change or a side difference in words.
- ``statistics``: the smooth line, its band, and when a change is called; functions on arrays.
- ``trend``: one measure and leg read from the store, with its statistics and sentences.
- ``comparison``: two sets side by side.
- ``norms``: published norms of the single-leg heel-raise test.
- ``progress``: the data of a progress report: trends, plan and running over a period.

It writes nothing and draws nothing; :mod:`formcheck.render` and :mod:`formcheck.app` show what it returns.
"""
