"""Hosts and paths, as clients send them."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

API = "/api"

MAX_NAME = 254
MAX_PORT = 65_535
MAX_HOST = MAX_NAME + len(":65535")

# Names as in DNS, with the underscore that container networks put into theirs.
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?P<name>{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(?::(?P<port>[0-9]{{0,5}}))?")


class BadHost(Exception):
    """A Host header that is no host."""


def check_host(host: str | None) -> None:
    """Raises BadHost unless it is a host with an optional port. None, of HTTP/1.0, is fine."""
    if host is not None and not is_host(host):
        raise BadHost(host)


def is_host(text: str) -> bool:
    """Whether this is a name or an address with an optional port."""
    return len(text) <= MAX_HOST and _is_host(text)


# A site has one, or a few.
@lru_cache(1_024)
def _is_host(text: str) -> bool:
    match = _HOST.fullmatch(text)
    if not match or len(match["name"]) > MAX_NAME or int(match["port"] or 0) > MAX_PORT:
        return False
    if match["name"].startswith("["):
        try:
            ipaddress.IPv6Address(match["name"][1:-1])
        except ValueError:
            return False
    return True


def with_slash(path_info: str) -> str:
    """The path as if its last slash were there, for paths of the API that don't name a file such as openapi.json.

    Rewritten rather than redirected: many clients turn a redirected POST into a GET. Raises
    UnicodeDecodeError where the path, in WSGI's Latin-1 guise, is not UTF-8.
    """
    path_info.encode("latin-1").decode("utf-8")
    last = path_info.rpartition("/")[2]
    is_api = path_info == API or path_info.startswith(f"{API}/")
    return f"{path_info}/" if is_api and last and "." not in last else path_info
