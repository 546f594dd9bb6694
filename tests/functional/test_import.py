"""Files of films taken into a catalogue: killed and gone on with, beside servers, and completed when first opened."""

import gzip
import json
import random
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest
from sqlalchemy import make_url

from moviecatalog.domain.movies import NEVER
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.application import TEST_SETTINGS, close_app, make_app
from moviecatalog.testing.client import ApiClient
from tests.engines.command import command, environ, write_ini
from tests.engines.servers import Servers, app_of
from tests.functional.conftest import TWO_PROCESSES, migrate, sql, storage_url
from tests.functional.described import described
from tests.functional.traffic import Traffic
from tests.standins import faults

FILMS = 20_000
FIRST_ID = 10_000_000
"""None of the films that ship has one as high."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """That of a database with the schema, and no film."""
    if request.param == "sqlite":
        url = storage_url(tmp_path / "catalogue.sqlite")
    else:
        url = request.getfixturevalue("postgresql").new_database()
    migrate(url)
    return url


@pytest.fixture
def no_films(tmp_path):
    """A source that has nothing to put into a new catalogue but one film, of an id space of its own."""
    path = tmp_path / "films.jsonl"
    path.write_text('{"namespace": "mine", "external_id": "1", "title": "Home Movie"}\n')
    return {"moviecatalog.source.sample.path": str(path)}


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """As TMDB makes one."""
    path = tmp_path_factory.mktemp("export") / "movie_ids_05_15_2024.json.gz"
    return write_export(path, popularity=lambda number: number % 1_000 / 8)


def write_export(path, popularity, films=FILMS):
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for number in range(films):
            line = {
                "adult": False,
                "id": FIRST_ID + number,
                "original_title": f"Exported №{number} of Été",
                "popularity": popularity(number),
                "video": False,
            }
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path


def ini_of(settings, tmp_path):
    return write_ini(tmp_path / "import.ini", TEST_SETTINGS | settings, "waitress", {})


def start(ini, path, *options):
    return subprocess.Popen(
        command("import", ini, path, *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ(),
    )


def run(ini, path, *options):
    """What it tells, once it has ended well."""
    process = start(ini, path, *options)
    stdout, stderr = process.communicate(timeout=100)
    assert (process.returncode, stderr) == (0, "")
    return stdout


def count(storage):
    with storage.read() as session:
        return session.movies.browse(MovieQuery(), 0, 1).total


def test_an_import_that_is_killed_goes_on_where_it_was(url, no_films, export, tmp_path):
    ini = ini_of(sql(url) | no_films, tmp_path)
    kept = [0]
    with closing(SqlStorage(make_url(url))) as storage:
        for _ in range(2):
            process = start(ini, export)
            while count(storage) <= kept[-1] + 1:
                assert process.poll() is None, "it ended"
                time.sleep(0.01)
            time.sleep(random.uniform(0, 0.2))
            process.kill()
            process.communicate()
            kept.append(count(storage) - 1)
        told = run(ini, export)
        assert f"{export}: going on after line {kept[-1]:,}.\n" in told
        assert f"{FILMS:,} lines, {FILMS:,} films, {FILMS:,} of them new or changed" in told
        assert count(storage) == FILMS + 1
    assert 0 < kept[1] < kept[2] < FILMS
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_once_more_changes_nothing_and_another_days_export_changes_popularities(url, no_films, tmp_path):
    ini = ini_of(sql(url) | no_films, tmp_path)
    path = write_export(tmp_path / "export", lambda number: number + 0.1, films=300)
    assert "300 films, 300 of them new or changed" in run(ini, path)
    assert "300 films, 0 of them new or changed" in run(ini, path, "--from-start")
    write_export(path, lambda number: number + 0.1 + number % 3, films=301)
    assert "301 films, 201 of them new or changed" in run(ini, path)
    with closing(SqlStorage(make_url(url))) as storage:
        assert count(storage) == 301 + 1


@pytest.fixture
def servers(storage_settings):
    """Two processes of the installation, which holds the films that ship."""
    servers = Servers(storage_settings)
    yield ApiClient(described(app_of(servers)))
    servers.stop()


class TestBesideServers:
    @pytest.fixture(params=["sample, sqlite", "sample, postgresql", TWO_PROCESSES])
    def installation(self, request):
        return request.param

    def test_nobody_is_refused_meanwhile_and_the_films_are_shown_at_the_next_request(
        self, servers, storage_settings, export, tmp_path
    ):
        paths = ("/movies/?page_size=1", "/movies/?page_size=1&ordering=title", "/movies/?min_rating=0&page_size=1")
        for path in paths * 2:
            assert servers.get(path).json["count"] == 400
        with Traffic(servers, threads=4) as traffic:
            told = run(ini_of(storage_settings, tmp_path), export)
            shown = [servers.get(path).json["count"] for path in paths]
        assert f"{FILMS:,} of them new or changed" in told
        assert shown == [400 + FILMS] * len(paths)
        assert traffic.count() > 100
        assert traffic.statuses() <= {200, 201}
        found = servers.get("/movies/search/?q=ete+no19999&min_rating=0").json
        assert [movie["tmdb_id"] for movie in found["results"]] == [FIRST_ID + FILMS - 1]


class TestSharedCache:
    @pytest.fixture
    def installation(self):
        return TWO_PROCESSES

    def test_what_it_holds_is_not_served_any_more(self, servers, storage_settings, export, tmp_path):
        path = "/movies/search/?q=exported&min_rating=0"
        states = [(answer.headers["X-Cache"], answer.json["count"]) for answer in map(servers.get, [path] * 3)]
        assert states == [("MISS", 0), ("HIT", 0), ("HIT", 0)]
        run(ini_of(storage_settings, tmp_path), export)
        assert servers.get(path).json["count"] == FILMS


FIGHT_CLUB = {"adult": False, "id": 550, "original_title": "Fight Club", "popularity": 27.5, "video": False}
UNKNOWN = {"adult": False, "id": 999_999_999, "original_title": "Nobody's", "popularity": 1.5, "video": False}


class TestFirstOpened:
    """Films of which the export alone has told, in a catalogue whose source is TMDB."""

    @pytest.fixture
    def settings(self, url, own_tmdb):
        return sql(url) | own_tmdb.settings

    @pytest.fixture
    def api(self, settings, tmp_path):
        export = tmp_path / "export"
        export.write_text(f"{json.dumps(FIGHT_CLUB)}\n{json.dumps(UNKNOWN)}\n")
        run(ini_of(settings, tmp_path), export)
        app = make_app(settings)
        yield ApiClient(described(app))
        close_app(app)

    def first(self, api):
        return api.get("/movies/?page_size=1").json["results"][0]

    def test_a_film_is_completed_by_the_source_once(self, api, own_tmdb):
        sketched = self.first(api)
        assert (sketched["title"], sketched["popularity"], sketched["overview"]) == ("Fight Club", 27.5, "")
        assert own_tmdb.paths() == []
        opened = api.get(f"/movies/{sketched['id']}/").json
        assert (opened["title"], opened["genre_ids"] != [], opened["release_date"]) == (
            "Fight Club",
            True,
            "1999-10-15",
        )
        assert opened["overview"]
        for _ in range(2):
            assert api.get(f"/movies/{sketched['id']}/").json == opened
        assert own_tmdb.paths() == ["movie/550"]
        assert self.first(api)["overview"] == opened["overview"]

    def test_a_later_export_does_not_undo_it(self, api, settings, tmp_path):
        movie_id = self.first(api)["id"]
        opened = api.get(f"/movies/{movie_id}/").json
        export = tmp_path / "tomorrow"
        export.write_text(json.dumps(FIGHT_CLUB | {"original_title": "Another", "popularity": 30.5}))
        run(ini_of(settings, tmp_path), export)
        listed = self.first(api)
        assert (listed["title"], listed["overview"], listed["popularity"]) == ("Fight Club", opened["overview"], 30.5)

    def test_while_the_source_is_away_it_is_shown_as_it_is(self, api, own_tmdb):
        own_tmdb.fault = faults.close_at_once
        movie_id = self.first(api)["id"]
        answer = api.get(f"/movies/{movie_id}/")
        assert (answer.status_code, answer.json["title"]) == (200, "Fight Club")
        assert answer.headers["Warning"].startswith("110")
        # Since it came into the catalogue, not since 1970.
        assert 0 <= int(answer.headers["Age"]) < 100

    def test_one_that_the_source_does_not_know_is_shown_as_it_is(self, api):
        movie_id = api.get("/movies/?ordering=popularity&page_size=1").json["results"][0]["id"]
        answer = api.get(f"/movies/{movie_id}/")
        assert (answer.status_code, answer.json["title"]) == (200, "Nobody's")


def test_a_whole_film_need_not_be_asked_for(url, own_tmdb, tmp_path):
    films = tmp_path / "films.jsonl"
    films.write_text('{"tmdb_id": 550, "title": "Fight Club", "overview": "Our own words."}\n')
    settings = sql(url) | own_tmdb.settings
    run(ini_of(settings, tmp_path), films)
    app = make_app(settings)
    api = ApiClient(described(app))
    movie_id = api.get("/movies/").json["results"][0]["id"]
    assert api.get(f"/movies/{movie_id}/").json["overview"] == "Our own words."
    assert own_tmdb.paths() == []
    close_app(app)


def test_figures_and_bad_lines_are_told_and_the_rest_is_taken_in(url, no_films, tmp_path):
    path = tmp_path / "export"
    lines = [json.dumps({"id": number, "original_title": f"Film {number}", "popularity": 1}) for number in (1, 2, 3)]
    path.write_text("\n".join([lines[0], "oops", '{"id": 7}', *lines[1:]]))
    process = start(ini_of(sql(url) | no_films, tmp_path), path)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 3
    assert f"{path}: 5 lines, 3 films, 3 of them new or changed; left out: 0 for adults, 2 bad lines" in stdout
    assert [line.split(":")[0] for line in stderr.splitlines()] == [f"{path}, line {it} is left out" for it in (2, 3)]
    with closing(SqlStorage(make_url(url))) as storage, storage.read() as session:
        heard = {it.refreshed_at for it in session.dump() if it.namespace == "tmdb"}
    assert heard == {NEVER}


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_standard_input_is_imported(url, no_films, tmp_path, compress):
    lines = b"".join(b'{"id": %d, "original_title": "Film", "popularity": 1}\n' % number for number in range(1, 5_001))
    done = subprocess.run(
        command("import", ini_of(sql(url) | no_films, tmp_path), "-"),
        input=compress(lines),
        capture_output=True,
        check=True,
        env=environ(),
    )
    assert b"standard input: 5,000 lines, 5,000 films, 5,000 of them new or changed" in done.stdout
