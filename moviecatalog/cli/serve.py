"""`moviecatalog serve`: the application in a server, the one that the ini file names."""

from __future__ import annotations

from pathlib import Path

import click

from moviecatalog.cli import granian_server, waitress_server
from moviecatalog.cli.application import INI, application, server_settings

WAITRESS = ("egg:waitress", "egg:waitress#main")
GRANIAN = "egg:moviecatalog#granian"

ADDRESS = ("listen", "unix_socket", "host", "port")
"""What a [server:main] says of where to listen; the other lines are its own server's."""


@click.command()
@INI
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Serve in so many processes of granian, the server for production, whatever [server:main] uses.",
)
def serve(ini: Path, workers: int | None) -> None:
    """Serve the catalogue of INI, until SIGTERM or Ctrl-C.

    [server:main] chooses the server: waitress, in one process, or granian, in several.
    """
    lines = server_settings(ini)
    use = lines.pop("use", None)
    if use == GRANIAN:
        granian_server.serve(ini, lines | ({"workers": str(workers)} if workers else {}))
    elif workers:
        address = {name: lines[name] for name in ADDRESS if name in lines}
        granian_server.serve(ini, address | {"workers": str(workers)})
    elif use in WAITRESS:
        with application(ini) as app:
            waitress_server.serve(app, lines)
    else:
        raise click.ClickException(
            f"[server:main] in {str(ini)!r} is neither `use = egg:waitress#main` nor `use = {GRANIAN}`, which this "
            f"command runs; `pserve {ini}` runs any server."
        )
