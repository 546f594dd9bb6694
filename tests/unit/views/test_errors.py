"""Errors that somebody else's views raise, as integrators write them."""

import pytest
from pyramid.httpexceptions import HTTPConflict, HTTPFound, HTTPNoContent, HTTPServiceUnavailable, HTTPUnauthorized

from moviecatalog.testing.application import close_app, make_app

RAISED = {
    "moved": lambda: HTTPFound("/api/movies/"),
    "nothing": HTTPNoContent,
    "conflict": lambda: HTTPConflict("Somebody was quicker."),
    "away": lambda: HTTPServiceUnavailable(headers=[("Retry-After", "7")]),
    "stranger": lambda: HTTPUnauthorized(
        headers=[("WWW-Authenticate", 'Basic realm="a"'), ("WWW-Authenticate", 'Bearer realm="b"')]
    ),
}


def includeme(config):
    def raise_it(request):
        make = RAISED[request.matchdict["what"]]
        raise make()

    config.add_route("raised", "/raised/{what}/")
    config.add_view(raise_it, route_name="raised")


@pytest.fixture(scope="module")
def app():
    app = make_app({"moviecatalog.includes": __name__})
    yield app
    close_app(app)


def test_a_redirection_goes_where_it_says(app):
    answer = app.get("/api/raised/moved/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "http://localhost/api/movies/"
    assert answer.follow().json["count"] == 400


def test_an_answer_without_content_has_none(app):
    answer = app.get("/api/raised/nothing/")
    assert (answer.status_code, answer.body) == (204, b"")


def test_an_error_is_told_in_the_documented_form(app):
    answer = app.get("/api/raised/conflict/", status=409)
    assert answer.json == {"detail": "Somebody was quicker."}


@pytest.mark.parametrize(
    ("what", "status", "name", "value"),
    [
        ("away", 503, "Retry-After", "7"),
        ("stranger", 401, "WWW-Authenticate", 'Basic realm="a", Bearer realm="b"'),
    ],
)
def test_an_error_keeps_what_it_advises(app, what, status, name, value):
    answer = app.get(f"/api/raised/{what}/", status=status)
    assert answer.headers.getall(name) == [value]
    assert answer.content_type == "application/json"
