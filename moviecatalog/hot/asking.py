"""What a request asks for: all of it that the answer to somebody who hasn't signed in depends on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from moviecatalog.http.client_address import is_trusted, rate_limit_address
from moviecatalog.settings.parsers import Network

Environ = dict[str, Any]

Question = tuple[str | None, ...]

REMEMBERED = 4_096
LONGEST = 256
"""In characters: nobody's header is remembered that is longer, nor what was asked with a longer query."""


@dataclass(frozen=True)
class Surroundings:
    """What an installation's settings say of where requests come from, and go to."""

    public_url: str | None
    cors_origins: Collection[str]
    trusted_proxies: tuple[Network, ...]


class Asking:
    def __init__(self, surroundings: Surroundings) -> None:
        self._public_url = surroundings.public_url
        self._origins = frozenset(surroundings.cors_origins)
        self._trusted = surroundings.trusted_proxies
        self._is_known_as_trusted = lru_cache(REMEMBERED)(self._is_trusted)
        self._known_address = lru_cache(REMEMBERED)(self._address)

    def question(self, environ: Environ) -> Question | None:
        """None for what is never answered by the short way."""
        query = environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] != "GET" or len(query) > LONGEST:
            return None
        origin = environ.get("HTTP_ORIGIN")
        asked = (environ["PATH_INFO"], query, origin if origin in self._origins else None)
        return asked if self._public_url else (*asked, *self._links(environ))

    def _links(self, environ: Environ) -> Question:
        """What links in an answer begin with."""
        get = environ.get
        # Each by name: with a loop over the names it takes as long as all else here.
        links: Question = (
            get("wsgi.url_scheme"),
            get("HTTP_HOST"),
            get("SERVER_NAME"),
            get("SERVER_PORT"),
            get("SCRIPT_NAME"),
        )
        if self._is_known_as_trusted(environ.get("REMOTE_ADDR")):
            links += (get("HTTP_X_FORWARDED_PROTO"), get("HTTP_X_FORWARDED_HOST"))
        return links

    def client_address(self, environ: Environ) -> str:
        """The client as the rate limits count it."""
        forwarded_for = environ.get("HTTP_X_FORWARDED_FOR")
        address = self._known_address if len(forwarded_for or "") <= LONGEST else self._address
        return address(environ.get("REMOTE_ADDR"), forwarded_for)

    def _address(self, remote: str | None, forwarded_for: str | None) -> str:
        return rate_limit_address(remote, forwarded_for, self._trusted)

    def _is_trusted(self, remote: str | None) -> bool:
        return is_trusted(remote, self._trusted)
