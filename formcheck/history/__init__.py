"""The tracked sets: a store that lasts, its migrations, and the trends in it.

Nothing is imported here: ``formcheck --help`` must not wait for SQLAlchemy.
"""
