import io
import logging
import re

import pytest

from moviecatalog.logs.formatters import JsonFormatter, TextFormatter

GETS = [
    "/api/",
    "/api/movies/",
    "/api/movies/1/",
    "/api/movies/trending/",
    "/api/movies/popular/",
    "/api/movies/top_rated/",
    "/api/movies/search/?q=fight",
    "/api/movies/1/recommendations/",
    "/api/genres/",
    "/api/health/live/",
    "/api/health/ready/",
    "/api/openapi.json",
    "/api/docs/",
]


@pytest.mark.parametrize("path", GETS)
def test_head_works_wherever_get_does(api, path):
    got, headed = api.app.get(path), api.app.head(path)
    assert headed.status_code == 200
    assert headed.body == b""
    assert headed.headers["ETag"] == got.headers["ETag"] or path == "/api/health/ready/"


@pytest.mark.parametrize("path", [path for path in GETS if "ready" not in path])
def test_a_known_etag_answers_304_without_body(api, path):
    first = api.app.get(path)
    second = api.app.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 304
    assert second.body == b""
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["X-Request-ID"]
    assert api.app.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_etag_changes_with_the_answer(api):
    token = api.sign_up("ann")
    before = api.get("/movies/1/", token).headers["ETag"]
    api.post("/movies/1/add_to_favorites/", token=token)
    assert api.get("/movies/1/", token, headers={"If-None-Match": before}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/movies", "/api/movies/1", "/api/movies/popular", "/api/auth/users/me", "/api", "/api/docs"]
)
def test_a_missing_slash_is_answered_as_if_it_were_there(api, path):
    token = api.sign_up("ann")
    without, with_slash = api.get(path, token), api.get(f"{path}/", token)
    assert without.status_code == with_slash.status_code == 200
    assert without.body == with_slash.body


def test_a_missing_slash_is_fine_for_every_method(api):
    token = api.sign_up("ann")
    assert api.post("/movies/1/rate", {"rating": 9}, token).status_code == 201
    assert api.put("/movies/1/rate", {"rating": 8}, token).status_code == 200
    assert api.delete("/movies/1/remove_rating", token).status_code == 200


def test_links_have_the_slash_even_where_the_request_had_none(api):
    assert "/api/movies/?page=2" in api.get("/movies").json["next"]


class TestRequestId:
    @pytest.mark.parametrize("path", ["/api/movies/", "/api/nothing/", "/api/auth/users/me/"])
    def test_every_answer_has_one(self, api, path):
        ids = {api.app.get(path, expect_errors=True).headers["X-Request-ID"] for _ in range(2)}
        assert len(ids) == 2

    def test_a_sane_one_of_the_client_is_kept(self, api):
        assert api.get("/movies/", headers={"X-Request-ID": "my-id_1.2"}).headers["X-Request-ID"] == "my-id_1.2"

    @pytest.mark.parametrize("request_id", ["a b", "x" * 65, "é", "a;b"])
    def test_another_is_replaced(self, api, request_id):
        assert api.get("/movies/", headers={"X-Request-ID": request_id}).headers["X-Request-ID"] != request_id

    @pytest.mark.parametrize("formatter", [TextFormatter, JsonFormatter])
    @pytest.mark.in_process
    def test_it_is_in_the_log_with_the_path_and_never_the_query_string(self, api, formatter):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter())
        logger = logging.getLogger("moviecatalog.access")
        logger.addHandler(handler)
        try:
            api.get("/movies/?page=1&secret=hunter2", headers={"X-Request-ID": "trace-me"})
        finally:
            logger.removeHandler(handler)
        assert "trace-me" in stream.getvalue()
        assert "/api/movies/" in stream.getvalue()
        assert "hunter2" not in stream.getvalue()


class TestCors:
    ORIGIN = "https://app.example"

    @pytest.fixture
    def api(self, make_api):
        return make_api({"moviecatalog.cors_origins": self.ORIGIN})

    def test_preflight_of_an_allowed_origin_is_answered(self, api):
        headers = {"Origin": self.ORIGIN, "Access-Control-Request-Method": "DELETE"}
        answer = api.call("options", "/movies/1/remove_rating/", headers=headers)
        assert answer.status_code in (200, 204)
        assert answer.headers["Access-Control-Allow-Origin"] == self.ORIGIN
        assert "DELETE" in answer.headers["Access-Control-Allow-Methods"]
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]

    def test_preflight_of_another_origin_gets_no_allow_header(self, api):
        headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}
        answer = api.call("options", "/movies/1/remove_rating/", headers=headers)
        assert not [name for name in answer.headers if name.startswith("Access-Control-Allow")]

    @pytest.mark.parametrize("path", ["/movies/", "/movies/0/", "/auth/users/me/", "/movies/?page=0"])
    def test_answers_errors_included_may_be_read_by_an_allowed_origin(self, api, path):
        answer = api.get(path, headers={"Origin": self.ORIGIN})
        assert answer.headers["Access-Control-Allow-Origin"] == self.ORIGIN
        exposed = answer.headers["Access-Control-Expose-Headers"]
        for name in (
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
            "ETag",
            "X-Request-ID",
            "Retry-After",
        ):
            assert name in exposed

    @pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://localhost"])
    def test_other_origins_are_served_without_leave_to_read(self, api, origin):
        token = api.sign_up("ann")
        answer = api.post("/movies/1/rate/", {"rating": 9}, token, headers={"Origin": origin})
        assert answer.status_code == 201
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("header", [("Range", "bytes=0-10"), ("If-Modified-Since", "garbage"), ("Expect", "x")])
def test_headers_that_mean_nothing_here_are_ignored(api, header):
    assert api.get("/movies/", headers=dict([header])).status_code == 200


def test_the_docs_page_loads_nothing_from_elsewhere(api):
    page = api.app.get("/api/docs/").text
    assert not re.search(r"""(?:src|href)\s*=\s*["']?\s*(?:[a-z]+:)?//""", page, re.IGNORECASE)


def test_the_index_names_the_api_and_tmdbs_attribution(api):
    answer = api.app.get("/api/", headers={"Accept": "application/json"})
    assert answer.json["name"] == "moviecatalog"
    assert "TMDB" in answer.json["attribution"]


def test_the_index_shows_a_browser_the_films(api):
    page = api.app.get("/api/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.content_type == "text/html"
    assert api.get("/movies/popular/").json["results"][0]["title"] in page.text
    assert "not endorsed or certified by TMDB" in page.text
