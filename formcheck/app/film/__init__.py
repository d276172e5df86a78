"""Film a set: the webcam page, from the camera's permission to the saved report."""
