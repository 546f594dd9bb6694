"""The command `moviecatalog`, one file a command."""

from __future__ import annotations

import click

from moviecatalog.cli import cache, check, copy, import_, migrate, plugins, serve, settings, user
from moviecatalog.cli.failures import Commands


@click.group(cls=Commands)
@click.version_option(package_name="moviecatalog")
def main() -> None:
    """A self-hosted movie catalogue with a REST API.

    INI is the file that describes the catalogue, such as development.ini.
    """


main.add_command(serve.serve)
main.add_command(migrate.migrate)
main.add_command(check.check)
main.add_command(plugins.plugins)
main.add_command(settings.settings)
main.add_command(import_.import_)
main.add_command(cache.cache)
main.add_command(copy.copy)
main.add_command(user.user)
