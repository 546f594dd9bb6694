"""TMDB, with the films that ship behind it; and going from one to the other."""

import pytest

from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from tests.functional.conftest import sqlite
from tests.standins import faults

LISTS = ["/movies/trending/", "/movies/popular/", "/movies/top_rated/", "/movies/search/?q=fight"]


@pytest.fixture
def tmdb(own_tmdb):
    return own_tmdb


@pytest.fixture
def installation():
    return "sample, sqlite"


@pytest.fixture
def storage_settings(tmp_path):
    """A database without a film."""
    settings = sqlite(tmp_path / "new.sqlite")
    storage = SqlStorage.from_settings(
        SqlStorage.Settings(
            url=SqlStorage.Settings.__dataclass_fields__["url"].metadata["parse"](
                settings["moviecatalog.storage.sqlalchemy.url"]
            )
        )
    )
    storage.migrate()
    storage.close()
    return settings


class TestTmdbThenSample:
    @pytest.fixture
    def api(self, make_api, tmdb):
        return make_api(tmdb.settings | {"moviecatalog.source": "tmdb sample", "moviecatalog.cache.ttl": "1"})

    def test_hears_tmdb_while_it_answers(self, api, tmdb):
        tmdb.twist = lambda _path, body: (
            body | {"results": [it | {"title": f"{it['title']} by TMDB"} for it in body["results"]]}
        )
        for path in LISTS:
            assert api.get(path).json["results"][0]["title"].endswith("by TMDB")

    @pytest.mark.parametrize("path", LISTS)
    def test_hears_the_sample_where_tmdb_never_answered(self, api, tmdb, path):
        tmdb.fault = faults.status(500)
        answer = api.get(path)
        assert answer.status_code == 200
        assert answer.json["results"]
        assert "Warning" not in answer.headers

    def test_prefers_what_tmdb_said_once(self, make_api, tmdb):
        api = make_api(tmdb.settings | {"moviecatalog.source": "tmdb sample", "moviecatalog.cache.ttl": "1"})
        tmdb.twist = lambda _path, body: body | {"results": body["results"][:3], "total_results": 3, "total_pages": 1}
        assert api.get("/movies/popular/").json["count"] == 3
        tmdb.fault = faults.status(500)
        assert api.get("/movies/popular/").json["count"] == 3
        assert api.get("/movies/top_rated/").json["count"] > 100
        assert api.get("/movies/popular/").json["count"] == 3

    def test_knows_all_films_of_the_sample_from_the_start(self, api):
        assert api.get("/movies/").json["count"] == 400

    def test_what_tmdb_told_of_a_film_is_not_overwritten_by_the_sample(self, api, tmdb):
        tmdb.twist = lambda _path, body: (
            body | {"results": [it | {"title": f"{it['title']} by TMDB"} for it in body["results"]]}
        )
        movie = api.get("/movies/popular/").json["results"][0]
        tmdb.fault = faults.status(500)
        assert movie["id"] in [it["id"] for it in api.get("/movies/trending/?page_size=100").json["results"]]
        assert api.get(f"/movies/{movie['id']}/").json["title"] == movie["title"]


@pytest.mark.parametrize(("is_key_good", "state"), [(True, "ok"), (False, "misconfigured")])
def test_a_refused_key_is_told_whatever_stands_behind(make_api, tmdb, is_key_good, state):
    tmdb.is_key_good = is_key_good
    api = make_api(tmdb.settings | {"moviecatalog.source": "tmdb sample"})
    assert api.get("/health/ready/").json["checks"]["source"]["state"] == state
    assert api.get("/movies/popular/").status_code == 200


def test_the_health_is_well_while_one_of_them_works(make_api, tmdb):
    tmdb.fault = faults.status(500)
    api = make_api(tmdb.settings | {"moviecatalog.source": "tmdb sample"})
    assert api.get("/health/ready/").json["checks"]["source"]["state"] == "ok"
    assert make_api(tmdb.settings).get("/health/ready/").json["checks"]["source"]["state"] == "failing"


def test_genres_are_answered_while_tmdb_is_away(make_api, tmdb):
    tmdb.fault = faults.status(500)
    assert {"id": 28, "name": "Action"} in make_api(tmdb.settings).get("/genres/").json


def test_with_tmdb_alone_the_catalogue_grows_with_what_is_answered(make_api, tmdb):
    api = make_api(tmdb.settings)
    assert api.get("/movies/").json["count"] == 0
    shown = api.get("/movies/popular/").json["results"]
    assert api.get("/movies/").json["count"] == 20
    for movie in shown:
        assert api.get(f"/movies/{movie['id']}/").json["title"] == movie["title"]


def test_going_from_the_sample_to_tmdb_and_back_loses_nothing(make_api, tmdb):
    sample = make_api()
    token = sample.sign_up("ann")
    movie_id = sample.get("/movies/search/?q=fight+club").json["results"][0]["id"]
    sample.post(f"/movies/{movie_id}/add_to_favorites/", token=token)
    sample.post(f"/movies/{movie_id}/rate/", {"rating": 9, "review": "Twice."}, token)

    def marks(api):
        return {
            "favorites": api.get("/movies/favorites/my_favorites/", token).json["results"],
            "ratings": api.get("/movies/ratings/my_ratings/", token).json["results"],
        }

    before = marks(sample)
    assert len(before["favorites"]) == len(before["ratings"]) == 1
    for settings in (tmdb.settings, {}):
        api = make_api(settings)
        found = api.get("/movies/search/?q=fight+club", token).json["results"][0]
        assert (found["id"], found["is_favorite"], found["user_rating"]) == (movie_id, True, 9)
        assert marks(api) == before
