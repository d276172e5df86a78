"""The history out to files and in again.

- ``json_file``: everything, as one JSON document (``formcheck.history/1``).
- ``csv_tables``: sets, reps and runs as tables for a spreadsheet.
- ``backup``: the whole history into one file, and back in its place.

It stands above the store, which does not know it.
"""
