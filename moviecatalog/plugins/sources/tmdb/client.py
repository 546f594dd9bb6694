"""Asks TMDB, and makes of what comes back either a JSON object or one of three errors."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import orjson

from moviecatalog.domain.errors import MovieNotFound, SourceMisconfigured, SourceUnavailable
from moviecatalog.plugins.sources.tmdb.breaker import Breaker
from moviecatalog.plugins.sources.tmdb.transport import NoReply, Reply, Transport

log = logging.getLogger(__name__)

ATTEMPTS = 2

BACK_OFF = (0.1, 0.3)
"""Seconds before the second attempt, at random between the two."""

MAX_PAUSE = 1.0
"""In seconds: a longer Retry-After isn't slept on."""

MAX_HOLD = 30.0
"""For so many seconds at most TMDB isn't asked after it said that it is asked too often."""

MISCONFIGURED_SECONDS = 60.0
"""A refused key is tried again after so long: an account may have been suspended for a while."""

PASSING = {
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
"""What is worth a second attempt."""


class _Again(Exception):
    """Worth another attempt after `pause` seconds; else it is `error`."""

    def __init__(self, error: SourceUnavailable, pause: float) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


class TmdbClient:
    """Safe for any number of threads. `timeout`, in seconds, is for all attempts of one `get` together."""

    def __init__(self, transport: Transport, timeout: float) -> None:
        self._transport = transport
        self._timeout = timeout
        self._breaker = Breaker()
        self._wait: Callable[[float], None] = lambda _seconds: None

    def take_turns(self, wait: Callable[[float], None]) -> None:
        self._wait = wait

    @property
    def is_held_off(self) -> bool:
        """Whether TMDB isn't asked for now."""
        return self._breaker.is_open

    def get(self, path: str, params: Mapping[str, str | None], *, timeout: float | None = None) -> dict[str, Any]:
        """The JSON object at `path`; parameters that are None are left out.

        Raises MovieNotFound for a 404, SourceMisconfigured for a key that is refused, SourceUnavailable else.
        """
        deadline = time.monotonic() + (timeout or self._timeout)
        given = {name: value for name, value in params.items() if value is not None}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._attempt(path, given, deadline)
            except _Again as again:
                if attempt == ATTEMPTS or time.monotonic() + again.pause >= deadline:
                    raise again.error from None
                time.sleep(again.pause)
        raise AssertionError  # the last attempt returns or raises

    def _attempt(self, path: str, params: dict[str, str], deadline: float) -> dict[str, Any]:
        # Nobody waits for a turn, or uses one up, who wouldn't be let in.
        self._breaker.check()
        self._wait(deadline - time.monotonic())
        self._breaker.enter()
        try:
            reply = self._transport.get(path, params, max(0.0, deadline - time.monotonic()))
        except NoReply as error:
            failure = self._failed(f"TMDB does not answer ({error})")
            raise (failure if error.is_worth_another else failure.error) from None
        return self._answer(path, reply)

    def _answer(self, path: str, reply: Reply) -> dict[str, Any]:
        match reply.status:
            case HTTPStatus.OK:
                return self._object(reply)
            case HTTPStatus.NOT_FOUND:
                self._breaker.succeeded()
                raise MovieNotFound(path)
            case HTTPStatus.UNAUTHORIZED:
                refused = SourceMisconfigured("TMDB refuses the key: see to moviecatalog.source.tmdb.api_key")
                self._breaker.open(refused, MISCONFIGURED_SECONDS)
                raise refused
            case HTTPStatus.TOO_MANY_REQUESTS:
                raise self._throttled(reply.retry_after)
            case HTTPStatus.BAD_REQUEST | HTTPStatus.UNPROCESSABLE_ENTITY:
                # It works, and doesn't understand us: nothing that waiting would mend.
                self._breaker.succeeded()
                log.error("TMDB answers %d to /%s, which it should understand", reply.status, path)
                raise SourceUnavailable(f"TMDB answers {reply.status}")
            case status:
                error = self._failed(f"TMDB answers {status}")
                raise error if status in PASSING else error.error

    def _object(self, reply: Reply) -> dict[str, Any]:
        try:
            body = orjson.loads(reply.body)
        except orjson.JSONDecodeError:
            raise self._failed("TMDB answers with what is no JSON").error from None
        if not isinstance(body, dict):
            raise self._failed("TMDB answers with what is no JSON object").error
        self._breaker.succeeded()
        return body

    def _failed(self, reason: str) -> _Again:
        error = SourceUnavailable(reason)
        self._breaker.failed(error)
        return _Again(error, random.uniform(*BACK_OFF))  # nosec B311  # how long to wait is no secret

    def _throttled(self, retry_after: str | None) -> _Again:
        """TMDB need not say for how long, and may say anything."""
        said = float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else None
        pause = MAX_PAUSE * random.uniform(0.5, 1) if said is None else said  # nosec B311  # as above
        error = SourceUnavailable("TMDB is asked too often", retry_after=max(1, round(min(pause, MAX_HOLD))))
        if pause > MAX_PAUSE:
            self._breaker.open(error, min(pause, MAX_HOLD))
            # The pause is longer than anybody may sleep: there is no second attempt.
            return _Again(error, float("inf"))
        self._breaker.failed(error)
        return _Again(error, pause)

    def close(self) -> None:
        self._transport.close()
