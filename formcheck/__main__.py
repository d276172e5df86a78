"""``python -m formcheck`` is the ``formcheck`` command."""

from formcheck.cli.main import main

main()
