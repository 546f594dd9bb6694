"""The API in several processes of their own, behind what looks like one application."""

import http.client
import itertools
import multiprocessing
import os
from contextlib import contextmanager
from urllib.parse import quote

from webtest import TestApp

from moviecatalog.testing.application import TEST_SETTINGS

CONTEXT = multiprocessing.get_context("forkserver")
# What each process would else import for itself: with it, one takes a tenth of a second to start.
CONTEXT.set_forkserver_preload(
    [
        "moviecatalog",
        "moviecatalog.plugins.caches.redis",
        "moviecatalog.plugins.sources.tmdb",
        "moviecatalog.plugins.storages.sqlalchemy",
        "tests.engines.servers",
        "tests.engines.warm",
        "waitress.server",
    ]
)

START_SECONDS = 30
ANSWER_SECONDS = 30
CLIENT = "192.0.2.1"
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


def _serve(settings, pipe, threads):
    from waitress.server import create_server

    from moviecatalog import main

    app = main({}, **settings)
    server = create_server(
        app, host="127.0.0.1", port=0, threads=threads, clear_untrusted_proxy_headers=False, connection_limit=1_000
    )
    pipe.send(server.effective_port)
    server.run()


class Servers:
    """`count` processes of one installation, each serving it over HTTP."""

    def __init__(self, settings, count=2, threads=8):
        started = []
        for _ in range(count):
            ours, theirs = CONTEXT.Pipe()
            process = CONTEXT.Process(target=_serve, args=(TEST_SETTINGS | settings, theirs, threads), daemon=True)
            with _without_coverage():
                process.start()
            started.append((process, ours))
        self.processes = [process for process, _ in started]
        self.ports = [self._port(process, pipe) for process, pipe in started]

    @staticmethod
    def _port(process, pipe):
        for _ in range(START_SECONDS * 10):
            if pipe.poll(0.1):
                return pipe.recv()
            assert process.is_alive(), "the server did not start"
        raise TimeoutError("the server did not start")

    def urls(self):
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    def stop(self):
        for process in self.processes:
            process.kill()
            process.join()
            process.close()


@contextmanager
def _without_coverage():
    """They are killed, and would never write down what they measured: it would only make them slow."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("COVERAGE_")}
    yield
    os.environ.update(kept)


class TakingTurns:
    """A WSGI application that hands each request to the next of the servers, as a balancing proxy would."""

    def __init__(self, servers):
        self._ports = itertools.cycle(servers.ports)

    def __call__(self, environ, start_response):
        connection = http.client.HTTPConnection("127.0.0.1", next(self._ports), timeout=ANSWER_SECONDS)
        try:
            connection.putrequest(environ["REQUEST_METHOD"], _url(environ), skip_host=True, skip_accept_encoding=True)
            for name, value in _headers(environ):
                connection.putheader(name, value)
            connection.endheaders(_body(environ))
            answer = connection.getresponse()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
            start_response(f"{answer.status} {answer.reason}", headers)
            return [answer.read()]
        finally:
            connection.close()


def _url(environ):
    path = quote(environ["PATH_INFO"].encode("latin-1"))
    return f"{path}?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else path


def _headers(environ):
    forwarded = [it for it in (environ.get("HTTP_X_FORWARDED_FOR"), environ.get("REMOTE_ADDR", CLIENT)) if it]
    for name, value in environ.items():
        if name.startswith("HTTP_") and name != "HTTP_X_FORWARDED_FOR":
            yield name.removeprefix("HTTP_").replace("_", "-").title(), value
    yield "X-Forwarded-For", ", ".join(forwarded)
    if environ.get("CONTENT_TYPE"):
        yield "Content-Type", environ["CONTENT_TYPE"]
    if environ.get("CONTENT_LENGTH"):
        yield "Content-Length", environ["CONTENT_LENGTH"]


def _body(environ):
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or None


def app_of(servers):
    return TestApp(TakingTurns(servers))
