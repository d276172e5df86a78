"""Saved sets out to files and in again: the JSON of a whole history, and tables.

It stands above the store, which does not know it.
"""
