"""The request: names and types of all that is attached to it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from cornice.errors import Errors
from pyramid.request import Request as PyramidRequest

from moviecatalog.domain.users import Identity
from moviecatalog.http.client_address import base_url, rate_limit_address

if TYPE_CHECKING:
    from moviecatalog.metrics.meters import Meters
    from moviecatalog.presenters.movies import Images
    from moviecatalog.services import Services
    from moviecatalog.views.service import Service


class Request(PyramidRequest):  # type: ignore[misc]  # Pyramid is untyped
    """Pyramid's request with what Cornice and the views need, as plain attributes of a class.

    Cornice's own includeme adds them by a subscriber and by `add_request_method`; the latter makes Pyramid
    build a class for every request, which costs more than all of Cornice's other work.
    """

    identity: Identity | None

    @cached_property
    def validated(self) -> dict[str, Any]:
        """What the service's schema made of the path, the query string and the body."""
        return {}

    @cached_property
    def errors(self) -> Errors:
        return Errors()

    @cached_property
    def info(self) -> dict[str, Any]:
        return {}

    @cached_property
    def query_pairs(self) -> tuple[tuple[str, str], ...]:
        """The parameters of the query string, in order. Raises UnicodeDecodeError where it isn't UTF-8.

        Unlike for WebOb's `GET` a semicolon is no separator (`q=AC;DC`): only `&` is, as in the URL Standard.
        """
        sent = self.query_string.encode("latin-1").decode()
        return tuple(parse_qsl(sent, keep_blank_values=True, errors="strict"))

    @property
    def service(self) -> Service | None:
        """The service whose route matched; None where nothing matched, or not yet."""
        route = getattr(self, "matched_route", None)
        service: Service | None = self.registry.api_services.get(route.name) if route else None
        return service

    @property
    def services(self) -> Services:
        services: Services = self.registry.services
        return services

    @property
    def meters(self) -> Meters:
        meters: Meters = self.registry.meters
        return meters

    @property
    def client_address(self) -> str:
        """The client as the rate limits count it."""
        forwarded_for = self.headers.get("X-Forwarded-For")
        return rate_limit_address(self.remote_addr, forwarded_for, self.registry.trusted_proxies)

    @property
    def public_base_url(self) -> str:
        """What links begin with."""
        return base_url(self, self.registry.public_url, self.registry.trusted_proxies)

    @property
    def logged_user_id(self) -> int | None:
        """Who was let in, if anybody was yet. Unlike `identity` it never looks at the credentials."""
        return self.__dict__.get("admitted_user_id")

    @property
    def images(self) -> Images:
        """Where pictures are."""
        images: Images = self.registry.images
        return images

    @property
    def viewer(self) -> Identity:
        """Who is asking, in a view whose permission has made sure that somebody is."""
        assert self.identity is not None, "the view lacks its permission"  # noqa: S101  # nosec B101  # a programmer's mistake, which views never make
        return self.identity

    @property
    def query(self) -> dict[str, Any]:
        """The validated query string."""
        query: dict[str, Any] = self.validated["querystring"]
        return query

    @property
    def movie_id(self) -> int:
        """The validated id in the path."""
        movie_id: int = self.validated["path"]["id"]
        return movie_id

    @property
    def fields(self) -> dict[str, Any]:
        """The validated body."""
        fields: dict[str, Any] = self.validated["body"]
        return fields
