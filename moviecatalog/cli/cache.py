"""`moviecatalog cache`: the answers that are kept."""

from __future__ import annotations

from pathlib import Path

import click

from moviecatalog.cli.application import INI, application


@click.group()
def cache() -> None:
    """The cached answers."""


@cache.command()
@INI
def clear(ini: Path) -> None:
    """Have none of the answers served any more that are cached now.

    All processes that share the cache of INI notice at their next request.
    """
    with application(ini) as app:
        plugins, services = app.registry.plugins, app.registry.services
        name = app.registry.core_settings.plugins.cache[0]
        if not plugins.cache.shared:
            raise click.ClickException(f"The cache {name!r} is in each process for itself: it ends with the process.")
        plugins.cache.check()
        services.answers.invalidate()
    click.echo(f"Of what the cache {name!r} holds now, nothing is served any more.")
