"""Makes a finished answer of what goes out the whole way."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any

from moviecatalog.hot import finished
from moviecatalog.hot.finished import FinishedAnswer
from moviecatalog.hot.splicing import UNMARKED, neutral
from moviecatalog.http.conditional import CACHE_CONTROL, etag_of
from moviecatalog.presenters.shown import Shown

StartResponse = Callable[..., Any]

CHANGING = {
    *("Content-Length", "ETag", "X-Cache", "Age", "Warning"),
    *("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"),
}
"""Headers that are written anew for each answer."""


class Recording:
    """Notes what an application begins its answer with, on the way to the server."""

    def __init__(self, start_response: StartResponse) -> None:
        self._start_response = start_response
        self._status = ""
        self._headers: list[tuple[str, str]] = []

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self._status, self._headers = status, headers
        return self._start_response(status, headers, exc_info)

    def answer(self, body: bytes, shown: Shown, route: str, version: Hashable) -> FinishedAnswer | None:
        """None where it may not be kept: a view or tween of anybody's says so by a Cache-Control of its own."""
        freshness = shown.freshness
        neutral_body = neutral(body)
        if (
            not self._status.startswith("200 ")
            or freshness.lasts <= 0
            or ("Cache-Control", CACHE_CONTROL) not in self._headers
            # Somebody's tween may have made something else of the answer.
            or neutral_body.count(UNMARKED) != len(shown.movie_ids)
        ):
            return None
        return FinishedAnswer(
            body=neutral_body,
            movie_ids=shown.movie_ids,
            rated=shown.rated,
            headers=tuple(it for it in self._headers if it[0] not in CHANGING),
            etag=etag_of(neutral_body),
            route=route,
            state=freshness.state,
            made_at=time.time() - freshness.age,
            ends_at=finished.now() + freshness.lasts,
            version=version,
        )
