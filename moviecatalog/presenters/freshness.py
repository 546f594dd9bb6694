"""How fresh an answer is, as headers (RFC 9111, section 5.1; RFC 7234, section 5.5)."""

from __future__ import annotations

from typing import Any

from moviecatalog.domain.freshness import CacheState, Freshness

STALE_WARNING = '110 - "Response is Stale"'


def present_freshness(response: Any, freshness: Freshness) -> None:
    """`X-Cache` always; `Age` and `Warning` on what is past its time."""
    response.headers["X-Cache"] = freshness.state.value
    if freshness.state is CacheState.STALE:
        response.headers["Age"] = str(freshness.age)
        response.headers["Warning"] = STALE_WARNING
