"""Each example, as a stranger comes by it: install, run its tests, change one line, serve, uninstall."""

import json
import shutil
import sys
import urllib.request
from contextlib import contextmanager

import pytest

from tests.engines.binaries import free_port
from tests.engines.command import wait_for
from tests.engines.strangers import ROOT, Stranger

EXAMPLES = ROOT / "examples"


@pytest.fixture
def stranger(distributions, tmp_path):
    stranger = Stranger(tmp_path)
    stranger.install(f"{distributions.wheel}[testing]")
    return stranger


class Installation:
    """development.ini, with a line changed."""

    def __init__(self, stranger, kind, plugin, settings):
        self._stranger = stranger
        self._settings = settings
        self._port = free_port()
        text = (
            (ROOT / "development.ini").read_text(encoding="utf-8").replace("localhost:8000", f"localhost:{self._port}")
        )
        lines = [
            f"moviecatalog.{kind} = {plugin}" if it.startswith(f"moviecatalog.{kind} =") else it
            for it in text.splitlines()
        ]
        assert sum(old != new for old, new in zip(text.splitlines(), lines, strict=True)) == 1
        self.ini = stranger.folder / "catalogue.ini"
        self.ini.write_text("\n".join(lines), encoding="utf-8")

    def migrate(self, check=True):
        return self._stranger.run("moviecatalog", "migrate", self.ini, settings=self._settings, check=check)

    @contextmanager
    def serving(self):
        process = self._stranger.start("moviecatalog", "serve", self.ini, settings=self._settings)
        try:
            wait_for(self._port, process)
            yield
        finally:
            process.terminate()
            process.wait(20)

    def call(self, path, body=None, token=None):
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/api{path}", data, headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer), answer.headers


@pytest.fixture
def try_example(stranger, tmp_path):
    """Install it and run its own tests, then use it, then uninstall it."""

    @contextmanager
    def trying(kind, plugin, settings):
        package = f"moviecatalog-{plugin}"
        shutil.copytree(
            EXAMPLES / package, tmp_path / "source", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__")
        )
        stranger.install(tmp_path / "source")
        # Beside the tests nothing is there but what was installed.
        (tmp_path / "kit").mkdir()
        shutil.copytree(tmp_path / "source/tests", tmp_path / "kit/tests")
        shutil.copy(tmp_path / "source/pytest.ini", tmp_path / "kit")
        done = stranger.run("pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path / "kit", check=False)
        assert done.returncode == 0, done.stdout
        assert " passed" in done.stdout
        installation = Installation(stranger, kind, plugin, settings)
        installation.migrate()
        yield installation
        stranger.uninstall(package)
        refused = installation.migrate(check=False)
        assert refused.returncode == 1
        assert f"moviecatalog.{kind}: no {kind} named '{plugin}' is installed; there are" in refused.stderr

    return trying


@pytest.fixture
def omdb(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES / "moviecatalog-omdb/tests"))
    from omdb_stand_in import KEY, OmdbStandIn

    stand_in = OmdbStandIn()
    yield {"MOVIECATALOG_SOURCE_OMDB_API_KEY": KEY, "MOVIECATALOG_SOURCE_OMDB_URL": stand_in.url}
    stand_in.close()
    del sys.modules["omdb_stand_in"]


def test_a_source_over_another_api_of_films(try_example, omdb):
    with try_example("source", "omdb", omdb) as installation, installation.serving():
        popular, _ = installation.call("/movies/popular/?page_size=3")
        assert [film["title"] for film in popular["results"]] == [f"Star Wars: Episode {n}" for n in (1, 2, 3)]
        details, _ = installation.call(f"/movies/{popular['results'][0]['id']}/")
        assert (details["vote_average"], details["poster_url"]) == (8.6, "https://posters.example/1.jpg")


def test_the_source_takes_sixty_lines_or_fewer():
    source = EXAMPLES / "moviecatalog-omdb/moviecatalog_omdb.py"
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 60


def test_a_cache_in_files(try_example, tmp_path):
    settings = {"MOVIECATALOG_CACHE_DBM_FOLDER": str(tmp_path / "cache")}
    with try_example("cache", "dbm", settings) as installation:
        for state in ("MISS", "HIT"):
            with installation.serving():
                _, headers = installation.call("/movies/popular/")
                assert headers["X-Cache"] == state


def test_a_storage_in_a_journal(try_example, stranger, tmp_path):
    settings = {"MOVIECATALOG_STORAGE_JOURNAL_FOLDER": str(tmp_path / "journal")}
    account = {"username": "newuser", "email": "newuser@example.com"}
    secret = {"password": "correct horse battery", "password_confirm": "correct horse battery"}
    with try_example("storage", "journal", settings) as installation:
        with installation.serving():
            installation.call("/auth/users/", account | secret)
            film = installation.call("/movies/popular/?page_size=1")[0]["results"][0]
            tokens, _ = installation.call("/auth/token/", {"username": "newuser", "password": secret["password"]})
            installation.call(f"/movies/{film['id']}/add_to_favorites/", {}, tokens["access"])
        with installation.serving():
            kept, _ = installation.call("/movies/favorites/my_favorites/", token=tokens["access"])
            assert [it["movie"]["id"] for it in kept["results"]] == [film["id"]]
        sqlite = shutil.copy(ROOT / "development.ini", tmp_path / "sqlite.ini")
        stranger.run("moviecatalog", "migrate", sqlite)
        stranger.run("moviecatalog", "copy", installation.ini, sqlite, settings=settings)
        other = {"MOVIECATALOG_STORAGE_JOURNAL_FOLDER": str(tmp_path / "other")}
        again = Installation(stranger, "storage", "journal", other)
        again.migrate()
        stranger.run("moviecatalog", "copy", sqlite, again.ini, settings=other)
        with again.serving():
            assert again.call("/movies/favorites/my_favorites/", token=tokens["access"])[0] == kept
