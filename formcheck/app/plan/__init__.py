"""The plan page and the exercises: what is due, guided sets, running."""
