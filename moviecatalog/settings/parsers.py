"""Text to values. Each parser raises ValueError with a message that says what would be right."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import limits

if TYPE_CHECKING:
    from moviecatalog.redis_url import RedisUrl

MIN_SECRET_BYTES = 64

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def text(value: str) -> str:
    if not value:
        raise ValueError("it must not be empty")
    return value


def names(value: str) -> tuple[str, ...]:
    """Names separated by white space; at least one, each once."""
    found = tuple(value.split())
    if not found or len(set(found)) != len(found):
        raise ValueError("it must be one name, or several different ones separated by spaces")
    return found


def boolean(value: str) -> bool:
    try:
        return {"true": True, "false": False}[value.lower()]
    except KeyError:
        raise ValueError("it must be true or false") from None


def integer(minimum: int, maximum: int | None = None) -> Callable[[str], int]:
    bounds = f"of {minimum} or more" if maximum is None else f"from {minimum} to {maximum}"

    def parse(value: str) -> int:
        if value.isascii() and value.isdigit() and len(value) < 19:
            number = int(value)
            if number >= minimum and (maximum is None or number <= maximum):
                return number
        raise ValueError(f"it must be a whole number {bounds}")

    return parse


def seconds(minimum: float, maximum: float) -> Callable[[str], float]:
    """A number of seconds, such as 3 or 0.5."""

    def parse(value: str) -> float:
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) and minimum <= float(value) <= maximum:
            return float(value)
        raise ValueError(f"it must be a number of seconds from {minimum:g} to {maximum:g}")

    return parse


def choice(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(f"it must be one of {', '.join(choices)}")
        return value

    return parse


def secrets(value: str) -> tuple[str, ...]:
    """Signing secrets separated by white space, each of 64 bytes or more."""
    found = tuple(value.split())
    if not found or any(len(secret.encode()) < MIN_SECRET_BYTES for secret in found):
        raise ValueError(
            f"each secret must have {MIN_SECRET_BYTES} bytes or more; make one with "
            "python -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )
    return found


def rate(value: str) -> limits.RateLimitItem | None:
    """A rate in the notation of the `limits` library; None where empty, which switches it off."""
    if not value:
        return None
    try:
        return limits.parse(value)
    except ValueError:
        raise ValueError("it must be a rate such as '100 per hour' or '10 per 5 minutes', or empty") from None


def counter_store(value: str) -> RedisUrl | None:
    """The URL of a Redis; None for memory://, which is in each process for itself."""
    if value == "memory://":
        return None
    try:
        # Only where it is chosen: everything else works without the package.
        from moviecatalog.redis_url import redis_url  # noqa: PLC0415
    except ModuleNotFoundError:
        raise ValueError("a Redis needs a package that isn't installed; pip install 'moviecatalog[redis]'") from None
    try:
        return redis_url(value)
    except ValueError as error:
        raise ValueError(f"{error}; or memory://") from None


def _web_address(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment


def url_prefix(value: str) -> str:
    """An http or https URL that paths are appended to; ends in exactly one slash."""
    if not _web_address(value):
        raise ValueError("it must be a URL such as https://images.example.org/t/p/")
    return value.rstrip("/") + "/"


DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def origin(value: str) -> str:
    """Scheme, host and port, as browsers write them: in lower case, without the scheme's own port."""
    if not _web_address(value) or urlsplit(value).path.strip("/") or "@" in value:
        raise ValueError(
            "it must be scheme, host and, if need be, port, such as https://movies.example.org, without a path"
        )
    parts = urlsplit(value.lower())
    return f"{parts.scheme}://{parts.netloc.removesuffix(DEFAULT_PORTS[parts.scheme])}"


def origins(value: str) -> tuple[str, ...]:
    return tuple(origin(item) for item in value.split())


def networks(value: str) -> tuple[Network, ...]:
    """Addresses or networks separated by white space."""
    try:
        return tuple(ipaddress.ip_network(item) for item in value.split())
    except ValueError as error:
        raise ValueError(
            f"it must be addresses or networks such as 10.0.0.0/8, separated by spaces ({error})"
        ) from None
