"""What every other package stands on: errors, whole-or-nothing files, private folders, memory.

It knows nothing of video, people or drills, and imports no other package of formcheck.
"""
