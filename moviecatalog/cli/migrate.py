"""`moviecatalog migrate`: the storage's schema."""

from __future__ import annotations

import secrets
from contextlib import closing
from pathlib import Path

import click
from pyramid.config import Configurator

from moviecatalog.cli.application import INI, app_settings


@click.command()
@INI
def migrate(ini: Path) -> None:
    """Bring the storage of INI to this version's schema.

    To be run before the first start and after every upgrade; once more does no harm. It needs no signing secret.
    """
    # Nothing is signed here. A secret that is set wrongly is reported nevertheless.
    settings = {"moviecatalog.auth.secret": secrets.token_urlsafe(64), **app_settings(ini)}
    with Configurator(settings=settings) as config:
        config.include("moviecatalog.settings")
        # A plugin's includeme may add services of its own.
        config.include("moviecatalog.views.service")
        config.include("moviecatalog.plugins")
    with closing(config.registry.plugins) as plugins:
        plugins.storage.migrate()
    name = config.registry.core_settings.plugins.storage[0]
    click.echo(f"The storage {name!r} has this version's schema.")
