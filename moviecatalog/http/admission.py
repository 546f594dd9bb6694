"""At the door: who is this, and have they been here too often?

A subscriber to BeforeTraversal rather than a tween: the route is known by then, so a service can say for
itself whether it is counted, and what is raised here becomes an answer like any other error.
"""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.events import BeforeTraversal
from pyramid.response import Response

from moviecatalog.domain.errors import InvalidToken
from moviecatalog.request import Request
from moviecatalog.services.throttle import Allowance, OverLimit


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
    throttles = request.services.throttles
    try:
        if user_id is None:
            allowance = throttles.anonymous.hit(request.client_address)
        else:
            allowance = throttles.user.hit(str(user_id))
    except OverLimit as over:
        _announce(request, over.allowance)
        raise
    if allowance:
        _announce(request, allowance)


def _announce(request: Request, allowance: Allowance) -> None:
    """Headers on whatever answer there will be, errors included."""

    def add_headers(_request: Request, response: Response) -> None:
        response.headers["X-RateLimit-Limit"] = str(allowance.limit)
        response.headers["X-RateLimit-Remaining"] = str(allowance.remaining)
        response.headers["X-RateLimit-Reset"] = str(allowance.reset)

    request.add_response_callback(add_headers)


def includeme(config: Configurator) -> None:
    config.add_subscriber(admit, BeforeTraversal)
