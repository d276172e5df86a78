"""What all pages share: the visitor's session and jobs, the worker processes, the style, the chosen athlete, how to film.

No page is imported here.
"""
