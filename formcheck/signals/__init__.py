"""Arithmetic on arrays: filters, angles and projections, and repetitions in a signal.

It imports no OpenCV, MediaPipe, Streamlit or store, and knows no exercise. Every measuring package calls it.
"""
