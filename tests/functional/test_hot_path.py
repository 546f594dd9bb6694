"""What is answered by the short way, and what isn't: no client can tell."""

import pytest

from moviecatalog.services.cached_catalog import CachedCatalog
from moviecatalog.services.cached_source import CachedSource
from tests.functional.conftest import TWO_PROCESSES

LISTS = [
    "/movies/trending/?time_window=day",
    "/movies/popular/?page_size=100",
    "/movies/top_rated/?page=2",
    "/movies/search/?q=the",
    "/movies/search/?q=the&min_rating=5",
    "/movies/1/recommendations/",
]


@pytest.fixture(params=["sample, sqlite", "sample, postgresql"])
def installation(request):
    return request.param


@pytest.fixture
def whole_ways(api, monkeypatch):
    """The requests that came as far as Pyramid."""
    taken = []
    hot_path = api.app.app._app
    pyramid = hot_path._app
    monkeypatch.setattr(
        hot_path, "_app", lambda environ, start: taken.append(environ["PATH_INFO"]) or pyramid(environ, start)
    )
    return taken


def warm(api, path):
    """Made anew, then out of the cache, and so kept as it is."""
    api.get(path)
    return api.get(path)


@pytest.mark.parametrize("path", [*LISTS, "/movies/1/"])
class TestTheThirdWhoAsks:
    def test_is_answered_by_the_short_way_just_as_before(self, api, whole_ways, path):
        before = warm(api, path)
        whole_ways.clear()
        again = api.get(path)
        assert whole_ways == []
        assert (again.body, again.headers["ETag"]) == (before.body, before.headers["ETag"])
        assert again.headers["X-Cache"] == "HIT"

    def test_sees_his_own_marks(self, api, whole_ways, path):
        shown = warm(api, path).json
        films = [it["id"] for it in shown.get("results", [shown])]
        ann, bob = api.sign_up("ann"), api.sign_up("bob")
        api.post(f"/movies/{films[0]}/add_to_favorites/", None, ann)
        api.post(f"/movies/{films[-1]}/rate/", {"rating": 7}, ann)
        whole_ways.clear()
        for token in (ann, bob, None):
            seen = api.get(path, token).json
            marks = {it["id"]: (it["is_favorite"], it["user_rating"]) for it in seen.get("results", [seen])}
            unmarked = dict.fromkeys(films, (False, None))
            if token == ann:
                unmarked[films[0]] = (True, None)
                unmarked[films[-1]] = (len(films) == 1, 7)
            assert marks == unmarked
        assert whole_ways == []

    def test_who_has_it_already_is_told_so(self, api, whole_ways, path):
        etag = warm(api, path).headers["ETag"]
        whole_ways.clear()
        answer = api.get(path, headers={"If-None-Match": etag})
        assert (answer.status_code, answer.body, answer.headers["ETag"]) == (304, b"", etag)
        assert "Content-Type" not in answer.headers
        assert whole_ways == []

    def test_with_a_token_that_is_no_good_is_refused(self, api, path):
        warm(api, path)
        token = api.sign_up("ann")
        assert api.get(path, token).status_code == 200
        assert api.delete("/auth/users/me/", token, json={"password": "correct horse battery"}).status_code == 204
        for bad in (token, token[:-2], "x.y.z"):
            answer = api.get(path, bad)
            assert (answer.status_code, answer.json["detail"]) == (401, "Given token not valid for any token type")


def test_an_average_is_right_in_the_next_answer(api, whole_ways):
    ann, bob = api.sign_up("ann"), api.sign_up("bob")
    warm(api, "/movies/1/")
    for token, rating, average in [(ann, 9, 9.0), (bob, 8, 8.5), (ann, 10, 9.0)]:
        api.put("/movies/1/rate/", {"rating": rating}, token)
        whole_ways.clear()
        for viewer in (ann, bob, None):
            assert api.get("/movies/1/", viewer).json["average_rating"] == average
        assert whole_ways == []


def test_every_request_counts(make_api):
    api = make_api({"moviecatalog.ratelimit.anonymous": "5 per hour", "moviecatalog.ratelimit.user": "3 per hour"})
    token = api.sign_up("ann")
    for left in (2, 1, 0):
        answer = api.get("/movies/popular/")
        assert (answer.status_code, answer.headers["X-RateLimit-Remaining"]) == (200, str(left))
    for left in (2, 1, 0):
        answer = api.get("/movies/popular/", token)
        assert (answer.status_code, answer.headers["X-RateLimit-Remaining"]) == (200, str(left))
    for viewer in (None, token):
        for _ in range(2):
            answer = api.get("/movies/popular/", viewer)
            assert (answer.status_code, answer.headers["X-RateLimit-Remaining"]) == (429, "0")
            assert int(answer.headers["Retry-After"]) > 0


def test_what_was_invalidated_is_not_shown_again(api, whole_ways):
    warm(api, "/movies/popular/")
    api.registry.services.answers.invalidate()
    whole_ways.clear()
    assert api.get("/movies/popular/").headers["X-Cache"] == "MISS"
    assert whole_ways == ["/api/movies/popular/"]


def test_links_lead_back_to_the_host_that_was_asked(api):
    for host in ("one.example.org", "two.example.org") * 3:
        answer = api.get("/movies/popular/", headers={"Host": host})
        assert answer.json["next"].startswith(f"http://{host}/")


@pytest.mark.parametrize("settings", [{"moviecatalog.cache": "none"}, {"moviecatalog.hot_path": "false"}])
def test_what_no_cache_keeps_is_made_each_time(make_api, monkeypatch, settings):
    api = make_api(settings)
    made = []
    for place, name in ((CachedSource, "cut"), (CachedCatalog, "movie")):
        real = getattr(place, name)
        monkeypatch.setattr(place, name, lambda *args, real=real: made.append(1) or real(*args))
    for _ in range(4):
        api.get("/movies/popular/")
        api.get("/movies/1/")
    assert len(made) == 8


def test_an_answer_with_a_cache_control_of_its_own_is_not_kept(make_api, monkeypatch, tmp_path):
    (tmp_path / "hour.py").write_text(
        "def hourly(handler, registry):\n"
        "    def answer(request):\n"
        "        response = handler(request)\n"
        "        response.headers['Cache-Control'] = 'no-store'\n"
        "        response.headers['X-Hour'] = str(next(registry.hours))\n"
        "        return response\n"
        "    return answer\n"
        "def includeme(config):\n"
        "    config.registry.hours = iter(range(100))\n"
        "    config.add_tween('hour.hourly')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    api = make_api({"moviecatalog.includes": "hour"})
    call = api.app.app
    seen = []

    def start(_status, headers, *_):
        seen.append(dict(headers)["X-Hour"])

    for _ in range(4):
        list(call({"REQUEST_METHOD": "GET", "PATH_INFO": "/api/movies/popular/", "HTTP_HOST": "x"} | WSGI, start))
    assert seen == ["0", "1", "2", "3"]


WSGI = {
    "SERVER_NAME": "x",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "192.0.2.1",
    "QUERY_STRING": "",
    "SCRIPT_NAME": "",
    "wsgi.url_scheme": "http",
}


class TestTwoProcesses:
    @pytest.fixture
    def installation(self):
        return TWO_PROCESSES

    def test_both_show_what_one_of_them_invalidated(self, api):
        for _ in range(20):
            for _ in range(4):
                api.get("/movies/popular/")
            assert api.get("/movies/popular/").headers["X-Cache"] == "HIT"
            # By a third process.
            api.registry.services.answers.invalidate()
            states = [api.get("/movies/popular/").headers["X-Cache"] for _ in range(2)]
            # The first makes it anew, for both.
            assert states == ["MISS", "HIT"]

    def test_a_favorite_shows_in_the_next_answer_of_each(self, api):
        token = api.sign_up("ann")
        film = api.get("/movies/popular/").json["results"][0]["id"]
        for _ in range(5):
            for _ in range(4):
                api.get("/movies/popular/", token)
            assert api.post(f"/movies/{film}/add_to_favorites/", None, token).status_code == 201
            for _ in range(2):
                assert api.get("/movies/popular/", token).json["results"][0]["is_favorite"] is True
            api.delete(f"/movies/{film}/remove_from_favorites/", token)
            for _ in range(2):
                assert api.get("/movies/popular/", token).json["results"][0]["is_favorite"] is False
