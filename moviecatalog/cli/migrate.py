"""`moviecatalog migrate`: the storage's schema."""

from __future__ import annotations

from pathlib import Path

import click

from moviecatalog.cli.application import INI
from moviecatalog.cli.storage import storage_of


@click.command()
@INI
def migrate(ini: Path) -> None:
    """Bring the storage of INI to this version's schema.

    To be run before the first start and after every upgrade; once more does no harm. It needs no signing secret.
    """
    with storage_of(ini) as (name, storage):
        storage.migrate()
    click.echo(f"The storage {name!r} has this version's schema.")
