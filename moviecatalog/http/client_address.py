"""Where a request came from and went to, behind proxies too."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any

from pyramid.config import Configurator

from moviecatalog.http.urls import is_host
from moviecatalog.settings.parsers import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LOOPBACK = ipaddress.IPv4Address("127.0.0.1")

IPV6_PREFIX = 64
"""What one household or server is given of IPv6: to change within it is no new client."""


def includeme(config: Configurator) -> None:
    config.registry.trusted_proxies = config.registry.core_settings.http.trusted_proxies
    config.registry.public_url = config.registry.core_settings.http.public_url


def rate_limit_address(remote: str | None, forwarded_for: str | None, trusted: Sequence[Network]) -> str:
    """The client as the rate limits count it: an IPv4 address, or an IPv6 network of 64 bits."""
    address = client_address(remote, forwarded_for, trusted)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)


def client_address(remote: str | None, forwarded_for: str | None, trusted: Sequence[Network]) -> Address:
    """The address next to the trusted proxies.

    From the right, each address of `X-Forwarded-For` was written by the host to its right: as long as that
    one is trusted the next is believed.
    """
    client = _peer(remote)
    for hop in reversed((forwarded_for or "").split(",")):
        if not _within(client, trusted):
            break
        before = _parse(hop)
        if before is None:
            break
        client = before
    return client


def base_url(request: Any, public_url: str | None, trusted: Sequence[Network]) -> str:
    """Scheme, host and port that links begin with: the public URL if one is set, else those of the request.

    A proxy's word on them is taken only from a trusted one.
    """
    if public_url:
        return public_url
    # Of a port, WebOb's `host_url` drops the default one, which `host` keeps.
    scheme, _, host = request.host_url.partition("://")
    if is_trusted(request.remote_addr, trusted):
        forwarded_scheme = _nearest(request.headers.get("X-Forwarded-Proto"))
        if forwarded_scheme in ("http", "https"):
            scheme = forwarded_scheme
        # Many proxies pass on what the client sent of this header, so it is checked like Host.
        forwarded_host = _nearest(request.headers.get("X-Forwarded-Host"))
        if forwarded_host and is_host(forwarded_host):
            host = forwarded_host
    return f"{scheme}://{host}"


def is_trusted(remote: str | None, trusted: Sequence[Network]) -> bool:
    """Whether the peer's word on others is believed."""
    return _within(_peer(remote), trusted)


def _nearest(header: str | None) -> str:
    """Of a list, the value that the proxy next to us wrote: what stands before it may be anybody's."""
    return (header or "").rpartition(",")[2].strip()


def _peer(remote: str | None) -> Address:
    """Whoever is at the other end of the connection.

    Servers know no address of a peer on a Unix socket. It is on this machine, as one on the loopback
    address is; were it nobody, all clients of a proxy in front of the socket would be one.
    """
    return _parse(remote) or LOOPBACK


# Some proxies write the port, too: 192.0.2.1:5678, [2001:db8::1]:5678.
_WITH_PORT = re.compile(r"(?:\[(?P<v6>[^\]]+)\]|(?P<v4>[0-9.]+))(?::[0-9]+)?")


def _parse(text: str | None) -> Address | None:
    address_text = (text or "").strip()
    if match := _WITH_PORT.fullmatch(address_text):
        address_text = match["v6"] or match["v4"]
    try:
        address = ipaddress.ip_address(address_text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
