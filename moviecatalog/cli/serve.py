"""`moviecatalog serve`: the application in waitress."""

from __future__ import annotations

import errno
import ipaddress
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import click
from waitress.server import create_server

from moviecatalog.cli.application import INI, application, server_settings
from moviecatalog.http.guard import Guard

SPOOLED_BYTES = "1048576"
"""waitress takes a body in, to disk if need be, before the application sees any of it: its own default is 1 GiB."""

DEFAULTS = {
    "max_request_body_size": SPOOLED_BYTES,
    # moviecatalog.trusted_proxies decides which of them are believed: waitress would drop them all.
    "clear_untrusted_proxy_headers": "false",
}

WAITRESS = ("egg:waitress", "egg:waitress#main")


@click.command()
@INI
def serve(ini: Path) -> None:
    """Serve the catalogue of INI, until SIGTERM or Ctrl-C.

    The lines of [server:main] are waitress's own settings.
    """
    lines = server_settings(ini)
    if lines.pop("use", None) not in WAITRESS:
        raise click.ClickException(
            f"[server:main] in {str(ini)!r} is not `use = egg:waitress#main`, which this command runs; "
            f"`pserve {ini}` runs any server."
        )
    with application(ini) as app:
        server = _listen(app, lines)
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        for address in _addresses(server):
            click.echo(f"Serving on {address}")
        server.run()
        server.close()


def _stop(*_: object) -> NoReturn:
    # waitress takes SystemExit for the order to shut down.
    sys.exit(0)


def _listen(app: Guard, lines: dict[str, str]) -> Any:
    """A server whose sockets are open. Raises click.ClickException where that can't be."""
    try:
        return create_server(app, **{"ipv6": str(_ipv6_works()), **DEFAULTS, **lines})
    except ValueError as error:
        raise click.ClickException(f"[server:main] can't be used: {error}") from None
    except OSError as error:
        # Either `listen` or `unix_socket` or `host` and `port`; waitress refuses them side by side.
        where = ":".join(lines[name] for name in ("listen", "unix_socket", "host", "port") if name in lines)
        in_use = error.errno == errno.EADDRINUSE
        reason = "that is in use already; end what listens there, or change [server:main]" if in_use else error.strerror
        raise click.ClickException(f"Can't listen on {where}: {reason}.") from None


def _ipv6_works() -> bool:
    """Whether this machine has IPv6.

    Many containers have none, though `localhost` means ::1 there too: waitress, told to listen on it, would fail.
    """
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def _addresses(server: Any) -> Iterator[str]:
    """Where the API is, each once: `localhost` is often two sockets, one for each version of IP."""
    pairs = getattr(server, "effective_listen", None) or [(server.effective_host, server.effective_port)]
    yield from dict.fromkeys(_address(host, port) for host, port in pairs)


def _address(host: str, port: str) -> str:
    if host == "unix":
        return f"the socket {port}"
    ip = ipaddress.ip_address(host)
    name = "localhost" if ip.is_loopback else f"[{ip}]" if ip.version == 6 else host
    return f"http://{name}:{port}/api/"
