"""The command line: one file a command, and what they share (console, progress).

Nothing is imported here: ``formcheck --help`` must not wait for the libraries that a command needs.
"""
