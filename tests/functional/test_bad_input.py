"""Input that no client should send, each with the answer that it gets."""

import itertools

import pytest

RATE = "/api/movies/1/rate/"
ENVELOPE = {"error", "details"}


NAMES = (f"user{number}" for number in itertools.count())


@pytest.fixture
def api(shared_api):
    """What is refused leaves nothing behind; who is let in is somebody else each time."""
    return shared_api


@pytest.fixture
def token(api):
    return api.sign_up(next(NAMES))


@pytest.fixture
def send(api, token):

    def send(body, content_type="application/json", headers=None, path=RATE):
        headers = {"Authorization": f"Bearer {token}", **(headers or {})}
        if content_type is not None:
            headers["Content-Type"] = content_type
        else:
            api.app.lint = False
        return api.app.request(path, method="POST", body=body, headers=headers, expect_errors=True)

    return send


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"rating":',
        b"[]",
        b'"a"',
        b"5",
        b"true",
        b"null",
        b'{"rating": NaN}',
        b'{"rating": Infinity}',
        b'{"rating": ' + b"9" * 5_000 + b"}",
        b'{"rating": 9, "rating": 8}',
        b'{"rating": 9, "review": "\xff"}',
        b"\xef\xbb\xbf" + b'{"rating": 9}',
        '{"rating": 9}'.encode("utf-16"),
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"[" * 60_000,
    ],
    ids=lambda body: repr(body[:30]),
)
def test_a_body_that_cannot_be_read_is_400_without_field(send, body):
    answer = send(body)
    assert answer.status_code == 400
    assert set(answer.json) == ENVELOPE
    assert set(answer.json["details"]) == {"non_field_errors"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"rating": 1e400}', "rating"),
        (b'{"rating": 9, "review": "a\\u0000b"}', "review"),
        (b'{"rating": 9, "review": "\\ud800"}', "review"),
    ],
    ids=repr,
)
def test_a_value_that_cannot_be_stored_is_told_at_its_field(send, body, field):
    answer = send(body)
    assert answer.status_code == 400
    assert set(answer.json["details"]) == {field}


def test_an_empty_object_misses_its_fields(send):
    answer = send(b"{}")
    assert answer.status_code == 400
    assert answer.json == {"error": "Invalid request data", "details": {"rating": ["This is required."]}}


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/xml",
        "application/vnd.api+json",
        None,
    ],
)
def test_another_content_type_is_415(send, content_type):
    answer = send(b'{"rating": 9}', content_type)
    assert answer.status_code == 415
    assert set(answer.json) == {"detail"}


@pytest.mark.parametrize(
    "content_type", ["Application/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8"]
)
def test_json_in_any_spelling_is_taken(send, content_type):
    assert send(b'{"rating": 9}', content_type).status_code == 201


@pytest.mark.parametrize("charset", ["bogus", "utf-16", "latin-1"])
def test_another_charset_is_refused(send, charset):
    assert send(b'{"rating": 9}', f"application/json; charset={charset}").status_code in (400, 415)


def test_a_body_over_the_cap_is_413(send):
    answer = send(b'{"rating": 9, "review": "' + b"x" * 65_536 + b'"}')
    assert answer.status_code == 413
    assert set(answer.json) == {"detail"}


def test_messages_do_not_echo_the_input(send):
    answer = send(b'{"rating": "' + b"9" * 4_000 + b'"}')
    assert "999" not in answer.text


@pytest.mark.parametrize("path", ["/api/movies/%ff/", "/api/%ff/", "/api/movies/?page=%ff", "/api/movies/?x=%ff"])
def test_a_url_that_is_not_utf_8_is_400(api, path):
    answer = api.app.get(path, expect_errors=True)
    assert answer.status_code == 400
    assert set(answer.json) == ENVELOPE


@pytest.mark.parametrize(
    "path", ["/api/nothing/", "/api/movies/1/nothing/", "/api/auth/", "/", "/favicon.ico", "//evil.example/.."]
)
def test_an_unknown_path_is_404_in_json(api, path):
    answer = api.app.get(path, headers={"Accept": "text/html"}, expect_errors=True)
    assert answer.status_code == 404
    assert answer.json == {"detail": "Not found."}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/movies/", {"GET", "HEAD"}),
        ("POST", "/api/movies/1/", {"GET", "HEAD"}),
        ("PUT", "/api/movies/1/", {"GET", "HEAD"}),
        ("GET", "/api/movies/1/rate/", {"POST", "PUT", "PATCH"}),
        ("FOO", "/api/movies/", {"GET", "HEAD"}),
        ("TRACE", "/api/movies/", {"GET", "HEAD"}),
        ("GET", "/api/auth/token/", {"POST"}),
        ("OPTIONS", "/api/movies/", {"GET", "HEAD"}),
    ],
)
def test_another_method_is_405_and_says_which_are_allowed(api, method, path, allowed):
    # WebTest's lint knows no such method as FOO.
    api.app.lint = False
    answer = api.app.request(path, method=method, expect_errors=True)
    assert answer.status_code == 405
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == allowed
    assert set(answer.json) == {"detail"}


@pytest.mark.parametrize("accept", ["text/html", "*/*", "garbage", "application/xml", ""])
def test_accept_is_not_consulted(api, accept):
    for path in ("/api/movies/", "/api/movies/0/", "/api/auth/users/me/"):
        answer = api.app.get(path, headers={"Accept": accept}, expect_errors=True)
        assert answer.content_type == "application/json"


@pytest.mark.in_process
def test_an_unexpected_error_is_500_in_json_and_logged_with_its_traceback(api, caplog, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(api.registry.services.catalog), "listing", broken)
    answer = api.get("/movies/popular/")
    assert answer.status_code == 500
    assert answer.json == {"detail": "Internal server error."}
    assert "RuntimeError: secret detail" in caplog.text


def test_a_method_override_is_ignored(api, token):
    api.post("/movies/1/rate/", {"rating": 9}, token)
    headers = {"X-HTTP-Method-Override": "DELETE"}
    assert api.call("post", "/movies/1/remove_rating/", token, headers=headers, json={}).status_code == 405
    assert api.get("/movies/ratings/my_ratings/", token).json["count"] == 1


def test_a_body_where_none_is_read_is_ignored(api, token):
    api.post("/movies/1/add_to_favorites/", token=token)
    answer = api.app.request(
        "/api/movies/1/remove_from_favorites/",
        method="DELETE",
        body=b"not json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ['a b"<>', "evil.example/x", "a@b", "host:port", "[::1", "%00"])
def test_a_host_that_is_none_is_400(api, host):
    answer = api.get("/movies/", headers={"Host": host})
    assert answer.status_code == 400
    assert set(answer.json) == ENVELOPE
