"""Figures of several processes, each started as an operator starts it, and asked over HTTP."""

import http.client
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from moviecatalog.metrics.sharing import VARIABLE
from moviecatalog.testing.application import TEST_SECRET
from tests.functional.conftest import sqlite
from tests.functional.figures import ON, Figures
from tests.standins import faults
from tests.standins.tmdb import KEY

SERVE = (sys.executable, "-c", "from moviecatalog.cli import main; main(prog_name='moviecatalog')", "serve")


class Served:
    """One process that serves the ini file."""

    def __init__(self, ini, environment):
        self._process = subprocess.Popen([*SERVE, ini], env=environment, stdout=subprocess.PIPE, text=True)
        self._port = None

    def wait(self):
        first_line = self._process.stdout.readline()
        assert first_line.startswith("Serving on http://"), first_line
        self._port = urlsplit(first_line.split()[-1]).port

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def figures(self):
        status, text = self.get("/metrics")
        assert status == 200
        return Figures(text)

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture
def directory(tmp_path):
    path = tmp_path / "figures"
    path.mkdir()
    return path


@pytest.fixture
def write_ini(tmp_path, filled_sqlite, own_tmdb):
    shutil.copy(filled_sqlite, tmp_path / "movies.sqlite")

    def write(name, **lines):
        settings = (
            ON
            | sqlite(tmp_path / "movies.sqlite")
            | own_tmdb.settings
            | {"moviecatalog.auth.secret": TEST_SECRET, "moviecatalog.log.format": "json"}
            | {f"moviecatalog.{name}": value for name, value in lines.items()}
        )
        app = "".join(f"{setting} = {value}\n" for setting, value in settings.items())
        path = tmp_path / name
        path.write_text(
            f"[app:main]\nuse = egg:moviecatalog\n{app}[server:main]\nuse = egg:waitress#main\nlisten = 127.0.0.1:0\n"
        )
        return path

    return write


@pytest.fixture
def start():
    with ExitStack() as resources:

        def start(ini, directory=None):
            environment = {name: value for name, value in os.environ.items() if not name.startswith("MOVIECATALOG_")}
            served = Served(ini, environment | ({VARIABLE: str(directory)} if directory else {}))
            resources.callback(served.kill)
            served.wait()
            return served

        yield start


def test_whichever_is_asked_tells_of_all(start, write_ini, directory, own_tmdb):
    ini = write_ini("catalogue.ini")
    one, other = start(ini, directory), start(ini, directory)
    for served, times in ((one, 3), (other, 2)):
        for _ in range(times):
            assert served.get("/api/movies/popular/")[0] == 200
    assert other.get("/secretpath?q=secretword")[0] == 404
    for served in (one, other):
        figures = served.figures()
        assert figures.requests() == {("GET", "popular", "200"): 5, ("GET", "none", "404"): 1}
        assert figures.of("http_request_duration_seconds_count")["popular",] == 5
        # Each has a cache of its own.
        assert figures.of("cache_answers_total") == {("popular", "MISS"): 2, ("popular", "HIT"): 3}
        assert figures.of("source_calls_total") == {("ok", "tmdb"): 2}
        assert figures.of("storage_pool_size") == {(): 20}
        assert figures.of("source_breaker_open") == {}

    own_tmdb.fault = faults.status(500)
    for path in ("top_rated", "trending", "search/?q=secretword"):
        assert one.get(f"/api/movies/{path}")[0] == 503
    assert other.figures().of("source_breaker_open") == {("tmdb",): 1}

    before = other.figures().requests()
    one.kill()
    figures = other.figures()
    assert figures.requests() == before
    assert figures.of("storage_pool_size") == {(): 10}
    assert figures.of("source_breaker_open") == {}

    third = start(ini, directory)
    third.get("/api/health/live/")
    assert other.figures().requests() == before | {("GET", "health_live", "200"): 1}
    kept = b"".join(path.read_bytes() for path in directory.iterdir())
    for secret in ("secret", TEST_SECRET, KEY, str(own_tmdb.port)):
        assert secret.encode() not in kept


def test_catalogues_that_share_a_directory_do_not_mix(start, write_ini, directory):
    one = start(write_ini("one.ini"), directory)
    other = start(write_ini("other.ini", **{"cache.ttl": "60"}), directory)
    for served in (one, one, other):
        served.get("/api/health/live/")
    assert one.figures().requests() == {("GET", "health_live", "200"): 2}
    assert other.figures().requests() == {("GET", "health_live", "200"): 1}


def test_without_a_directory_each_tells_of_itself(start, write_ini):
    ini = write_ini("catalogue.ini")
    one, other = start(ini), start(ini)
    for served in (one, one, other):
        served.get("/api/health/live/")
    assert one.figures().requests() == {("GET", "health_live", "200"): 2}
    assert other.figures().requests() == {("GET", "health_live", "200"): 1}


def test_a_directory_that_is_not_there_keeps_it_from_starting(write_ini, tmp_path):
    environment = os.environ | {VARIABLE: str(tmp_path / "nowhere")}
    command = [*SERVE, write_ini("catalogue.ini")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{VARIABLE}: names" in done.stderr
    assert "Traceback" not in done.stderr


def run(program, **environment):
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True).stdout


TWO_APPLICATIONS = """
from moviecatalog.testing.application import make_app
one = make_app({"moviecatalog.metrics": "true"})
other = make_app({"moviecatalog.metrics": "true", "moviecatalog.cache": "none"})
for app in (one, one, other):
    app.get("/api/movies/popular/")
for app in (one, other):
    print(app.get("/metrics").text.replace("\\n", "|"))
"""


def test_applications_of_one_process_that_share_a_directory_do_not_mix(directory):
    one, other = run(TWO_APPLICATIONS, **{VARIABLE: str(directory)}).splitlines()
    for text, count in ((one, 2), (other, 1)):
        figures = Figures(text.replace("|", "\n"))
        assert figures.requests() == {("GET", "popular", "200"): count}
        assert figures.of("source_calls_total") == {("ok", "sample"): 1}


FORKED = """
import os
from moviecatalog.testing.application import make_app
app = make_app({"moviecatalog.metrics": "true"})
app.get("/api/movies/popular/")
for worker in range(2):
    if os.fork() == 0:
        app.get("/api/movies/1/")
        os._exit(0)
    os.wait()
print(app.get("/metrics").text)
"""


def test_workers_that_are_forked_off_a_finished_application_are_added_up(directory):
    figures = Figures(run(FORKED, **{VARIABLE: str(directory)}))
    assert figures.requests() == {("GET", "popular", "200"): 1, ("GET", "movie", "200"): 2}


SWITCHED_OFF = """
import sys
from moviecatalog.testing.application import make_app
make_app({}).get("/api/movies/popular/")
print("prometheus_client" in sys.modules)
"""


def test_where_switched_off_nothing_of_it_is_loaded():
    assert run(SWITCHED_OFF) == "False\n"
