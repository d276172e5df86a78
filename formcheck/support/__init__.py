"""The base of every other package: errors, files written whole or not at all, private folders, memory.

It knows nothing about video, people or exercises, and imports no other package of formcheck.
"""
