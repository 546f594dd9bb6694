"""How fresh an answer is, as headers (RFC 9111, section 5.1; RFC 7234, section 5.5)."""

from __future__ import annotations

from typing import Any

from moviecatalog.domain.freshness import CacheState, Freshness

STALE_WARNING = '110 - "Response is Stale"'


def freshness_headers(freshness: Freshness) -> dict[str, str]:
    """`X-Cache` always; `Age` and `Warning` on what is past its time."""
    headers = {"X-Cache": freshness.state.value}
    if freshness.state is CacheState.STALE:
        headers |= {"Age": str(freshness.age), "Warning": STALE_WARNING}
    return headers


def present_freshness(response: Any, freshness: Freshness) -> None:
    response.headers.update(freshness_headers(freshness))
