"""What an ini file describes: an application, its settings, and the server that it runs in."""

from __future__ import annotations

import configparser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import plaster

from moviecatalog import close
from moviecatalog.http.guard import Guard

INI = click.argument("ini", type=click.Path(path_type=Path))

UNUSABLE = (plaster.PlasterError, configparser.Error, LookupError, ImportError, UnicodeDecodeError, OSError)
"""What plaster and PasteDeploy raise for a file that can't be read, lacks a section, or names what isn't installed."""


def app_settings(ini: Path) -> dict[str, Any]:
    """The lines of `[app:main]`. Raises click.ClickException where the file won't do."""
    with _reading(ini) as loader:
        return dict(loader.get_wsgi_app_settings("main"))


def server_settings(ini: Path) -> dict[str, str]:
    """The lines of `[server:main]`; none where there is no such section. Raises click.ClickException."""
    with _reading(ini) as loader:
        return dict(loader.get_settings("server:main"))


@contextmanager
def application(ini: Path) -> Iterator[Guard]:
    """The application of `[app:main]`, whose plugins are closed after the block.

    Raises click.ClickException where the file won't do, SettingsError where its settings won't.
    """
    app = build(ini)
    try:
        yield app
    finally:
        close(app)


def build(ini: Path) -> Guard:
    """The same, for whoever closes it."""
    # First without building anything, so that an error of the file is never taken for one of the application.
    app_settings(ini)
    loader = _loader(ini)
    loader.setup_logging()
    app = loader.get_wsgi_app("main")
    if not isinstance(app, Guard):
        raise click.ClickException(f"[app:main] in {str(ini)!r} is not `use = egg:moviecatalog`.")
    return app


def _loader(ini: Path) -> Any:
    return plaster.get_loader(str(ini), protocols=["wsgi"])


@contextmanager
def _reading(ini: Path) -> Iterator[Any]:
    if not ini.is_file():
        raise click.ClickException(f"There is no file {str(ini)!r}.")
    try:
        yield _loader(ini)
    except UNUSABLE as error:
        reason = " ".join(str(error).split())
        raise click.ClickException(f"{str(ini)!r} can't be used: {reason}") from None
