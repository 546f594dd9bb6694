import contextlib
import http.client
import json
import signal
import socket
import ssl
from dataclasses import dataclass

import pytest

from moviecatalog.testing.client import PASSWORD
from tests.engines.binaries import free_port
from tests.engines.command import children, migrate, serve, write_ini
from tests.engines.nginx import NginxEngine
from tests.engines.redis import redis_url

ANONYMOUS = 5
"""Requests that one address may send in an hour."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def json(self):
        return json.loads(self.text)


class Client:
    """A client with an address of its own, which has a connection for each request."""

    def __init__(self, nginx, address="127.0.0.1", token=None):
        self.address, self.token = address, token
        self._nginx = nginx
        self._tls = ssl.create_default_context(cafile=str(nginx.certificate))

    def connect(self):
        """A socket that speaks TLS."""
        plain = socket.create_connection(("127.0.0.1", self._nginx.port), 15, (self.address, 0))
        return self._tls.wrap_socket(plain, server_hostname="127.0.0.1")

    def call(self, method, path, body=None, headers=None):
        headers = {"Connection": "close"} | (headers or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body)
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self._nginx.port, timeout=15, source_address=(self.address, 0), context=self._tls
        )
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())

    def get(self, path, **headers):
        return self.call("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def signed_up(self, name):
        """The same client, signed in."""
        account = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
        assert self.call("POST", "/api/auth/users/", account).status == 201
        token = self.call("POST", "/api/auth/token/", {"username": name, "password": PASSWORD}).json["access"]
        return Client(self._nginx, self.address, token)


class Installation:
    """A proxy in front of `moviecatalog serve` with two processes, each of two threads, which count in one Redis."""

    def __init__(self, folder, redis):
        port = free_port()
        self.nginx = NginxEngine(folder, f"127.0.0.1:{port}")
        ini = write_ini(
            folder / "catalogue.ini",
            {
                "moviecatalog.storage.sqlalchemy.url": f"sqlite:///{folder}/catalogue.sqlite",
                "moviecatalog.auth.secret": "s" * 64,
                "moviecatalog.auth.argon2.memory_kib": "8",
                "moviecatalog.auth.argon2.time_cost": "1",
                # As in production.ini.
                "moviecatalog.trusted_proxies": "127.0.0.1 ::1",
                "moviecatalog.metrics": "true",
                "moviecatalog.ratelimit.store": redis,
                "moviecatalog.ratelimit.anonymous": f"{ANONYMOUS} per hour",
                "moviecatalog.ratelimit.user": "100000000 per hour",
                "moviecatalog.ratelimit.registration": "",
                "moviecatalog.ratelimit.sign_in": "",
            },
            "granian",
            {"listen": f"127.0.0.1:{port}", "workers": "2", "threads": "2"},
        )
        migrate(ini)
        self._log = (folder / "log").open("w")
        self.server = serve(ini, port, self._log)
        self.port = port
        self.nginx.start()

    def workers(self):
        return children(self.server.pid)

    def hangup(self):
        self.server.send_signal(signal.SIGHUP)

    def client(self, address="127.0.0.1"):
        return Client(self.nginx, address)

    def end_server(self):
        self.server.terminate()
        self.server.wait(30)

    def stop(self):
        self.nginx.stop()
        self.end_server()
        self._log.close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    with redis_url(tmp_path_factory.mktemp("redis")) as redis:
        one = Installation(tmp_path_factory.mktemp("installation"), redis)
        yield one
        one.stop()
