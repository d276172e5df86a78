"""Many videos, on processes of this computer or on a Dask cluster.

Nothing is imported here: ``formcheck --help`` must not wait for the libraries that a batch needs.
"""
