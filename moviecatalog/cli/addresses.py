"""Where a server listens."""

from __future__ import annotations

import errno
import ipaddress
import socket

import click


def url(ip: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int) -> str:
    """Where the API is then."""
    name = "localhost" if ip.is_loopback else f"[{ip}]" if ip.version == 6 else str(ip)
    return f"http://{name}:{port}/api/"


def ipv6_works() -> bool:
    """Whether this machine has IPv6.

    Many containers have none, though `localhost` means ::1 there too: waitress, told to listen on it, would fail.
    """
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def unlistenable(where: str, error: OSError) -> click.ClickException:
    in_use = error.errno == errno.EADDRINUSE
    reason = "that is in use already; end what listens there, or change [server:main]" if in_use else error.strerror
    return click.ClickException(f"Can't listen on {where}: {reason}.")
