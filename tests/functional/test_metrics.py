"""What Prometheus is told, and what it isn't."""

import time
from contextlib import closing

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families
from sqlalchemy import event
from webtest import TestApp

from tests.functional.figures import ON, scrape
from tests.standins import faults
from tests.standins.tmdb import KEY

FAMILIES = {
    "http_requests_total",
    "http_request_duration_seconds_bucket",
    "http_request_duration_seconds_count",
    "http_request_duration_seconds_sum",
    "cache_answers_total",
    "source_calls_total",
    "source_breaker_open",
    "rate_limit_rejections_total",
    "bad_tokens_total",
    "storage_pool_checked_out",
    "storage_pool_size",
    "storage_unavailable_total",
}


def unchecked(api):
    """WebTest's own checks know few methods."""
    return TestApp(api.app.app, lint=False)


@pytest.fixture
def tmdb(own_tmdb):
    return own_tmdb


@pytest.fixture
def installation():
    return "sample, sqlite"


class TestWhereSwitchedOff:
    @pytest.mark.parametrize("settings", [{}, {"moviecatalog.metrics": "false"}])
    def test_there_is_no_such_path(self, make_api, settings):
        api = make_api(settings)
        answer = api.app.get("/metrics", status=404)
        assert answer.json == {"detail": "Not found."}
        assert answer.content_type == "application/json"
        assert api.app.head("/metrics", status=404).body == b""


class TestTheScrape:
    @pytest.fixture
    def api(self, make_api):
        return make_api(ON | {"moviecatalog.ratelimit.anonymous": "1 per hour"})

    def test_is_prometheus_own_format_and_kept_by_nobody(self, api):
        answer = api.app.get("/metrics")
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"

    def test_is_openmetrics_where_that_is_asked_for(self, api):
        accept = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.1"
        api.get("/movies/popular/")
        answer = api.app.get("/metrics", headers={"Accept": accept})
        assert answer.content_type == "application/openmetrics-text"
        names = {sample.name for family in openmetrics_families(answer.text) for sample in family.samples}
        assert "moviecatalog_http_requests_total" in names

    @pytest.mark.parametrize("accept", ["application/openmetrics-text;version=x\u00e9;escaping=?", ";,;=", "q=0"])
    def test_does_not_mind_what_is_asked_for(self, api, accept):
        assert api.app.get("/metrics", headers={"Accept": accept.encode().decode("latin-1")}).status_code == 200

    def test_has_a_head(self, api):
        answer = api.app.head("/metrics")
        assert (answer.status_code, answer.body) == (200, b"")
        assert int(answer.headers["Content-Length"]) > 1_000

    def test_is_for_reading_only(self, api):
        answer = api.app.post("/metrics", status=405)
        assert answer.json["detail"]
        assert "GET" in answer.headers["Allow"]

    def test_counts_against_no_limit_and_reads_no_credentials(self, api):
        for _ in range(3):
            answer = api.app.get("/metrics", headers={"Authorization": "Bearer not.a.token"})
            assert answer.status_code == 200
            assert "X-RateLimit-Limit" not in answer.headers

    def test_is_in_the_access_log(self, api, caplog):
        api.app.get("/metrics")
        (line,) = [record for record in caplog.records if record.name == "moviecatalog.access"]
        assert "GET /metrics 200" in line.getMessage()

    def test_is_no_part_of_the_apis_description(self, api):
        assert "metrics" not in str(list(api.get("/openapi.json").json["paths"]))

    def test_has_what_the_readme_lists(self, make_api, tmdb):
        api = make_api(ON | tmdb.settings)
        api.get("/movies/popular/")
        assert {sample.name for sample in scrape(api).samples} == {f"moviecatalog_{name}" for name in FAMILIES}

    def test_counts_scrapes_too(self, api):
        scrape(api)
        assert scrape(api).of("http_requests_total")["GET", "metrics", "200"] == 1


class TestRequests:
    @pytest.fixture
    def api(self, make_api):
        return make_api(ON)

    def test_are_told_by_method_route_and_status(self, api):
        for _ in range(3):
            api.get("/movies/1/")
        api.get("/movies/2/")
        api.get("/movies/999999/")
        api.app.head("/api/movies/1/")
        api.post("/auth/token/", {"username": "ann"})
        figures = scrape(api)
        assert figures.requests() == {
            ("GET", "movie", "200"): 4,
            ("GET", "movie", "404"): 1,
            ("HEAD", "movie", "200"): 1,
            ("POST", "token", "400"): 1,
        }
        assert figures.of("http_request_duration_seconds_count") == {("movie",): 6, ("token",): 1}
        assert 0 < figures.of("http_request_duration_seconds_sum")["movie",] < 6

    def test_nobody_can_make_labels(self, api):
        for number in range(5):
            api.app.request(f"/some/path/{number}", method="GET", status=404)
            unchecked(api).request("/api/movies/1/", method=f"METHOD{number}", status=405)
            api.app.request(f"/api/movies/{'9' * (20 + number)}/", status=404)
        assert scrape(api).requests() == {("GET", "none", "404"): 10, ("other", "movie", "405"): 5}

    def test_that_never_reach_the_application_are_counted(self, api):
        api.app.post("/api/auth/token/", b"x" * 70_000, status=413)
        api.app.get("/api/movies/", headers={"Host": "a b"}, status=400)
        api.app.get("/api/%ff/", status=400)
        assert scrape(api).requests() == {("POST", "none", "413"): 1, ("GET", "none", "400"): 2}

    def test_that_no_application_can_answer_are_counted_once(self, api, monkeypatch):
        def broken(_request):
            raise RuntimeError

        monkeypatch.setattr("moviecatalog.http.conditional._unless_known", lambda *_: broken(None))
        api.app.get("/api/movies/1/", status=500)
        monkeypatch.undo()
        assert scrape(api).requests() == {("GET", "none", "500"): 1}

    def test_cost_no_statement_more(self, api):
        statements = []
        event.listen(
            api.registry.plugins.storage._engine, "before_cursor_execute", lambda *args: statements.append(args[2])
        )
        api.get("/movies/popular/")
        statements.clear()
        assert api.get("/movies/popular/").headers["X-Cache"] == "HIT"
        scrape(api)
        assert statements == []


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
