from types import SimpleNamespace

import pytest
from pyramid.config import Configurator
from webtest import TestApp

from moviecatalog.request import Request

ATTRIBUTION = "Thanks to <the source> & all."


@pytest.fixture(scope="session")
def make_app():
    """Applications of all our services and a test's own, with nothing behind them."""

    def make(*more_services, public_url=None):
        with Configurator(request_factory=Request) as config:
            config.registry.plugins = SimpleNamespace(attribution=ATTRIBUTION)
            config.registry.core_settings = SimpleNamespace(http=SimpleNamespace(public_url=public_url))
            config.include("moviecatalog.views.service")
            config.include("moviecatalog.views")
            config.include("moviecatalog.openapi")
            config.include(plugin_of(more_services), route_prefix="/api")
            return TestApp(config.make_wsgi_app())

    return make


def plugin_of(services):
    def includeme(config):
        for service in services:
            config.add_api_service(service)

    return includeme


@pytest.fixture(scope="session")
def app(make_app):
    return make_app()


@pytest.fixture(scope="session")
def document(app):
    return app.get("/api/openapi.json").json
