import shutil

import pytest
from sqlalchemy import make_url

from moviecatalog.testing.application import close_app, make_app
from moviecatalog.testing.client import ApiClient


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory):
    """A database file with the schema and the shipped films, made once."""
    from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage

    path = tmp_path_factory.mktemp("sqlite") / "filled.sqlite"
    storage = SqlStorage(make_url(storage_url(path)))
    storage.migrate()
    storage.close()
    close_app(
        make_app({"moviecatalog.storage": "sqlalchemy", "moviecatalog.storage.sqlalchemy.url": storage_url(path)})
    )
    return path


def storage_url(path):
    return f"sqlite:///{path}"


STORAGES = ["sqlite", "memory"]


def choose_storage(request, folder):
    """The lines that choose the storage of the request's parameter, with the shipped films in it."""
    if request.param == "memory":
        return {"moviecatalog.storage": "memory"}
    path = folder / "movies.sqlite"
    shutil.copy(request.getfixturevalue("filled_sqlite"), path)
    return {"moviecatalog.storage": "sqlalchemy", "moviecatalog.storage.sqlalchemy.url": storage_url(path)}


@pytest.fixture(params=STORAGES)
def storage_settings(request, tmp_path):
    """Every test runs on each storage, with one of its own."""
    return choose_storage(request, tmp_path)


@pytest.fixture
def make_api(storage_settings):
    """Applications with settings of a test's own, over one storage."""
    apps = []

    def make(settings=None):
        app = make_app(storage_settings | (settings or {}))
        apps.append(app)
        return ApiClient(app)

    yield make
    for app in apps:
        close_app(app)


@pytest.fixture
def api(make_api):
    return make_api()


@pytest.fixture(scope="session", params=STORAGES)
def shared_api(request, tmp_path_factory):
    """One application for many tests that leave nothing behind: they read, or are refused."""
    app = make_app(choose_storage(request, tmp_path_factory.mktemp("shared")))
    yield ApiClient(app)
    close_app(app)
