"""Answers before Pyramid what was answered before; see the package's own words."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable
from typing import Any

from pyramid.interfaces import IRoutesMapper

from moviecatalog.domain.errors import InvalidToken, MovieCatalogError, StorageUnavailable
from moviecatalog.domain.users import Identity
from moviecatalog.hot.asking import Asking, Environ, Question, Surroundings
from moviecatalog.hot.finished import FinishedAnswer
from moviecatalog.hot.recording import Recording, StartResponse
from moviecatalog.hot.splicing import marked, rated
from moviecatalog.http.access_log import log_access
from moviecatalog.http.admission import ADMITTED, Admitted, allowance_headers
from moviecatalog.http.conditional import BODY_HEADERS, etag_of, is_known
from moviecatalog.presenters.freshness import freshness_headers
from moviecatalog.presenters.shown import SHOWN
from moviecatalog.security.policy import bearer_token
from moviecatalog.services.throttle import Allowance, OverLimit


class HotPath:
    """A WSGI application around Pyramid's."""

    def __init__(self, app: Any) -> None:
        registry = app.registry
        self.registry = registry
        self._app = app
        self._services = registry.services
        self._meters = registry.meters
        self._finished = registry.finished_answers
        self._routes = [
            route
            for route in registry.getUtility(IRoutesMapper).get_routes()
            if route.name in registry.api_services and registry.api_services[route.name].is_everybodys
        ]
        http = registry.core_settings.http
        self._asking = Asking(Surroundings(http.public_url, http.cors_origins, http.trusted_proxies))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        begun = time.perf_counter()
        question = self._asking.question(environ)
        if question is None or not self._services.opening.is_done:
            return self._whole_way(environ, start_response)
        answer: FinishedAnswer | None = self._finished.get(question)
        route = answer.route if answer else self._route(environ)
        if route is None:
            return self._whole_way(environ, start_response)
        try:
            version = self._services.answers.version()
        except StorageUnavailable:
            return self._whole_way(environ, start_response)
        if answer is None or not answer.holds(version):
            return self._recorded(question, route, version, environ, start_response)
        answered = self._short_way(answer, environ, start_response, begun)
        return self._whole_way(environ, start_response) if answered is None else answered

    def _route(self, environ: Environ) -> str | None:
        """Of what may be kept."""
        return next((it.name for it in self._routes if it.match(environ["PATH_INFO"]) is not None), None)

    def _whole_way(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        chunks: Iterable[bytes] = self._app(environ, start_response)
        return chunks

    def _recorded(
        self, question: Question, route: str, version: Hashable, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        recording = Recording(start_response)
        chunks = self._whole_way(environ, recording.start)
        shown = environ.get(SHOWN)
        if shown is None:
            return chunks
        body = b"".join(chunks)
        answer = recording.answer(body, shown, route, version)
        if answer:
            self._finished.keep(question, answer)
        return [body]

    def _short_way(
        self, answer: FinishedAnswer, environ: Environ, start_response: StartResponse, begun: float
    ) -> Iterable[bytes] | None:
        allowance = None
        try:
            identity = self._identity(environ)
        except InvalidToken:
            # It is counted, and refused, the whole way.
            return None
        try:
            allowance = self._count(environ, identity)
            body = self._seen_by(identity, answer)
        except OverLimit as over:
            environ[ADMITTED] = Admitted(over.allowance, over)
            return None
        except MovieCatalogError as error:
            environ[ADMITTED] = Admitted(allowance, error)
            return None
        status, body = self._send(answer, body, allowance, environ, start_response)
        seconds = time.perf_counter() - begun
        user_id = identity.user_id if identity else None
        log_access(
            "GET", environ["PATH_INFO"], status, milliseconds=seconds * 1000, route=answer.route, user_id=user_id
        )
        self._meters.cache_answer(answer.route, answer.state)
        self._meters.request(answer.route, "GET", status, seconds)
        return [body]

    def _identity(self, environ: Environ) -> Identity | None:
        """Raises InvalidToken."""
        token = bearer_token(environ.get("HTTP_AUTHORIZATION"))
        return self._services.tokens.identity(token) if token is not None else None

    def _count(self, environ: Environ, identity: Identity | None) -> Allowance | None:
        """Raises OverLimit."""
        user_id = identity.user_id if identity else None
        allowance: Allowance | None = self._services.throttles.hit(
            user_id, lambda: self._asking.client_address(environ)
        )
        return allowance

    def _seen_by(self, viewer: Identity | None, answer: FinishedAnswer) -> bytes:
        """The body with what must be read each time. Raises InvalidToken, StorageUnavailable."""
        catalog = self._services.catalog
        if not answer.rated:
            return marked(answer.body, answer.movie_ids, catalog.marks(answer.movie_ids, viewer))
        movie_id = answer.movie_ids[0]
        standing = catalog.standing(movie_id, viewer)
        return rated(marked(answer.body, answer.movie_ids, {movie_id: standing.mark}), standing.average_rating)

    def _send(
        self,
        answer: FinishedAnswer,
        body: bytes,
        allowance: Allowance | None,
        environ: Environ,
        start_response: StartResponse,
    ) -> tuple[int, bytes]:
        """The status, and the body that goes with it."""
        etag = answer.etag if body is answer.body else etag_of(body)
        headers = [*answer.headers, ("ETag", f'"{etag}"'), *freshness_headers(answer.freshness).items()]
        if allowance:
            headers += allowance_headers(allowance).items()
        if is_known(etag, environ.get("HTTP_IF_NONE_MATCH", "")):
            start_response("304 Not Modified", [it for it in headers if it[0] not in BODY_HEADERS])
            return 304, b""
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return 200, body
