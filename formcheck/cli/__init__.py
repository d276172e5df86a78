"""The command line: one file per command, and what they share (options, console, progress).

Nothing is imported here: ``formcheck --help`` must not wait for the libraries that a command needs.
"""
