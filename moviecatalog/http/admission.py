"""At the door: who is this, and have they been here too often?

A subscriber to BeforeTraversal rather than a tween: the route is known by then, so a service can say for
itself whether it is counted, and what is raised here becomes an answer like any other error.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyramid.config import Configurator
from pyramid.events import BeforeTraversal

from moviecatalog.domain.errors import InvalidToken
from moviecatalog.request import Request
from moviecatalog.services.throttle import Allowance, OverLimit

ADMITTED = "moviecatalog.admitted"
"""In the WSGI environ, where a request was looked at before."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that was counted already, and what went wrong with it since, if anything did."""

    allowance: Allowance | None
    error: Exception | None = None


def admit(event: BeforeTraversal) -> None:
    """Identify the caller and count the request.

    A token that is wrong in form, signature, type or time counts as its client address, and is refused on
    public endpoints too: a client should learn that its token is dead.
    What isn't counted needs no storage either.
    Raises InvalidToken, OverLimit, StorageUnavailable where nobody can be served yet.
    """
    request: Request = event.request
    if _is_counted(request):
        request.services.opening.require()
    try:
        identity = request.identity
    except InvalidToken:
        _count(request, None)
        raise
    request.admitted_user_id = identity.user_id if identity else None
    _count(request, request.admitted_user_id)


def _is_counted(request: Request) -> bool:
    return request.service is None or request.service.counted


def _count(request: Request, user_id: int | None) -> None:
    if not _is_counted(request):
        return
    admitted: Admitted | None = request.environ.get(ADMITTED)
    if admitted:
        _announce(request, admitted.allowance)
        if admitted.error:
            raise admitted.error
        return
    try:
        allowance = request.services.throttles.hit(user_id, lambda: request.client_address)
    except OverLimit as over:
        _announce(request, over.allowance)
        raise
    _announce(request, allowance)


def allowance_headers(allowance: Allowance) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(allowance.remaining),
        "X-RateLimit-Reset": str(allowance.reset),
    }


def _announce(request: Request, allowance: Allowance | None) -> None:
    """Headers on whatever answer there will be, errors included."""
    if allowance:
        headers = allowance_headers(allowance)
        request.add_response_callback(lambda _request, response: response.headers.update(headers))


def includeme(config: Configurator) -> None:
    config.add_subscriber(admit, BeforeTraversal)
