"""waitress: one process, which is enough for development and for a small catalogue."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NoReturn

import click
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer, create_server
from waitress.wasyncore import dispatcher

from moviecatalog.cli.addresses import ipv6_works, unlistenable, url
from moviecatalog.http.guard import Guard

SPOOLED_BYTES = "1048576"
"""waitress takes a body in, to disk if need be, before the application sees any of it: its own default is 1 GiB."""

DEFAULTS = {
    "max_request_body_size": SPOOLED_BYTES,
    # moviecatalog.trusted_proxies decides which of them are believed: waitress would drop them all.
    "clear_untrusted_proxy_headers": "false",
}


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress is untyped
    """A body with two lengths may end elsewhere for a proxy: waitress takes the chunks, and goes on reading."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Either Content-Length or Transfer-Encoding, not both.")


class Stop(dispatcher):  # type: ignore[misc]  # waitress is untyped
    """SIGTERM and SIGINT, as an event among those of the server's loop.

    Not as an exception that the signal's handler raises: it gets lost where the signal comes while some callback
    runs whose errors nobody hears, a destructor's, say; and the server goes on for ever.
    """

    def __init__(self, sockets: dict[int, Any]) -> None:
        self._told, heard = socket.socketpair()
        self._told.setblocking(False)
        super().__init__(heard, sockets)
        signal.set_wakeup_fd(self._told.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)

    def writable(self) -> bool:
        return False

    def handle_read(self) -> NoReturn:
        # waitress takes it for the order to shut down.
        raise SystemExit

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        super().close()
        self._told.close()


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress is untyped
    parser_class = Parser


def serve(app: Guard, lines: dict[str, str]) -> None:
    """Serve until SIGTERM or SIGINT. Raises click.ClickException where the lines or the address won't do."""
    sockets: dict[int, Any] = {}
    server = _listen(app, lines, sockets)
    with closing(Stop(sockets)):
        for address in addresses(server):
            click.echo(f"Serving on {address}")
        server.run()
        server.close()


def _listen(app: Guard, lines: dict[str, str], sockets: dict[int, Any]) -> Any:
    """A server whose sockets are open, and in `sockets`. Raises click.ClickException where that can't be."""
    try:
        server = create_server(app, map=sockets, **{"ipv6": str(ipv6_works()), **DEFAULTS, **lines})
    except ValueError as error:
        raise click.ClickException(f"[server:main] can't be used: {error}") from None
    except OSError as error:
        # Either `listen` or `unix_socket` or `host` and `port`; waitress refuses them side by side.
        where = ":".join(lines[name] for name in ("listen", "unix_socket", "host", "port") if name in lines)
        raise unlistenable(where, error) from None
    for listener in sockets.values():
        if isinstance(listener, BaseWSGIServer):
            listener.channel_class = Channel
    return server


def addresses(server: Any) -> Iterator[str]:
    """Where the API is, each once: `localhost` is often two sockets, one for each version of IP."""
    pairs = getattr(server, "effective_listen", None) or [(server.effective_host, server.effective_port)]
    yield from dict.fromkeys(_address(host, port) for host, port in pairs)


def _address(host: str, port: str) -> str:
    return f"the socket {port}" if host == "unix" else url(ipaddress.ip_address(host), int(port))
