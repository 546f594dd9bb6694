"""The load, sent to a server that notes what it is asked."""

import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks import wrk
from benchmarks.wrk import Asked, Failed, load
from tests.engines.binaries import find


class Noting(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.asked.add((self.command, self.path, self.headers["Authorization"], body))
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_PUT(self):
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    find("wrk")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    server.daemon_threads = True
    server.asked = set()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_every_path_is_asked_for_with_the_token_and_the_body(server, tmp_path):
    asked = Asked(("/first", "/second"), "token", "PUT", '{"rating": 8}')
    done = load(server.server_port, asked, tmp_path, 1, connections=2)
    assert server.asked == {("PUT", path, "Bearer token", b'{"rating": 8}') for path in asked.paths}
    assert done.rate > 1
    assert 0 < done.p50 <= done.p99


def test_answers_that_are_no_good_fail_all(server, tmp_path):
    with pytest.raises(Failed, match="/missing"):
        load(server.server_port, Asked(("/missing",)), tmp_path, 1, connections=1)


def test_without_wrk_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(SystemExit, match="apt-get install wrk"):
        wrk.require()
