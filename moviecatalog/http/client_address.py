"""Where a request came from and went to, behind proxies too."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any

from pyramid.config import Configurator

from moviecatalog.settings.parsers import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

IPV6_PREFIX = 64
"""What one household or server is given of IPv6: to change within it is no new client."""


def includeme(config: Configurator) -> None:
    config.registry.trusted_proxies = config.registry.core_settings.http.trusted_proxies
    config.registry.public_url = config.registry.core_settings.http.public_url


def rate_limit_address(request: Any, trusted: Sequence[Network]) -> str:
    """The client as the rate limits count it: an IPv4 address, or an IPv6 network of 64 bits."""
    address = client_address(request.remote_addr, request.headers.get("X-Forwarded-For"), trusted)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)


def client_address(remote: str | None, forwarded_for: str | None, trusted: Sequence[Network]) -> Address | None:
    """The address next to the trusted proxies.

    From the right, each address of `X-Forwarded-For` was written by the host to its right: as long as that
    one is trusted the next is believed. None where the server knows no address, on a Unix socket.
    """
    client = _parse(remote)
    for hop in reversed((forwarded_for or "").split(",")):
        if client is None or not _within(client, trusted):
            break
        before = _parse(hop.strip())
        if before is None:
            break
        client = before
    return client


def is_from_trusted_proxy(remote: str | None, trusted: Sequence[Network]) -> bool:
    address = _parse(remote)
    return address is not None and _within(address, trusted)


def base_url(request: Any, public_url: str | None, trusted: Sequence[Network]) -> str:
    """Scheme, host and port that links begin with: the public URL if one is set, else those of the request.

    A proxy's word on them is taken only from a trusted one.
    """
    if public_url:
        return public_url
    if is_from_trusted_proxy(request.remote_addr, trusted):
        scheme = request.headers.get("X-Forwarded-Proto", request.scheme)
        host = request.headers.get("X-Forwarded-Host", request.host)
        if scheme in ("http", "https") and host:
            return f"{scheme}://{host}"
    url: str = request.host_url
    return url


def _parse(text: str | None) -> Address | None:
    try:
        address = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
