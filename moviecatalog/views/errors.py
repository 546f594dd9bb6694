"""Every error in its documented shape, once."""

from __future__ import annotations

import logging
from typing import Any

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPError, HTTPForbidden
from pyramid.response import Response

from moviecatalog.domain import errors
from moviecatalog.request import Request
from moviecatalog.security.policy import SignInNeeded

log = logging.getLogger(__name__)

NO_CREDENTIALS = "Authentication credentials were not provided."
NOT_PERMITTED = "You do not have permission to perform this action."
NOT_FOUND = "Not found."
CHALLENGE = 'Bearer realm="api"'

ADVICE = ("Allow", "Retry-After", "WWW-Authenticate")
"""Headers that tell a client what to do about an error."""


def _answer(request: Request, status: int, body: dict[str, Any], **headers: str) -> Response:
    response = request.response
    response.status_code = status
    response.json_body = body
    response.content_type = "application/json"
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def _detail(request: Request, status: int, detail: str, **headers: str) -> Response:
    return _answer(request, status, {"detail": detail}, **headers)


def invalid_input(error: errors.InvalidInput, request: Request) -> Response:
    return _answer(request, 400, {"error": "Invalid request data", "details": error.details})


def undecodable(_error: UnicodeDecodeError, request: Request) -> Response:
    """A path or query string that is not UTF-8."""
    return invalid_input(errors.InvalidInput({"non_field_errors": ["The URL is not UTF-8."]}), request)


def invalid_token(_error: errors.InvalidToken, request: Request) -> Response:
    request.meters.bad_token("access")
    return _detail(request, 401, "Given token not valid for any token type", WWW_Authenticate=CHALLENGE)


def invalid_refresh_token(_error: errors.InvalidRefreshToken, request: Request) -> Response:
    request.meters.bad_token("refresh")
    return _detail(request, 401, "Token is invalid or expired", WWW_Authenticate=CHALLENGE)


def sign_in_failed(_error: errors.SignInFailed, request: Request) -> Response:
    detail = "No active account found with the given credentials"
    return _detail(request, 401, detail, WWW_Authenticate=CHALLENGE)


def forbidden(error: HTTPForbidden, request: Request) -> Response:
    """Somebody unknown is asked who they are, where that would help."""
    if isinstance(error.result, SignInNeeded):
        return _detail(request, 401, NO_CREDENTIALS, WWW_Authenticate=CHALLENGE)
    return _detail(request, 403, NOT_PERMITTED)


def not_found(_error: Exception, request: Request) -> Response:
    return _detail(request, 404, NOT_FOUND)


def page_not_found(_error: errors.PageNotFound, request: Request) -> Response:
    return _detail(request, 404, "Invalid page.")


def throttled(error: errors.Throttled, request: Request) -> Response:
    detail = f"Request was throttled. Expected available in {error.retry_after} seconds."
    return _detail(request, 429, detail, Retry_After=str(error.retry_after))


def unavailable(error: errors.Unavailable, request: Request) -> Response:
    """An expected outage: one line in the log, no traceback."""
    if isinstance(error, errors.StorageUnavailable):
        request.meters.storage_unavailable()
    log.warning("%s: %s", type(error).__name__, error)
    return _detail(request, 503, "The service is unavailable.", Retry_After=str(error.retry_after))


def source_unavailable(error: errors.SourceUnavailable, request: Request) -> Response:
    log.warning("%s: %s", type(error).__name__, error)
    return _detail(request, 503, "The movie source is unavailable.", Retry_After=str(error.retry_after))


def http_error(error: HTTPError, request: Request) -> Response:
    """What Pyramid, Cornice and views of others raise. A redirection is no error: it goes out as it is."""
    headers = {name: ", ".join(error.headers.getall(name)) for name in ADVICE if name in error.headers}
    return _detail(request, error.status_code, error.detail or f"{error.title}.", **headers)


def unexpected(error: Exception, request: Request) -> Response:
    log.error("an error that nobody expected", exc_info=error)
    return _detail(request, 500, "Internal server error.")


def includeme(config: Configurator) -> None:
    config.add_exception_view(invalid_input, context=errors.InvalidInput)
    config.add_exception_view(undecodable, context=UnicodeDecodeError)
    config.add_exception_view(invalid_token, context=errors.InvalidToken)
    config.add_exception_view(invalid_refresh_token, context=errors.InvalidRefreshToken)
    config.add_exception_view(sign_in_failed, context=errors.SignInFailed)
    config.add_exception_view(not_found, context=errors.NotFound)
    config.add_exception_view(page_not_found, context=errors.PageNotFound)
    config.add_exception_view(throttled, context=errors.Throttled)
    config.add_exception_view(unavailable, context=errors.Unavailable)
    config.add_exception_view(source_unavailable, context=errors.SourceUnavailable)
    config.add_exception_view(http_error, context=HTTPError)
    config.add_exception_view(unexpected, context=Exception)
    config.add_forbidden_view(forbidden)
    config.add_notfound_view(not_found)
