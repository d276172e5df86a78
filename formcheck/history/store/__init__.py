"""The database: its tables, sessions and migrations, and :class:`~formcheck.history.store.store.Store`, the one way to read and write it.

It computes no trend and reads no file of another program; :mod:`formcheck.history.trends` and :mod:`formcheck.history.exchange` use it.
"""
