"""What Prometheus is told, and what it isn't."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families

from tests.engines.statements import noted
from tests.functional.figures import ON, scrape, unchecked

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
        with noted(api.registry.plugins.storage) as statements:
            api.get("/movies/popular/")
            statements.clear()
            assert api.get("/movies/popular/").headers["X-Cache"] == "HIT"
            scrape(api)
        assert statements == []
