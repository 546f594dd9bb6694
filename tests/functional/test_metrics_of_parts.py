"""What the parts of an installation have counted: limits, tokens, cache, sources, database. And what is never told."""

import time
from contextlib import closing

import pytest

from tests.functional.figures import ON, scrape, unchecked
from tests.standins import faults
from tests.standins.tmdb import KEY


@pytest.fixture
def tmdb(own_tmdb):
    return own_tmdb


@pytest.fixture
def installation():
    return "sample, sqlite"


class TestLimitsAndTokens:
    def test_what_comes_past_a_limit_is_told_by_the_limit(self, make_api):
        limits = {"user": 2, "anonymous": 7, "sign_in": 1, "registration": 1}
        api = make_api(ON | {f"moviecatalog.ratelimit.{name}": f"{limit} per hour" for name, limit in limits.items()})
        token = api.sign_up("ann")
        assert api.register("bob").status_code == 429
        assert api.sign_in("ann", "wrong").status_code == 401
        assert [api.sign_in("ann", "wrong").status_code for _ in range(2)] == [429, 429]
        # By now somebody anonymous has asked six times.
        assert [api.get("/movies/1/").status_code for _ in range(4)] == [200, 429, 429, 429]
        assert [api.get("/movies/1/", token).status_code for _ in range(3)] == [200, 200, 429]
        figures = scrape(api)
        assert figures.of("rate_limit_rejections_total") == {
            ("user",): 1,
            ("anonymous",): 3,
            ("sign_in",): 2,
            ("registration",): 1,
        }
        assert figures.requests()["GET", "movie", "429"] == 4

    def test_refused_tokens_are_told_by_their_kind(self, make_api):
        api = make_api(ON)
        for _ in range(2):
            assert api.get("/movies/1/", "not.a.token").status_code == 401
        assert api.get("/auth/users/me/").status_code == 401
        assert api.post("/auth/token/refresh/", {"refresh": "x"}).status_code == 401
        assert scrape(api).of("bad_tokens_total") == {("access",): 2, ("refresh",): 1}


class TestCacheAndSource:
    @pytest.fixture
    def api(self, make_api, tmdb):
        return make_api(ON | tmdb.settings | {"moviecatalog.cache.ttl": "1", "moviecatalog.cache.renew_ttl": "0"})

    def test_a_source_that_goes_away(self, api, tmdb):
        assert [api.get("/movies/popular/").headers["X-Cache"] for _ in range(3)] == ["MISS", "HIT", "HIT"]
        figures = scrape(api)
        assert figures.of("cache_answers_total") == {("popular", "MISS"): 1, ("popular", "HIT"): 2}
        assert figures.of("source_calls_total") == {("ok", "tmdb"): 1}
        assert figures.of("source_breaker_open") == {}

        tmdb.fault = faults.status(500)
        time.sleep(1.1)
        assert api.get("/movies/popular/").headers["X-Cache"] == "STALE"
        assert api.get("/movies/top_rated/").status_code == 503
        assert api.get("/movies/trending/").status_code == 503
        figures = scrape(api)
        assert figures.of("cache_answers_total") == {
            ("popular", "MISS"): 1,
            ("popular", "HIT"): 2,
            ("popular", "STALE"): 1,
        }
        assert figures.of("source_calls_total") == {("ok", "tmdb"): 1, ("unavailable", "tmdb"): 3}
        assert figures.of("source_breaker_open") == {("tmdb",): 1}
        assert figures.requests() == {
            ("GET", "popular", "200"): 4,
            ("GET", "top_rated", "503"): 1,
            ("GET", "trending", "503"): 1,
        }

    def test_a_film_that_is_stored_while_the_source_is_away(self, api, tmdb):
        movie_id = api.get("/movies/popular/").json["results"][0]["id"]
        tmdb.fault = faults.status(500)
        time.sleep(1.1)
        assert api.get(f"/movies/{movie_id}/").headers["X-Cache"] == "STALE"
        assert scrape(api).of("cache_answers_total") == {("popular", "MISS"): 1, ("movie", "STALE"): 1}

    def test_a_film_that_the_source_forgot(self, api, tmdb):
        movie_id = api.get("/movies/popular/").json["results"][0]["id"]
        tmdb.fault = faults.status(404)
        time.sleep(1.1)
        assert api.get(f"/movies/{movie_id}/").status_code == 200
        assert scrape(api).of("source_calls_total") == {("ok", "tmdb"): 1, ("not_found", "tmdb"): 1}

    def test_a_key_that_is_refused(self, api, tmdb):
        tmdb.is_key_good = False
        assert api.get("/movies/popular/").status_code == 503
        assert scrape(api).of("source_calls_total") == {("misconfigured", "tmdb"): 1}

    def test_several_sources_are_told_apart(self, make_api, tmdb):
        tmdb.fault = faults.status(500)
        api = make_api(ON | tmdb.settings | {"moviecatalog.source": "tmdb sample"})
        assert api.get("/movies/popular/").status_code == 200
        assert scrape(api).of("source_calls_total") == {("unavailable", "tmdb"): 1, ("ok", "sample"): 1}


class TestTheDatabase:
    def test_its_pool_is_told(self, make_api):
        api = make_api(ON)
        figures = scrape(api)
        assert (figures.of("storage_pool_checked_out"), figures.of("storage_pool_size")) == ({}, {(): 10})
        with closing(api.registry.plugins.storage._engine.connect()):
            assert scrape(api).of("storage_pool_checked_out") == {(): 1}

    def test_its_absence_is_counted(self, make_api, tmp_path):
        api = make_api(ON)
        path = tmp_path / "movies.sqlite"
        api.registry.plugins.storage._engine.dispose()
        path.rename(tmp_path / "away.sqlite")
        assert [api.get("/movies/1/").status_code for _ in range(2)] == [503, 503]
        assert scrape(api).of("storage_unavailable_total") == {(): 2}


def test_two_applications_of_one_process_do_not_mix(make_api):
    one, other, silent = make_api(ON), make_api(ON | {"moviecatalog.cache": "none"}), make_api()
    for api in (one, one, other, silent):
        api.get("/movies/popular/")
    assert scrape(one).requests() == {("GET", "popular", "200"): 2}
    assert scrape(other).requests() == {("GET", "popular", "200"): 1}
    assert scrape(one).of("cache_answers_total") == {("popular", "MISS"): 1, ("popular", "HIT"): 1}
    assert scrape(other).of("cache_answers_total") == {("popular", "MISS"): 1}


def test_nothing_that_anybody_sent_or_keeps_secret_is_told(make_api, tmdb):
    api = make_api(ON | tmdb.settings)
    token = api.sign_up("tellmenot")
    secrets = ["tellmenot", "correct horse battery", "battery", token, token.split(".")[2], KEY, "for-tests-only-"]
    api.sign_in("tellmenot", "wrong-password")
    api.get("/movies/search/?q=secretwords", token)
    api.get("/movies/search/?q=secretwords&min_rating=5", token)
    api.get("/secretpath/?q=secretwords")
    unchecked(api).request("/api/movies/1/", method="SECRETMETHOD", status=405)
    api.get("/movies/1/", "secret.bad.token", headers={"X-Request-ID": "secret-id", "X-Forwarded-For": "192.0.2.77"})
    tmdb.fault = faults.status(500)
    api.get("/movies/search/?q=secretwords2")
    text = scrape(api).text.lower()
    assert len(text) > 1_000
    for secret in [*secrets, "secretwords", "secretpath", "secretmethod", "secret", "192.0.2.77", str(tmdb.port)]:
        assert secret.lower() not in text
    assert api.registry.plugins.storage.catalogue_id not in text
