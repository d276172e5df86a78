"""The database: its tables, sessions and migrations, and :class:`~formcheck.history.store.store.Store` to read and write it.

It computes no trend and reads no other program's files; :mod:`formcheck.history.trends` and :mod:`formcheck.history.exchange`
use it.
"""
