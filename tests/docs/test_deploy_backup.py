"""docs/deploy/backup.md: what is kept comes back."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import make_url

from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.application import close_app, make_app
from moviecatalog.testing.client import PASSWORD, ApiClient
from tests.docs.blocks import blocks
from tests.docs.machine import Machine
from tests.engines.binaries import find, missing
from tests.engines.postgresql import PACKAGE

PAGE = "docs/deploy/backup.md"
SQLITE, SQLITE_BACK, POSTGRESQL, POSTGRESQL_BACK, TRIED = blocks(PAGE)
URL = "postgresql://moviecatalog@localhost"


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    if shutil.which("sqlite3") is None:
        missing("there is no sqlite3: the system's packages bring one")
    with Machine(tmp_path_factory.mktemp("machine")) as machine:
        machine.install()
        machine.start()
        yield machine


class User:
    def __init__(self, port, name):
        self._api = f"http://127.0.0.1:{port}/api"
        account = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
        assert requests.post(f"{self._api}/auth/users/", json=account, timeout=10).status_code == 201
        self._sign_in = {"username": name, "password": PASSWORD}

    def signed_in(self):
        answer = requests.post(f"{self._api}/auth/token/", json=self._sign_in, timeout=10)
        return {"Authorization": f"Bearer {answer.json()['access']}"}

    def rate(self, film, points):
        url = f"{self._api}/movies/{film}/rate/"
        assert requests.put(url, json={"rating": points}, headers=self.signed_in(), timeout=10).status_code in (
            200,
            201,
        )

    def ratings(self):
        answer = requests.get(f"{self._api}/movies/ratings/my_ratings/", headers=self.signed_in(), timeout=10).json()
        return {it["movie"]["id"]: it["rating"] for it in answer["results"]}


@pytest.fixture(scope="module")
def user(machine):
    requests.get(f"http://127.0.0.1:{machine.port}/api/movies/popular/", timeout=10)
    return User(machine.port, "ada")


def test_a_copy_of_sqlite_brings_back_what_was_kept_when_it_was_made(machine, user):
    user.rate(1, 9)
    assert machine.paste(SQLITE.text) == "ok\n"
    backup = machine.path("/var/backups/moviecatalog.sqlite")
    assert backup.stat().st_mode & 0o077 == 0
    user.rate(1, 2)
    user.rate(2, 5)
    assert "nothing is served any more" in machine.paste(SQLITE_BACK.text)
    assert user.ratings() == {1: 9}
    # And once more, over the copy of the last time.
    machine.paste(SQLITE.text)
    found = requests.get(f"http://127.0.0.1:{machine.port}/api/movies/search/?q=the&min_rating=1", timeout=10).json()
    assert found["count"] > 0


def test_a_copy_can_be_tried_beside_the_real_thing(machine, user):
    user.rate(1, 9)
    machine.paste(SQLITE.text)
    assert machine.paste(TRIED.text).splitlines()[-1] == "1|1"
    assert list(machine.path("/var/tmp").iterdir()) == []


@contextmanager
def served(url):
    """The API of a process of its own would be no other: here it is the backup that counts."""
    settings = {"moviecatalog.storage": "sqlalchemy", "moviecatalog.storage.sqlalchemy.url": url}
    app = make_app(settings)
    yield ApiClient(app)
    close_app(app)


def test_a_dump_of_postgresql_brings_back_what_was_kept(postgresql, tmp_path):
    url = postgresql.new_database()
    storage = SqlStorage(make_url(url))
    storage.migrate()
    storage.close()

    def paste(block):
        text = block.text
        for name, database in {"moviecatalog": url, "restored": restored}.items():
            text = text.replace(f"{URL}/{name}", database.replace("+psycopg", ""))
        path = f"{Path(find('pg_dump', *PACKAGE)).parent}:{os.environ['PATH']}"
        subprocess.run(["bash", "-eu", "-c", text], check=True, cwd=tmp_path, env=os.environ | {"PATH": path})

    restored = f"{url.rpartition('/')[0]}/restored"
    with served(url) as api:
        token = api.sign_up("ada")
        api.put("/movies/1/rate/", {"rating": 9}, token)
        paste(POSTGRESQL)
        api.put("/movies/1/rate/", {"rating": 2}, token)
    paste(POSTGRESQL_BACK)
    with served(restored) as api:
        (kept,) = api.get("/movies/ratings/my_ratings/", token).json["results"]
        assert (kept["movie"]["id"], kept["rating"]) == (1, 9)
        # Of a sequence that was not restored, the next id would be taken already.
        api.sign_up("another")
        assert api.get("/movies/search/?q=the&min_rating=1").json["count"] > 0
