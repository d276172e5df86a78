"""Analyze a video: upload, work in progress, report, correction, saving. The other pages show reports with its parts."""
