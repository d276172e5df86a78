"""Export the history to files, and import it.

From the bottom up:

- ``limits``: the door, what an imported file may hold.
- ``streams``: JSON and CSV read piece by piece, within limits.
- ``document``: the parts of the JSON document ``formcheck.history/1``, made of the store's rows.
- ``importing``: parts into the store.
- ``json_file``: everything, as one JSON document.
- ``csv_tables``: sets, reps and runs as tables for a spreadsheet.
- ``backup``: the whole history into one file, and back in its place.

It stands above the store, which does not know it.
"""
