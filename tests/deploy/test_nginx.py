"""The nginx site that ships, in a real nginx, in front of two processes."""

import itertools
import json
import socket
import time
from contextlib import ExitStack

import pytest

from tests.deploy.conftest import ANONYMOUS, Client
from tests.deploy.hanging_up import HangingUp
from tests.deploy.traffic import Traffic
from tests.engines.binaries import free_port
from tests.engines.nginx import NginxEngine

SLOW_CLIENTS = 50


@pytest.fixture
def deserted(tmp_path):
    """A proxy in front of nobody."""
    nginx = NginxEngine(tmp_path, f"127.0.0.1:{free_port()}")
    nginx.start()
    yield nginx
    nginx.stop()


def test_nginx_finds_nothing_wrong_with_the_file(tmp_path):
    code, text = NginxEngine(tmp_path, "127.0.0.1:8000").test()
    assert code == 0, text
    assert "warn" not in text


TO_METRICS = (
    "/metrics",
    "/metrics/",
    "//metrics",
    "/METRICS",
    "/%6detrics",
    "/metrics?x",
    "/api/../metrics",
    "/api/%2e%2e/metrics",
    "/api/..%2fmetrics",
    "/api//../metrics",
    "/metrics/../api/",
    "/metrics%2f../api/",
    "/metrics%3f/../api/",
    "/metrics%23/../api/",
    "/metrics%00/../api/",
    "/metrics;/../api/",
    "/./metrics",
    "http://127.0.0.1/metrics",
)
"""Ways to ask for it that nginx and moviecatalog might read otherwise."""


def remaining(answer):
    return int(answer.headers["X-RateLimit-Remaining"])


def test_limits_count_by_the_address_that_the_client_has(installation):
    one, other = installation.client("127.0.1.1"), installation.client("127.0.1.2")
    left = [remaining(one.get("/api/movies/?page_size=1")) for _ in range(ANONYMOUS)]
    assert left == list(reversed(range(ANONYMOUS)))
    refused = one.get("/api/movies/?page_size=1")
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert remaining(other.get("/api/movies/?page_size=1")) == ANONYMOUS - 1


CLAIMS = (
    ("X-Forwarded-For", "192.0.2.{}"),
    ("X-Forwarded-For", "192.0.2.{}, 127.0.0.1"),
    ("X_Forwarded_For", "192.0.2.{}"),
    ("x_forwarded-for", "192.0.2.{}"),
    ("Forwarded", "for=192.0.2.{}"),
    ("X-Real-IP", "192.0.2.{}"),
    ("X_REAL_IP", "192.0.2.{}"),
)


def test_what_a_client_says_of_its_address_is_not_believed(installation):
    for number, (name, value) in enumerate(CLAIMS):
        client = installation.client(f"127.0.1.{10 + number}")
        answers = [
            client.call("GET", "/api/movies/?page_size=1", headers={name: value.format(turn)})
            for turn in range(ANONYMOUS + 1)
        ]
        assert [answer.status for answer in answers] == [200] * ANONYMOUS + [429], name


def test_links_begin_with_what_the_client_asked(installation):
    page = installation.client("127.0.2.1").get("/api/movies/?page_size=1").json
    assert page["next"].startswith(f"{installation.nginx.url}/api/movies/?")


def test_links_do_not_begin_with_what_a_client_claims(installation):
    client = installation.client("127.0.2.2")
    claims = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X_Forwarded_Host": "evil.example"}
    page = client.call("GET", "/api/movies/?page_size=1", headers=claims).json
    assert page["next"].startswith(f"{installation.nginx.url}/api/movies/?")


def test_without_tls_one_is_sent_to_where_there_is(installation):
    with socket.create_connection(("127.0.0.1", installation.nginx.plain_port), 10) as plain:
        plain.sendall(b"POST /api/movies/?page=2 HTTP/1.1\r\nHost: movies.example.org\r\nContent-Length: 0\r\n\r\n")
        head = plain.recv(65_536).decode()
    assert head.startswith("HTTP/1.1 308 ")
    assert "\r\nLocation: https://movies.example.org/api/movies/?page=2\r\n" in head


def test_the_figures_are_out_of_reach(installation):
    client = installation.client("127.0.2.3")
    for path in TO_METRICS:
        answer = client.get(path)
        assert answer.status in (400, 404), path
        assert answer.headers["Content-Type"] == "application/json", path
        assert "moviecatalog_" not in answer.text, path


def test_the_figures_are_there_for_prometheus(installation):
    # Or else the test above would show nothing.
    with socket.create_connection(("127.0.0.1", installation.port), 10) as direct:
        direct.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        assert direct.recv(65_536).startswith(b"HTTP/1.0 200")


def test_what_is_not_the_api_is_not_found_in_json(installation):
    answer = installation.client("127.0.2.4").get("/wp-login.php")
    assert (answer.status, answer.json) == (404, {"detail": "Not found."})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Request-ID"]


def test_who_asks_for_the_site_is_sent_to_the_api(installation):
    answer = installation.client("127.0.2.8").get("/")
    assert (answer.status, answer.headers["Location"]) == (302, f"{installation.nginx.url}/api/")


def test_a_browser_is_shown_the_documentation(installation):
    assert "<html" in installation.client("127.0.2.9").get("/api/docs/").text


def test_a_body_above_the_limit_is_refused_as_moviecatalog_does(installation):
    client = installation.client("127.0.2.5").signed_up("large")
    within, beyond = (b'{"rating": 9}' + b" " * (size - 13) for size in (65_536, 65_537))
    assert client.call("PUT", "/api/movies/1/rate/", within).status == 201
    answer = client.call("PUT", "/api/movies/1/rate/", beyond)
    assert (answer.status, answer.json) == (413, {"detail": "The body must have 65536 bytes or fewer."})
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"TRACE /api/ HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        (b"GET /api/ HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"GET /api/ HTTP/1.1\r\nHost: a\r\nX-Large: " + b"x" * 40_000 + b"\r\n\r\n", 431),
        (b"POST /api/auth/token/ HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
    ],
)
def test_what_nginx_refuses_itself_is_refused_in_json(installation, request_bytes, status):
    with installation.client("127.0.2.6").connect() as connection:
        connection.sendall(request_bytes)
        head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert b"Content-Type: application/json" in head
    answer = json.loads(body)
    assert answer.keys() == ({"error", "details"} if status == 400 else {"detail"})


def test_nobody_there_is_a_503_that_says_when_to_ask_again(installation, deserted):
    client = type(installation.client())(deserted)
    for method in ("GET", "POST"):
        answer = client.call(method, "/api/movies/", {} if method == "POST" else None)
        assert (answer.status, answer.json) == (503, {"detail": "The service is unavailable."})
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Content-Type"] == "application/json"


def test_an_answer_is_compressed_and_still_known_by_its_etag(installation):
    client = installation.client("127.0.2.7")
    answer = client.call("HEAD", "/api/movies/?page_size=20", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in ", ".join(answer.headers.get_all("Vary"))
    etag = answer.headers["ETag"]
    again = client.call("GET", "/api/movies/?page_size=20", headers={"Accept-Encoding": "gzip", "If-None-Match": etag})
    assert again.status == 304


HALVES = (
    b"GET /api/movies/ HTTP/1.1\r\nHost: a\r\nX-Half",
    b"POST /api/auth/token/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n{",
    b"POST /api/auth/token/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{",
)


def test_slow_clients_keep_nobody_waiting(installation):
    with ExitStack() as slow:
        for number, half in zip(range(SLOW_CLIENTS), itertools.cycle(HALVES)):
            connection = slow.enter_context(installation.client(f"127.0.3.{number + 1}").connect())
            connection.sendall(half)
        for number in range(8):
            client = installation.client(f"127.0.3.{100 + number}")
            began = time.monotonic()
            assert client.get("/api/movies/?page_size=1").status == 200
            assert time.monotonic() - began < 1


def test_a_request_that_an_ending_process_did_not_read_is_asked_once_more(tmp_path):
    with HangingUp() as upstream:
        nginx = NginxEngine(tmp_path, f"127.0.0.1:{upstream.port}")
        nginx.start()
        try:
            client = Client(nginx)
            asked_twice = [("GET", "/api/movies/"), ("PUT", "/api/movies/1/rate/"), ("POST", "/api/movies/1/rate/")]
            for method, path in asked_twice:
                assert client.call(method, path, None if method == "GET" else {}).status == 200
            assert client.call("POST", "/api/auth/token/", {}).status == 503
        finally:
            nginx.stop()


def test_a_reload_of_both_fails_no_request(installation):
    of_both = installation.workers, installation.nginx.workers
    with Traffic(installation.client("127.0.4.1").signed_up("busy")) as traffic:
        before = [workers() for workers in of_both]
        installation.hangup()
        installation.nginx.reload()
        traffic.wait_for(lambda: all(of() and not old & of() for of, old in zip(of_both, before, strict=True)))
        answered = len(traffic.answers)
        traffic.wait_for(lambda: len(traffic.answers) > answered + 100)
    assert set(traffic.answers) == {200, 201}
