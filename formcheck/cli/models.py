"""``formcheck models``: the pose models that are shipped."""

from __future__ import annotations

import typer


def models() -> None:
    """List the pose models: whether each is present and unaltered, its checksum and license."""
    from formcheck.pose.bundles import BUNDLE_NAMES, LICENSE, SOURCE, find_bundle
    from formcheck.support.errors import ModelError

    failure: ModelError | None = None
    for name in BUNDLE_NAMES:
        try:
            bundle = find_bundle(name)
            typer.echo(f"{name:7} ok  {bundle.path.stat().st_size:>11,} bytes  SHA-256 {bundle.sha256}  {bundle.path}")
        except ModelError as error:
            failure = error
            typer.echo(f"{name:7} --  {error}")
    typer.echo(f"License: {LICENSE}\nSource: {SOURCE}")
    if failure:
        raise failure
