"""The lines of [server:main] that are for granian."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click

from moviecatalog.cli.addresses import url
from moviecatalog.settings import parsers
from moviecatalog.settings.reader import suggestion

IPV6_BRACKETS = "[]"


@dataclass(frozen=True, slots=True)
class TcpAddress:
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address
    port: int

    def __str__(self) -> str:
        return url(self.ip, self.port)


def tcp_address(value: str) -> TcpAddress:
    """One host, by name or address, and a port."""
    host, _, port = value.rpartition(":")
    if len(value.split()) != 1 or not host or not (port.isascii() and port.isdigit() and int(port) < 65_536):
        raise ValueError("it must be one host and port, such as 127.0.0.1:8000 or [::1]:8000")
    try:
        found = socket.getaddrinfo(host.strip(IPV6_BRACKETS), int(port), type=socket.SOCK_STREAM)
    except OSError:
        raise ValueError(f"the host {host!r} is not known here") from None
    # IPv4 first: a machine without IPv6 may still know `localhost` as ::1, too.
    return min((TcpAddress(ipaddress.ip_address(it[4][0]), int(port)) for it in found), key=lambda it: it.ip.version)


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """The lines of [server:main], as text to values. `grace` is in seconds."""

    listen: TcpAddress
    unix_socket: Path | None
    workers: int
    threads: int
    grace: int


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "listen": tcp_address,
    "unix_socket": lambda value: Path(parsers.text(value)),
    "workers": parsers.integer(1, 256),
    "threads": parsers.integer(1, 1_024),
    "grace": parsers.integer(1, 3_600),
}

DEFAULTS = {
    "listen": "127.0.0.1:8000",
    "workers": str(os.cpu_count() or 1),
    # More than work at once: a client that sends its body slowly keeps a thread waiting.
    "threads": "32",
    "grace": "10",
}


def server_settings(lines: Mapping[str, str]) -> ServerSettings:
    """Raises click.ClickException, with what would be right."""
    values = {field.name: None for field in fields(ServerSettings)}
    for name, text in (DEFAULTS | _one_address(lines)).items():
        if name not in PARSERS:
            raise _unusable(f"there is no line {name!r}{suggestion(name, PARSERS)}")
        try:
            values[name] = PARSERS[name](text)
        except ValueError as error:
            raise _unusable(f"{name} = {text} won't do: {error}") from None
    return ServerSettings(**values)  # type: ignore[arg-type]  # each by its own parser


def _one_address(lines: Mapping[str, str]) -> dict[str, str]:
    """`host` and `port`, which waitress has beside `listen`, as that one line."""
    named = dict(lines)
    if "host" in named or "port" in named:
        named["listen"] = f"{named.pop('host', '127.0.0.1')}:{named.pop('port', '8000')}"
    return named


def _unusable(why: str) -> click.ClickException:
    return click.ClickException(f"[server:main] can't be used: {why}")
