"""The storage that an ini file describes, by itself: nothing is served, and no source is asked."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pyramid.config import Configurator

from moviecatalog.cli.application import app_settings
from moviecatalog.plugins.kinds import STORAGE
from moviecatalog.plugins.loader import load_only
from moviecatalog.plugins.storages.base import Storage


@contextmanager
def storage_of(ini: Path) -> Iterator[tuple[str, Storage]]:
    """Its name and itself, closed after the block.

    Raises click.ClickException where the file won't do, SettingsError where its settings won't.
    """
    # Nothing is signed here. A secret that is set wrongly is reported nevertheless.
    settings = {"moviecatalog.auth.secret": secrets.token_urlsafe(64), **app_settings(ini)}
    with Configurator(settings=settings) as config:
        config.include("moviecatalog.settings")
        # A plugin's includeme may add services of its own.
        config.include("moviecatalog.views.service")
        config.include("moviecatalog.plugins.directives")
        name, storage = load_only(config, STORAGE)
    with closing(storage):
        yield name, storage
