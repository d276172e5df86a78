"""The database. :func:`formcheck.history.store.store.open_store` opens it and returns a `Store` that reads and writes.

From the bottom up:

- ``tables``: the tables as SQLAlchemy classes, and how a value is kept in a column.
- ``report_columns``: the columns of a set and of its reps that are read from its report, and the keys of a set saved twice.
- ``database``: where the database is, how a connection is set up, and its errors in words.
- ``copies``: a consistent copy of the database in one file.
- ``migration``: which format a database has, and bringing it up to date.
- ``transactions``: the base of the store; reading, and writing in one transaction.
- ``set_records``: the records of one set, filled from a report and found again.
- ``athletes``, ``sets``, ``attachments`` (curves and pictures of a set): the store's methods about each.
- ``runs``, ``plans``, ``diary`` (with ``diary_tables``): the running log, the 12-week plan, pain and notes.
- ``store``: all of these in one.

It computes no trend and knows no file format; :mod:`formcheck.history.trends` and :mod:`formcheck.history.exchange` use it.
"""
