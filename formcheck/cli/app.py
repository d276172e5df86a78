"""``formcheck app``: the pages in the browser."""

from __future__ import annotations

from typing import Annotated

import typer


def serve_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the page.")] = 8501,
    listen: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Let other computers in, at this address; needs a login.")
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Another name or address that browsers may call it by; may be repeated."),
    ] = None,
    no_login: Annotated[
        bool, typer.Option("--i-know-there-is-no-login", help="With --listen: let them in without a login.")
    ] = False,
) -> None:
    """Open the app in the browser, on this computer only."""
    from formcheck.app.serve import serve

    serve(port, listen, no_login_is_fine=no_login, names=name or ())
