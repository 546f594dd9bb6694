"""Our Cornice service: strict input, one form of error, and what the API's description needs to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import colander
import cornice
from cornice.pyramidhook import register_service_views
from cornice.validators import colander_validator
from pyramid.config import Configurator

from moviecatalog.domain.errors import InvalidInput
from moviecatalog.http.input import read_sections
from moviecatalog.security.policy import Permission

MOVIE_PATH = "/movies/{id:[1-9][0-9]{0,17}}/"
"""A movie's path: ids are whole numbers that every storage can hold; anything else is no path of ours, so 404."""

NON_FIELD_ERRORS = "non_field_errors"


@dataclass(frozen=True)
class Operation:
    """One method of a service, as it was declared. `answers` are schemas (or None for no body) by status."""

    method: str
    view: Callable[..., Any]
    schema: colander.MappingSchema | None
    answers: Mapping[int, colander.SchemaNode | None]
    permission: str | None

    @property
    def needs_account(self) -> bool:
        return self.permission == Permission.ACCOUNT


class Service(cornice.Service):  # type: ignore[misc]  # Cornice is untyped
    """A Cornice service whose methods take one schema with `path`, `querystring` and `body` nodes.

    What the schema makes of a request is in `request.validated`; what breaks its rules is answered with
    400 before the view runs. `tag` groups services in the API's description. `counted` says whether
    requests count against the rate limit, `reads_credentials` whether the Authorization header is looked at,
    `cached` whether what it gets may come out of the cache, which the answer then tells by `X-Cache`,
    `listed` whether it is a part of the API, and so of its description.
    """

    renderer = "json"
    default_validators = (colander_validator,)

    def __init__(
        self,
        name: str,
        path: str,
        *,
        tag: str,
        counted: bool = True,
        reads_credentials: bool = True,
        cached: bool = False,
        listed: bool = True,
        **kwargs: Any,
    ) -> None:
        self.tag = tag
        self.counted = counted
        self.reads_credentials = reads_credentials
        self.cached = cached
        self.listed = listed
        self.operations: list[Operation] = []
        super().__init__(name, path, depth=2, **kwargs)

    @property
    def is_everybodys(self) -> bool:
        """Whether what it gets may be given to anybody who asks the same, but for the viewer's marks."""
        public = any(it.method == "GET" and it.permission is None for it in self.operations)
        return self.cached and self.counted and self.reads_credentials and public

    def add_view(
        self,
        method: str,
        view: Callable[..., Any],
        *,
        schema: colander.MappingSchema | None = None,
        answers: Mapping[int, colander.SchemaNode | None] | None = None,
        **kwargs: Any,
    ) -> None:
        """As Cornice's, with the answers' schemas beside that of the request."""
        permission = kwargs.get("permission", getattr(self, "permission", None))
        self.operations.append(Operation(method.upper(), view, schema, answers or {}, permission))
        if schema is not None:
            sections = tuple(section.name for section in schema.children)
            kwargs |= {"schema": schema, "deserializer": partial(read_sections, sections)}
        super().add_view(method, view, **kwargs)

    def default_error_handler(self, request: Any) -> None:
        """Raise what the validators found: a returned answer could not roll anything back."""
        details: dict[str, list[str]] = {}
        for error in request.errors:
            details.setdefault(error["name"] or NON_FIELD_ERRORS, []).append(error["description"])
        raise InvalidInput(details)


def add_api_service(config: Configurator, service: Service) -> None:
    """The directive `config.add_api_service`: register a service's routes and views, and remember it by its route.

    Registration is explicit: Cornice's own list of services is one for the whole process.
    """
    config.registry.api_services[service.name] = service
    config.add_cornice_service(service)


def includeme(config: Configurator) -> None:
    # Not `config.include("cornice")`: see `moviecatalog.request`.
    config.registry.cornice_services = {}
    config.registry.api_services = {}
    config.add_directive("add_cornice_service", register_service_views)
    config.add_directive("add_api_service", add_api_service)
