"""The history: sets saved over weeks, and what they say.

- ``values``: the frozen values that the store returns (athlete, set, …); they know no database.
- ``store``: reads and writes the database.
- ``exchange``: the history out to files and in again, backup and restoring.
- ``trends``: change over weeks and comparisons, in numbers and in words.
- ``migrations``: the steps from each format of the tables to the next.
- ``sample``: a made-up athlete to look around with.

It draws nothing: :mod:`formcheck.render` and :mod:`formcheck.app` do. Nothing is imported here, because ``formcheck --help`` must
not wait for SQLAlchemy.
"""
