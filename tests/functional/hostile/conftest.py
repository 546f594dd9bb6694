"""The API as `moviecatalog serve` serves it, on both servers and both database engines."""

import itertools
import os
import shutil
import subprocess
import sys
import time

import pytest

from moviecatalog.testing.application import TEST_SETTINGS
from moviecatalog.testing.client import PASSWORD
from tests.engines.binaries import free_port
from tests.functional.conftest import sql, sqlite
from tests.functional.hostile.wire import Wire

SERVERS = {
    "waitress": ("egg:waitress#main", {"threads": "8"}),
    "granian": ("egg:moviecatalog#granian", {"workers": "1"}),
}
INSTALLATIONS = [f"{server}, {engine}" for server in SERVERS for engine in ("sqlite", "postgresql")]
PROGRAM = "from moviecatalog.cli import main; main(prog_name='moviecatalog')"


def write_ini(path, app, use, server):
    sections = {"app:main": {"use": "egg:moviecatalog"} | app, "server:main": {"use": use} | server}
    path.write_text(
        "".join(
            f"[{section}]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items())
            for section, lines in sections.items()
        ),
        encoding="utf-8",
    )
    return path


def start(ini, port, log):
    """The command's process, once it answers."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MOVIECATALOG_", "COVERAGE_"))}
    command = [sys.executable, "-c", PROGRAM, "serve", str(ini)]
    process = subprocess.Popen(command, stdout=log, stderr=log, env=environ)
    wire, deadline = Wire(port), time.monotonic() + 30
    while True:
        try:
            if wire.call("GET", "/health/live/"):
                return process
        except ConnectionError:
            time.sleep(0.05)
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "the server does not answer"


class Served(Wire):
    """One installation, with accounts of any number."""

    def __init__(self, port, settings, log):
        super().__init__(port)
        self.settings = settings
        self._log = log
        self._names = (f"user{number}" for number in itertools.count())

    def log(self):
        return self._log.read_text(encoding="utf-8")

    def register(self, **fields):
        name = fields.pop("username", None) or next(self._names)
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


@pytest.fixture(scope="session", params=INSTALLATIONS)
def served(request, tmp_path_factory):
    name, engine = request.param.split(", ")
    folder = tmp_path_factory.mktemp("served")
    if engine == "sqlite":
        shutil.copy(request.getfixturevalue("filled_sqlite"), folder / "movies.sqlite")
        storage = sqlite(folder / "movies.sqlite")
    else:
        template = request.getfixturevalue("filled_postgresql")
        storage = sql(request.getfixturevalue("postgresql").new_database(template))
    port = free_port()
    use, lines = SERVERS[name]
    settings = TEST_SETTINGS | storage
    ini = write_ini(folder / "it.ini", settings, use, lines | {"listen": f"127.0.0.1:{port}"})
    with (folder / "log").open("w") as log:
        process = start(ini, port, log)
    yield Served(port, settings, folder / "log")
    process.terminate()
    process.wait(20)


@pytest.fixture
def token(served):
    """Of somebody new."""
    return served.sign_up()[1]["access"]
