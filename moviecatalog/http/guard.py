"""The outermost door: a WSGI application around Pyramid's.

It refuses what can't be read before any code has to deal with it, gives every answer its request id, and
has the last word when something inside breaks. Not a tween: Pyramid and WebOb read bodies and URLs before
the first tween runs.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from typing import Any

from moviecatalog.http.access_log import log_access
from moviecatalog.http.bodies import BodyTooLarge, BrokenBody, read_body
from moviecatalog.http.refusal import Refusal, internal_error, invalid_request, too_large
from moviecatalog.http.request_id import current_request_id, request_id_for
from moviecatalog.http.urls import BadHost, check_host, with_slash
from moviecatalog.metrics.meters import NO_METERS, Meters

log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class Guard:
    """`registry` is the inner application's."""

    def __init__(self, app: Any, max_body_bytes: int, meters: Meters = NO_METERS) -> None:
        self._app = app
        self._meters = meters
        self._max_body_bytes = max_body_bytes
        self.registry = app.registry

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request_id = request_id_for(environ.get("HTTP_X_REQUEST_ID"))
        token = current_request_id.set(request_id)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, ("X-Request-ID", request_id)], exc_info)

        try:
            return self._answer(environ, start)
        except Exception:
            log.exception("an error that nobody expected")
            return self._refuse(internal_error(sys.exc_info()), environ, start)
        finally:
            current_request_id.reset(token)

    def _answer(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        refusal = self._refusal(environ)
        if refusal is None:
            answer: Iterable[bytes] = self._app(environ, start)
            return answer
        return self._refuse(refusal, environ, start)

    def _refusal(self, environ: Environ) -> Refusal | None:
        """Make the environ fit to be read; or say why it is not."""
        if not environ.get("HTTP_HOST"):
            # Of HTTP/1.0, which needs none: granian says so by an empty one, which WebOb would take for a name.
            environ.pop("HTTP_HOST", None)
        try:
            check_host(environ.get("HTTP_HOST"))
            environ["PATH_INFO"] = with_slash(environ.get("PATH_INFO", ""))
            read_body(environ, self._max_body_bytes)
        except BadHost:
            return invalid_request("The Host header must be a host name or an address, with a port if need be.")
        except UnicodeDecodeError:
            return invalid_request("The path is not UTF-8.")
        except BrokenBody as error:
            return invalid_request(str(error))
        except BodyTooLarge:
            return too_large(self._max_body_bytes)
        return None

    def _refuse(self, refusal: Refusal, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answer in the application's place; log and count what it didn't see to the end."""
        method = environ["REQUEST_METHOD"]
        log_access(method, environ.get("PATH_INFO", ""), refusal.status_code, milliseconds=0)
        self._meters.request(None, method, refusal.status_code, 0.0)
        return refusal(environ, start)
