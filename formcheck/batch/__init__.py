"""Many videos, on Dask: a local cluster of processes, or a real one.

Nothing is imported here: ``formcheck --help`` must not wait for Dask.
"""
