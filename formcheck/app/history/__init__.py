"""What was saved: one set, trends, comparisons, and the table of everything with its import, export and deletion."""
