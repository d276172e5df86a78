"""The history store's migrations, run by :mod:`formcheck.history.store.migration`."""
