"""What a report looks like: on the video, as charts, as a page, in the terminal. Nothing here measures."""
