"""Arithmetic on arrays: filters, angles and projections, repetitions in a signal.

It imports no OpenCV, no MediaPipe, no Streamlit and no store, and knows no drill; every measuring package calls it.
"""
