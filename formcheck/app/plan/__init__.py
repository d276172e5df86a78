"""The plan page and the drills: what is due, guided sets, running."""
