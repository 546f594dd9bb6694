"""The tweens and the renderer in an application of their own: what every answer has, whatever it is about."""

import datetime as dt
import logging
from types import SimpleNamespace

import pytest
import webtest
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response

from moviecatalog.http.guard import Guard
from moviecatalog.request import Request

ORIGIN = "https://app.example"
PREFLIGHT = {"Access-Control-Request-Method": "DELETE"}


def missing(_request):
    raise HTTPNotFound


def broken(_request):
    raise RuntimeError("broken inside")


VIEWS = {
    "/item": lambda request: {"at": dt.datetime(2024, 1, 15, 10, 30, 0, 123_456, dt.UTC), "ratio": float("nan")},
    "/missing": missing,
    "/broken": broken,
    "/public": lambda request: Response(b"x", cache_control="public, max-age=60"),
}


@pytest.fixture(scope="module")
def app():
    with Configurator(request_factory=Request) as config:
        config.registry.core_settings = SimpleNamespace(http=SimpleNamespace(cors_origins=(ORIGIN,)))
        config.registry.api_services = {}
        config.include("moviecatalog.http.json_renderer")
        config.include("moviecatalog.http.access_log")
        config.include("moviecatalog.http.cors")
        config.include("moviecatalog.http.conditional")
        for path, view in VIEWS.items():
            config.add_route(path, path)
            config.add_view(view, route_name=path, renderer="json")
        return webtest.TestApp(Guard(config.make_wsgi_app(), 1_000))


@pytest.fixture
def lines(caplog):
    """What the access log has been told."""
    caplog.set_level(logging.INFO, "moviecatalog.access")
    return lambda: [record for record in caplog.records if record.name == "moviecatalog.access"]


class TestOrder:
    """Each tween's work shows on what comes from further inside, errors included."""

    def test_an_error_raised_by_a_view_has_every_header_and_its_line(self, app, lines):
        answer = app.get("/missing", headers={"Origin": ORIGIN}, status=404)
        assert answer.headers["X-Request-ID"]
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert [line.fields["status"] for line in lines()] == [404]

    def test_what_no_exception_view_takes_has_its_line_too(self, app, lines):
        app.get("/broken", status=500)
        assert [line.fields["status"] for line in lines()] == [500]

    def test_a_preflight_is_logged(self, app, lines):
        app.options("/nowhere", headers=PREFLIGHT | {"Origin": ORIGIN})
        assert [line.fields["status"] for line in lines()] == [204]

    def test_304_may_be_read_by_an_allowed_origin(self, app):
        answer = app.get("/item", headers={"If-None-Match": "*", "Origin": ORIGIN}, status=304)
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


class TestAccessLog:
    def test_a_line_has_fields_for_machines(self, app, lines):
        app.get("/item?q=hunter2")
        fields = lines()[0].fields
        assert fields.pop("milliseconds") >= 0
        assert fields == {"method": "GET", "path": "/item", "status": 200, "route": "/item", "user_id": None}

    @pytest.mark.parametrize("character", ["%0A", "%0D", "%1B", "%C2%85", "%E2%80%A8"])
    def test_no_path_begins_another_line(self, app, lines, character):
        app.get(f"/a{character}forged", status=404)
        assert len(lines()[0].getMessage().splitlines()) == 1
        assert lines()[0].getMessage().isprintable()


class TestCors:
    def test_a_preflight_is_answered_whatever_the_path(self, app):
        answer = app.options("/nowhere", headers=PREFLIGHT | {"Origin": ORIGIN}, status=204)
        assert answer.body == b""
        assert "Content-Type" not in answer.headers
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, PUT, PATCH, DELETE"
        assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
        assert int(answer.headers["Access-Control-Max-Age"]) > 0

    @pytest.mark.parametrize("origin", [{}, {"Origin": "null"}, {"Origin": "https://app.example.evil"}])
    def test_another_origins_preflight_is_answered_without_leave(self, app, origin):
        answer = app.options("/item", headers=PREFLIGHT | origin, status=204)
        assert not [name for name in answer.headers if name.startswith("Access-Control")]

    def test_options_that_is_no_preflight_goes_on(self, app):
        assert app.options("/nowhere", headers={"Origin": ORIGIN}, status=404)

    def test_caches_keep_origins_apart(self, app):
        assert app.get("/item").headers["Vary"] == "Authorization, Origin"
        assert app.options("/item", headers=PREFLIGHT).headers["Vary"] == "Origin"


class TestConditional:
    @pytest.fixture
    def etag(self, app):
        return app.get("/item").headers["ETag"]

    @pytest.mark.parametrize("sent", ["{}", "W/{}", '"a", {}', '"a",W/{} , "b"', "*"])
    def test_a_known_answer_is_304(self, app, etag, sent):
        answer = app.get("/item", headers={"If-None-Match": sent.format(etag)}, status=304)
        assert answer.body == b""
        assert "Content-Type" not in answer.headers
        assert "Content-Length" not in answer.headers
        assert answer.headers["ETag"] == etag
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Vary"] == "Authorization, Origin"

    @pytest.mark.parametrize("sent", ['"a"', "garbage", '"', ""])
    def test_an_unknown_one_is_sent(self, app, sent):
        assert app.get("/item", headers={"If-None-Match": sent}, status=200).body

    def test_head_has_the_headers_of_get(self, app, etag):
        got, headed = app.get("/item"), app.head("/item")
        assert headed.headers["ETag"] == etag
        assert headed.headers["Content-Length"] == got.headers["Content-Length"]
        app.head("/item", headers={"If-None-Match": etag}, status=304)

    def test_parts_and_dates_are_not_served(self, app):
        headers = {"Range": "bytes=0-1", "If-Modified-Since": "Mon, 01 Jan 2035 00:00:00 GMT"}
        assert app.get("/item", headers=headers, status=200).json

    def test_a_view_may_say_itself_who_keeps_its_answer(self, app):
        assert app.get("/public").headers["Cache-Control"] == "public, max-age=60"

    def test_errors_have_no_etag(self, app):
        assert "ETag" not in app.get("/missing", headers={"If-None-Match": "*"}, status=404).headers


def test_json_has_times_in_utc_and_nothing_that_json_has_not(app):
    answer = app.get("/item")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == {"at": "2024-01-15T10:30:00Z", "ratio": None}


@pytest.mark.parametrize("accept", ["text/html", "garbage", "application/xml;q=1, */*;q=0"])
def test_accept_is_not_consulted(app, accept):
    assert app.get("/item", headers={"Accept": accept}).content_type == "application/json"
