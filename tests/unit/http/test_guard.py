"""The guard over a real server, by bare sockets: what no HTTP client would send."""

import contextlib
import http.client
import json
import socket
import threading
import urllib.error
import urllib.request
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from waitress.server import create_server

from moviecatalog.http.guard import Guard

MAX_BYTES = 1_000


class Echo:
    """An application that answers with what it was given."""

    registry = None

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError("broken inside")
        if environ["PATH_INFO"] == "/broken/late":
            start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
            raise RuntimeError("broken inside")
        if environ["PATH_INFO"] == "/broken/sent":
            start_response("200 OK", [("Content-Type", "text/plain")])(b"half of it")
            raise RuntimeError("broken inside")
        body = environ["wsgi.input"].read()
        answer = json.dumps({"path": environ["PATH_INFO"], "length": len(body)}).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
        return [answer]


@pytest.fixture(scope="module")
def port():
    server = create_server(Guard(Echo(), MAX_BYTES), listen="127.0.0.1:0", clear_untrusted_proxy_headers=False)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)


class Silent(WSGIRequestHandler):
    def log_message(self, *_args):
        """Nothing: whatever is written to standard error is taken for a fault."""


@pytest.fixture(scope="module")
def unbuffered_port():
    """A server that hands the connection itself to the application; waitress reads every body before."""
    with make_server("127.0.0.1", 0, Guard(Echo(), MAX_BYTES), handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join(5)


def send(port, *parts):
    """The status, headers and body that come back for these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        for part in parts:
            connection.sendall(part)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in lines}
    return int(status.split()[1]), headers, body


def post(headers, body=b"", path="/api/x/"):
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
    return head.encode() + body


def test_a_body_within_the_limit_is_passed_on(port):
    status, _, body = send(port, post("Content-Length: 1000\r\n", b"x" * MAX_BYTES))
    assert (status, json.loads(body)["length"]) == (200, MAX_BYTES)


def test_a_chunked_body_is_passed_on_with_its_length(port):
    status, _, body = send(port, post("Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n"))
    assert (status, json.loads(body)["length"]) == (200, 5)


def test_a_body_over_the_limit_is_413_in_json(port):
    status, headers, body = send(port, post("Content-Length: 1001\r\n", b"x" * 1_001))
    assert (status, json.loads(body)) == (413, {"detail": "The body must have 1000 bytes or fewer."})
    assert headers["content-type"] == "application/json"
    assert headers["x-content-type-options"] == "nosniff"
    assert len(headers["x-request-id"]) == 32


def test_a_chunked_body_over_the_limit_is_413(port):
    status, _, body = send(port, post("Transfer-Encoding: chunked\r\n", b"7d0\r\n" + b"x" * 2_000 + b"\r\n0\r\n\r\n"))
    assert (status, set(json.loads(body))) == (413, {"detail"})


def test_a_body_announced_as_too_large_is_refused_before_it_comes(unbuffered_port):
    with socket.create_connection(("127.0.0.1", unbuffered_port), timeout=5) as connection:
        connection.sendall(post("Content-Length: 2147483648\r\n"))
        assert connection.recv(1_000).split()[1] == b"413"


def test_a_body_cut_short_is_400(unbuffered_port):
    status, _, body = send(unbuffered_port, post("Content-Length: 50\r\n", b"half"))
    assert (status, set(json.loads(body))) == (400, {"error", "details"})


def test_a_bad_chunk_is_400(port):
    assert send(port, post("Transfer-Encoding: chunked\r\n", b"zz\r\nhello\r\n0\r\n\r\n"))[0] == 400


def test_thousands_of_headers_and_long_urls_are_no_500(port):
    many = "".join(f"X-Header-{number}: x\r\n" for number in range(1_000))
    assert send(port, post(many))[0] in (200, 400, 431)
    assert send(port, b"GET /api/" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")[
        0
    ] in (
        200,
        414,
    )


def test_expect_100_continue_is_honoured(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(post("Expect: 100-continue\r\nContent-Length: 5\r\n"))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"hello")
        with connection.makefile("rb") as answer:
            assert b'"length": 5' in answer.read()


def test_http_1_0_needs_no_host(port):
    assert send(port, b"GET /api/ HTTP/1.0\r\n\r\n")[0] == 200


def test_what_breaks_inside_is_500_in_json_and_logged_once(port, caplog):
    caplog.set_level("INFO", "moviecatalog.access")
    status, _, body = send(port, post("", path="/broken"))
    assert (status, json.loads(body)) == (500, {"detail": "Internal server error."})
    assert caplog.text.count("RuntimeError: broken inside") == 1
    assert [line.fields["status"] for line in caplog.records if line.name == "moviecatalog.access"] == [500]


def test_what_breaks_after_the_answer_was_begun_is_500_in_its_place(port, caplog):
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/broken/late", timeout=5)
    with raised.value as answer:
        assert (answer.status, json.load(answer)) == (500, {"detail": "Internal server error."})
        assert answer.headers.get_all("Content-Type") == ["application/json"]
        assert len(answer.headers.get_all("X-Request-ID")) == 1
    assert caplog.text.count("RuntimeError: broken inside") == 1


def test_what_breaks_after_some_of_the_answer_was_sent_is_never_taken_for_a_whole_answer(port):
    with (
        urllib.request.urlopen(f"http://127.0.0.1:{port}/broken/sent", timeout=5) as answer,
        pytest.raises(http.client.IncompleteRead),
    ):
        answer.read()


def test_twenty_half_sent_requests_leave_room_for_a_whole_one(port):
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(b"POST /api/x/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nhalf")
        assert send(port, post("Content-Length: 0\r\n"))[0] == 200
