"""The API as `moviecatalog serve` serves it, on both servers and both database engines."""

import shutil
import uuid
from contextlib import contextmanager

import pytest

from moviecatalog.testing.application import TEST_SETTINGS
from moviecatalog.testing.client import PASSWORD
from tests.engines.binaries import free_port
from tests.engines.command import USE, serve, write_ini
from tests.functional.conftest import sql, sqlite
from tests.functional.hostile.wire import Wire

INSTALLATIONS = [f"{server}, {engine}" for server in USE for engine in ("sqlite", "postgresql")]


class Served(Wire):
    """One installation, with accounts of any number."""

    def __init__(self, port, settings, log):
        super().__init__(port)
        self.settings = settings
        self._log = log

    def log(self):
        return self._log.read_text(encoding="utf-8")

    def register(self, **fields):
        name = fields.pop("username", None) or f"user-{uuid.uuid4().hex}"
        account = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
        answer = self.call("POST", "/auth/users/", account | fields)
        assert answer.status == 201, answer.body
        return account | fields | {"id": answer.json["user"]["id"]}

    def sign_in(self, name, password=PASSWORD):
        return self.call("POST", "/auth/token/", {"username": name, "password": password})

    def sign_up(self):
        """The account, and its tokens."""
        account = self.register()
        return account, self.sign_in(account["username"]).json


def new_storage(engine, request, folder):
    """The lines of a storage with the shipped films."""
    if engine == "sqlite":
        shutil.copy(request.getfixturevalue("filled_sqlite"), folder / "movies.sqlite")
        return sqlite(folder / "movies.sqlite")
    template = request.getfixturevalue("filled_postgresql")
    return sql(request.getfixturevalue("postgresql").new_database(template))


@contextmanager
def serving(folder, server, settings, lines):
    """`moviecatalog serve` with these lines in its ini file."""
    port = free_port()
    settings = TEST_SETTINGS | settings
    ini = write_ini(folder / "it.ini", settings, server, lines | {"listen": f"127.0.0.1:{port}"})
    with (folder / "log").open("w") as log:
        process = serve(ini, port, log)
    try:
        yield Served(port, settings, folder / "log")
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session", params=INSTALLATIONS)
def served(request, tmp_path_factory):
    server, engine = request.param.split(", ")
    folder = tmp_path_factory.mktemp("served")
    storage = new_storage(engine, request, folder)
    with serving(folder, server, storage, {"threads": "8"} if server == "waitress" else {"workers": "1"}) as it:
        yield it


@pytest.fixture
def token(served):
    """Of somebody new."""
    return served.sign_up()[1]["access"]
