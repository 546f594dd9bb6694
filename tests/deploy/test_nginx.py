"""The nginx site that ships, in front of two processes of the production server."""

import http.client
import json
import signal
import socket
import threading
import time
from contextlib import closing, contextmanager

import pytest

from moviecatalog.testing.application import TEST_SETTINGS
from tests.engines.binaries import free_port
from tests.engines.command import migrate, serve, write_ini
from tests.engines.nginx import Nginx

SLOW_CLIENTS = 60
THREADS = 2


class Site:
    def __init__(self, nginx, process, ini):
        self.nginx = nginx
        self.process = process
        self._ini = ini

    def call(self, path, method="GET", body=None, headers=None, client="127.0.0.1"):
        """The status, the headers and the JSON of the answer, as a client of this address gets them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.nginx.port, timeout=20, source_address=(client, 0))
        with closing(connection):
            data = None if body is None else json.dumps(body)
            sent = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, data, sent | (headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.headers, json.loads(answer.read() or b"null")

    def send(self, text):
        """An open socket that has sent this much."""
        opened = socket.create_connection(("127.0.0.1", self.nginx.port))
        opened.sendall(text.encode())
        return opened


@contextmanager
def behind_nginx(folder, settings=None):
    port = free_port()
    app = TEST_SETTINGS | {
        "moviecatalog.storage": "sqlalchemy",
        "moviecatalog.storage.sqlalchemy.url": f"sqlite:///{folder}/movies.sqlite",
        "moviecatalog.trusted_proxies": "127.0.0.1 ::1",
        "moviecatalog.metrics": "true",
    }
    lines = {"listen": f"127.0.0.1:{port}", "workers": "2", "threads": str(THREADS), "grace": "5"}
    ini = write_ini(folder / "it.ini", app | (settings or {}), "granian", lines)
    migrate(ini)
    (folder / "nginx").mkdir()
    nginx = Nginx(folder / "nginx", port)
    with (folder / "log").open("w") as log:
        process = serve(ini, port, log)
    try:
        yield Site(nginx, process, ini)
    finally:
        nginx.stop()
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with behind_nginx(tmp_path_factory.mktemp("site")) as site:
        yield site


def test_the_api_is_there(site):
    status, _, page = site.call("/api/movies/popular/?page_size=2")
    assert (status, len(page["results"])) == (200, 2)


def test_links_lead_back_through_it(site):
    _, _, page = site.call("/api/movies/?page_size=2", headers={"Host": f"127.0.0.1:{site.nginx.port}"})
    assert page["next"].startswith(f"http://127.0.0.1:{site.nginx.port}/api/movies/?")


class TestClientAddresses:
    @pytest.fixture(scope="class")
    @classmethod
    def limited(cls, tmp_path_factory):
        # A registration is counted in each process for itself: of two, either may have it.
        with behind_nginx(
            tmp_path_factory.mktemp("limited"), {"moviecatalog.ratelimit.anonymous": "4 per hour"}
        ) as site:
            yield site

    def use_up(self, site, client):
        """Requests until both processes have refused this client."""
        refused = 0
        for _ in range(40):
            refused += site.call("/api/genres/", client=client)[0] == 429
        assert refused >= 30
        return site

    def test_each_client_has_a_limit_of_its_own(self, limited):
        self.use_up(limited, "127.0.0.5")
        assert limited.call("/api/genres/", client="127.0.0.6")[0] == 200

    @pytest.mark.parametrize(
        "name", ["X-Forwarded-For", "X_Forwarded_For", "Forwarded", "X-Real-IP", "x-forwarded-for"]
    )
    def test_nobody_passes_for_another(self, limited, name):
        value = "for=198.51.100.7" if name == "Forwarded" else "198.51.100.7"
        self.use_up(limited, "127.0.0.7")
        answers = [limited.call("/api/genres/", client="127.0.0.7", headers={name: value})[0] for _ in range(6)]
        assert answers == [429] * 6


class TestSlowClients:
    @pytest.mark.parametrize(
        "sent",
        [
            "GET /api/movies/ HTTP/1.1\r\nHost: x\r\nX-Slow: ",
            "POST /api/auth/token/ HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{",
        ],
        ids=["headers", "body"],
    )
    def test_those_who_send_slowly_keep_nobody_waiting(self, site, sent):
        slow = [site.send(sent) for _ in range(SLOW_CLIENTS)]
        try:
            begun = time.monotonic()
            for _ in range(10):
                assert site.call("/api/movies/")[0] == 200
            # They would keep all threads busy for fifteen seconds.
            assert time.monotonic() - begun < 5
        finally:
            for it in slow:
                it.close()

    def test_those_who_read_slowly_keep_nobody_waiting(self, site):
        slow = [site.send("GET /api/movies/?page_size=100 HTTP/1.1\r\nHost: x\r\n\r\n" * 20) for _ in range(20)]
        try:
            begun = time.monotonic()
            for _ in range(10):
                assert site.call("/api/movies/")[0] == 200
            assert time.monotonic() - begun < 10
        finally:
            for it in slow:
                it.close()


class TestReload:
    @contextmanager
    def traffic(self, site, seconds):
        """Four clients without a pause, who remember every answer."""
        statuses, ends = [], time.monotonic() + seconds

        def ask():
            while time.monotonic() < ends:
                statuses.append(site.call("/api/movies/popular/")[0])

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        yield statuses
        for thread in threads:
            thread.join()

    def test_nginx_reloads_without_losing_a_request(self, site):
        with self.traffic(site, 2) as statuses:
            time.sleep(0.5)
            site.nginx.reload()
        assert set(statuses) == {200}
        assert len(statuses) > 50

    def test_the_processes_are_replaced_without_losing_a_request(self, site):
        with self.traffic(site, 5) as statuses:
            time.sleep(0.5)
            site.process.send_signal(signal.SIGHUP)
        assert set(statuses) == {200}
        assert len(statuses) > 50


class TestErrors:
    def test_a_body_that_is_too_large_is_refused_in_json(self, site):
        status, headers, said = site.call("/api/auth/token/", "POST", {"username": "x" * 70_000, "password": "x"})
        assert (status, headers["Content-Type"]) == (413, "application/json")
        assert list(said) == ["detail"]

    def test_what_is_no_http_is_refused_in_json(self, site):
        with closing(site.send("GET /api/movies/ HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")) as opened:
            opened.settimeout(10)
            head, _, body = opened.makefile("rb").read().partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400")
        assert json.loads(body)["error"] == "Invalid request data"

    def test_figures_are_for_this_machine_only(self, site):
        status, headers, said = site.call("/metrics", client="127.0.0.9")
        assert (status, headers["Content-Type"], said) == (404, "application/json", {"detail": "Not found."})

    def test_errors_of_the_api_pass_as_they_are(self, site):
        assert site.call("/api/movies/0/")[2] == {"detail": "Not found."}
        status, headers, _ = site.call("/api/auth/users/me/")
        assert (status, headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')

    def test_without_the_catalogue_it_says_when_to_come_again(self, tmp_path):
        nginx = Nginx(tmp_path, free_port())
        try:
            status, headers, said = Site(nginx, None, None).call("/api/movies/")
        finally:
            nginx.stop()
        assert (status, headers["Retry-After"], headers["Content-Type"]) == (503, "5", "application/json")
        assert said == {"detail": "The service is unavailable."}
