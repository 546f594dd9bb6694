"""Whom the application believes when it is told who a client is."""

from __future__ import annotations

from collections.abc import Iterator

from moviecatalog.domain import findings
from moviecatalog.domain.findings import Finding
from moviecatalog.settings.core import HttpSettings


def diagnose(http: HttpSettings) -> Iterator[Finding]:
    networks = http.trusted_proxies or ()
    everybody = [str(network) for network in networks if network.prefixlen == 0]
    if everybody:
        yield findings.warning(
            f"{' and '.join(everybody)} trusts everybody: whoever reaches the server can pass for any address",
            "name the proxies' own addresses",
        )
    elif networks:
        yield findings.ok(f"X-Forwarded-* is believed from {' '.join(map(str, networks))}")
    elif http.public_url:
        yield findings.warning(
            "no proxy is trusted, but a public URL is set: behind a proxy all clients would share one rate limit",
            "name the proxy's address, if there is one",
        )
    else:
        yield findings.ok("no proxy is trusted: clients are known by the addresses that they connect from")
