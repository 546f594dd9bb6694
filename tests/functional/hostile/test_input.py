"""Input that no client should send: on both servers, and on both engines."""

import time

import pytest

from tests.functional.hostile.rows import GOOD, JSON, RATE, ROWS
from tests.functional.hostile.wire import message


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_answer_is_the_promised_one(served, token, row):
    headers = ({"Authorization": f"Bearer {token}"} if row.signed_in else {}) | row.headers
    answer = served.send(message(row.method, row.path, headers, row.body), half_close=row.half_close)
    if answer is None:
        assert row.by_server, "closed without an answer"
        return
    assert answer.status in row.expected, answer.body
    if row.by_server and not answer.is_json:
        return
    assert answer.is_json
    if answer.status == 400:
        assert set(answer.json) == {"error", "details"}
        assert row.names == () or set(answer.json["details"]) == set(row.names)
    elif answer.status > 400:
        assert set(answer.json) == {"detail"}
    if answer.status == 405:
        assert "GET" in answer.headers["Allow"] or "POST" in answer.headers["Allow"]
    # What a client sent never comes back in an error.
    assert answer.status < 400 or b"999999" not in answer.body
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_row_has_left_a_traceback(served):
    served.send(message("GET", b"/api/movies/%ff/"))
    assert "Traceback" not in served.log()


@pytest.mark.parametrize("text", [None, "emoji 🎬", "مرحبا بالعالم", "<script>alert(1)</script>"], ids=ascii)
def test_r_review_comes_back_verbatim(served, token, text):
    answer = served.call("POST", "/movies/1/rate/", {"rating": 9, "review": text}, token)
    assert (answer.status, answer.json["review"]) == (201, text)


def test_content_length_2_gib_is_refused_at_once(served, token):
    began = time.monotonic()
    headers = {"Authorization": f"Bearer {token}", "Content-Length": str(2**31)} | JSON
    assert served.send(message("POST", RATE, headers)).status == 413
    assert time.monotonic() - began < 2


def test_unknown_keys_change_nothing(served):
    account, tokens = served.sign_up()
    other = served.register()
    change = {
        "bio": "mine",
        "user_id": other["id"],
        "id": other["id"],
        "is_staff": True,
        "username": "x",
        "email": "x@example.com",
        "password": "another password",
        "created_at": "2000-01-01T00:00:00Z",
    }
    before = served.call("GET", "/auth/users/me/", token=tokens["access"]).json
    assert served.call("PUT", "/auth/users/update_profile/", change, tokens["access"]).status == 200
    after = served.call("GET", "/auth/users/me/", token=tokens["access"]).json
    assert after == before | {"bio": "mine", "updated_at": after["updated_at"]}
    assert served.sign_in(account["username"]).status == 200


def test_profile_bio_null_or_empty_is_cleared_and_absent_unchanged(served, token):
    def bio_after(change):
        return served.call("PUT", "/auth/users/update_profile/", change, token).json["user"]["bio"]

    assert bio_after({"bio": "mine"}) == "mine"
    assert bio_after({"first_name": "Ann"}) == "mine"
    assert bio_after({"bio": ""}) is None
    assert bio_after({"bio": "mine"}) == "mine"
    assert bio_after({"bio": None}) is None


@pytest.mark.parametrize(
    "spelling", [str.upper, lambda name: name.replace("u", "\uff55")], ids=["other case", "full-width"]
)
def test_u_username_taken_in_another_spelling(served, spelling):
    account = served.register()
    body = account | {"username": spelling(account["username"]), "email": "fresh@example.com"}
    answer = served.call("POST", "/auth/users/", body)
    assert (answer.status, set(answer.json["details"])) == (400, {"username"})


def test_u_email_taken_in_another_case(served):
    account = served.register()
    body = account | {"username": "somebodyelse", "email": account["email"].upper()}
    answer = served.call("POST", "/auth/users/", body)
    assert (answer.status, set(answer.json["details"])) == (400, {"email"})


def test_delete_favourite_and_rating_twice(served, token):
    served.call("POST", "/movies/1/add_to_favorites/", token=token)
    served.call("POST", "/movies/1/rate/", {"rating": 9}, token)
    for path in ("/movies/1/remove_from_favorites/", "/movies/1/remove_rating/"):
        assert [served.call("DELETE", path, token=token).status for _ in range(2)] == [200, 404]


def test_delete_with_a_body_that_is_not_read(served, token):
    served.call("POST", "/movies/1/add_to_favorites/", token=token)
    request = message(
        "DELETE", b"/api/movies/1/remove_from_favorites/", {"Authorization": f"Bearer {token}"}, b"not json"
    )
    assert served.send(request).status == 200


def test_put_rate_without_an_existing_rating(served, token):
    assert [served.call("PUT", "/movies/1/rate/", {"rating": 9}, token).status for _ in range(2)] == [201, 200]


def test_post_favourite_twice(served, token):
    assert [served.call("POST", "/movies/1/add_to_favorites/", token=token).status for _ in range(2)] == [201, 200]
    assert served.call("GET", "/movies/favorites/my_favorites/", token=token).json["count"] == 1


def test_x_http_method_override_is_ignored(served, token):
    served.call("POST", "/movies/1/rate/", {"rating": 9}, token)
    override = {"X-HTTP-Method-Override": "DELETE"}
    assert served.call("POST", "/movies/1/remove_rating/", {}, token, override).status == 405
    assert served.call("GET", "/movies/ratings/my_ratings/", token=token).json["count"] == 1


def test_page_size_is_clamped_to_100(served):
    assert len(served.call("GET", "/movies/?page_size=1000").json["results"]) == 100


GETS = ["", "movies/", "movies/1/", "movies/trending/", "movies/popular/", "movies/top_rated/", "movies/search/?q=a",
        "movies/1/recommendations/", "genres/", "health/live/", "health/ready/", "openapi.json", "docs/"]  # fmt: skip
OWN_GETS = ["auth/users/me/", "auth/users/me/export/", "movies/favorites/my_favorites/", "movies/ratings/my_ratings/"]


@pytest.mark.parametrize("path", [*GETS, *OWN_GETS])
def test_head_on_every_get(served, token, path):
    headers = {"Authorization": f"Bearer {token}"}
    answer = served.send(message("HEAD", f"/api/{path}".encode(), headers))
    assert (answer.status, answer.body) == (200, b"")


def test_preflight_of_an_evil_origin_gets_no_allow_header(served):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}
    answer = served.send(message("OPTIONS", b"/api/movies/1/remove_rating/", headers))
    assert answer.status in (200, 204)
    assert not [name for name in answer.headers if name.startswith("Access-Control-Allow")]


@pytest.mark.parametrize(
    "order", [("Content-Length", "Transfer-Encoding"), ("Transfer-Encoding", "Content-Length")], ids=repr
)
def test_content_length_and_transfer_encoding_are_never_two_requests(served, token, order):
    lengths = {"Content-Length": "4", "Transfer-Encoding": "chunked"}
    headers = {"Authorization": f"Bearer {token}", "Connection": "keep-alive", "Content-Length": None} | JSON
    request = message("POST", RATE, headers | {name: lengths[name] for name in order})
    smuggled = b"0\r\n\r\nGET /api/smuggled/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    found = served.everything(request + smuggled)
    assert found.startswith(b"HTTP/1.1 400")
    assert found.count(b"HTTP/1.1") == 1


def test_expect_100_continue(served, token):
    headers = {"Authorization": f"Bearer {token}", "Expect": "100-continue", "Content-Length": str(len(GOOD))} | JSON
    with served.connect() as connection:
        connection.sendall(message("POST", RATE, headers))
        assert connection.recv(1_000).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(GOOD)
        assert served.answer(connection).status == 201


def test_http_1_0_needs_no_host(served):
    assert served.send(b"GET /api/health/live/ HTTP/1.0\r\n\r\n").status == 200


@pytest.mark.parametrize("half", [b"POST /api/movies/1/rate/ HTTP/1.1\r\nHost: x\r\n",
                                  b"POST /api/movies/1/rate/ HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf"],
                         ids=["headers", "bodies"])  # fmt: skip
def test_twenty_half_sent_requests_leave_room_for_a_whole_one(served, half):
    connections = [served.connect() for _ in range(20)]
    try:
        for connection in connections:
            connection.sendall(half)
        began = time.monotonic()
        assert served.call("GET", "/health/live/").status == 200
        assert time.monotonic() - began < 1
    finally:
        for connection in connections:
            connection.close()


def test_next_and_previous_are_of_the_host_that_was_asked(served):
    answer = served.call("GET", "/movies/?page=2", headers={"Host": "evil"})
    assert answer.json["next"].startswith("http://evil/api/movies/")
