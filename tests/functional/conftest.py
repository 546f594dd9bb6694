"""The functional tests run on several installations: what is plugged in changes, what clients see doesn't."""

import shutil
from contextlib import ExitStack

import pytest
import redis
from sqlalchemy import make_url

from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.services import hold_off
from moviecatalog.testing.application import close_app, make_app
from moviecatalog.testing.client import ApiClient
from tests.engines.postgresql import PostgresqlEngine
from tests.engines.redis import redis_url
from tests.engines.servers import Servers, app_of
from tests.functional.again import asked_again
from tests.functional.described import described
from tests.functional.wiping import wiping
from tests.standins.tmdb import TmdbStandIn

MAKING = {"make_api", "storage_settings", "own_tmdb"}
"""Fixtures of tests that need an API of their own."""

TWO_PROCESSES = "tmdb, redis, postgresql, two processes"
NO_HOT_PATH = "sample, storage in memory, no hot path"
ASKED_AGAIN = "sample, postgresql, asked again"
INSTALLATIONS = ["sample, sqlite", NO_HOT_PATH, ASKED_AGAIN, TWO_PROCESSES]
"""Those that every test runs on; tests of one part's faults choose among the others too."""


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory):
    """A database file with the schema and the shipped films, made once."""
    path = tmp_path_factory.mktemp("sqlite") / "filled.sqlite"
    migrate(storage_url(path))
    close_app(make_app(sqlite(path)))
    return path


@pytest.fixture(scope="session")
def filled_postgresql(postgresql):
    return filled(postgresql)


def filled(engine):
    """The name of a database with the schema and the shipped films, from which others are made."""
    url = engine.new_database()
    migrate(url)
    close_app(make_app(sql(url)))
    return make_url(url).database


def migrate(url):
    storage = SqlStorage(make_url(url))
    storage.migrate()
    storage.close()


@pytest.fixture(scope="module")
def own_postgresql():
    """A server that may be stopped, and may hang: nobody else's tests are on it."""
    engine = PostgresqlEngine()
    yield engine
    engine.go_on()
    engine.close()


@pytest.fixture(scope="module")
def own_filled_postgresql(own_postgresql):
    return filled(own_postgresql)


def storage_url(path):
    return f"sqlite:///{path}"


def sql(url):
    return {"moviecatalog.storage": "sqlalchemy", "moviecatalog.storage.sqlalchemy.url": url}


def sqlite(path):
    return sql(storage_url(path))


@pytest.fixture(scope="session")
def tmdb():
    stand_in = TmdbStandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    """The URL of a Redis that tests share."""
    with redis_url(tmp_path_factory.mktemp("redis")) as url:
        yield url


def choose(installation, request, folder):
    """The lines that make this installation, with the shipped films in its storage."""
    if installation == NO_HOT_PATH:
        return {"moviecatalog.storage": "memory", "moviecatalog.hot_path": "false"}
    if "postgresql" in installation:
        template = request.getfixturevalue("filled_postgresql")
        storage = sql(request.getfixturevalue("postgresql").new_database(template))
    else:
        shutil.copy(request.getfixturevalue("filled_sqlite"), folder / "movies.sqlite")
        storage = sqlite(folder / "movies.sqlite")
    if installation.startswith("sample"):
        return storage
    tmdb = request.getfixturevalue("tmdb").settings
    if installation != TWO_PROCESSES:
        return storage | tmdb
    url = request.getfixturevalue("redis_server")
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return (
        storage
        | tmdb
        | {
            "moviecatalog.cache": "redis",
            "moviecatalog.cache.redis.url": url,
            "moviecatalog.ratelimit.store": url,
            # Clients' addresses come by a header, as from a proxy.
            "moviecatalog.trusted_proxies": "127.0.0.1",
        }
    )


class ServedApi(ApiClient):
    """The API in processes of its own.

    `registry` is that of a further process of the installation, this one, as an operator's command would be.
    """

    def __init__(self, servers, settings, resources):
        super().__init__(described(app_of(servers)))
        self._settings = settings
        self._resources = resources
        self._registry = None

    @property
    def registry(self):
        if self._registry is None:
            app = make_app(self._settings)
            self._resources.callback(close_app, app)
            self._registry = app.app.registry
        return self._registry


def open_api(installation, settings, resources):
    if installation != TWO_PROCESSES:
        app = make_app(settings)
        resources.callback(close_app, app)
        described(app)
        return ApiClient(asked_again(app) if installation == ASKED_AGAIN else app)
    servers = Servers(settings)
    resources.callback(servers.stop)
    return ServedApi(servers, settings, resources)


@pytest.fixture(params=INSTALLATIONS)
def installation(request):
    """Every test runs on each of them."""
    return request.param


@pytest.fixture(autouse=True)
def _within_reach(request):
    params = request.node.callspec.params.values() if hasattr(request.node, "callspec") else ()
    if TWO_PROCESSES in params and request.node.get_closest_marker("in_process"):
        pytest.skip("it reaches into the application, which is in another process")


@pytest.fixture
def storage_settings(installation, request, tmp_path):
    return choose(installation, request, tmp_path)


@pytest.fixture
def make_api(installation, storage_settings):
    """Applications with settings of a test's own, over one storage."""
    with ExitStack() as resources:
        yield lambda settings=None: open_api(installation, storage_settings | (settings or {}), resources)


@pytest.fixture
def api(request, installation):
    """As new. One that is kept from test to test, unless the test has to do with how it was made."""
    if installation not in INSTALLATIONS or MAKING & set(request.fixturenames):
        return request.getfixturevalue("make_api")()
    api, wipe = request.getfixturevalue("kept_api")(installation)
    wipe()
    return api


@pytest.fixture(scope="session")
def kept_api(request, tmp_path_factory):
    """One of each installation: to start it takes longer than most of the tests."""
    kept = {}
    with ExitStack() as resources:

        def get(installation):
            if installation not in kept:
                settings = choose(installation, request, tmp_path_factory.mktemp("kept"))
                api = open_api(installation, settings, resources)
                kept[installation] = api, wiping(api, settings)
            return kept[installation]

        yield get


@pytest.fixture(scope="session", params=INSTALLATIONS)
def shared_api(request, tmp_path_factory):
    """One application for many tests that leave nothing behind: they read, or are refused."""
    with ExitStack() as resources:
        settings = choose(request.param, request, tmp_path_factory.mktemp("shared"))
        yield open_api(request.param, settings, resources)


@pytest.fixture
def api_on_redis(make_api):
    """An API over the Redis of a URL; counted, so that limiters have to do with it too."""

    def on(url):
        return make_api(
            {
                "moviecatalog.cache": "redis",
                "moviecatalog.cache.redis.url": url,
                "moviecatalog.ratelimit.store": url,
                "moviecatalog.ratelimit.anonymous": "100000 per hour",
            }
        )

    return on


@pytest.fixture
def looks_soon_again(monkeypatch):
    """Who finds a server away looks for it again after a fifth of a second."""
    monkeypatch.setattr(hold_off, "HOLD_OFF_SECONDS", 0.2)
