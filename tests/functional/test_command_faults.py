"""`moviecatalog serve` where something is missing, full, or tells it to stop."""

import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from moviecatalog.testing.application import TEST_SETTINGS
from moviecatalog.testing.client import PASSWORD
from tests.engines.binaries import free_port
from tests.engines.command import command, environ, wait_for, write_ini
from tests.functional.conftest import sqlite
from tests.functional.traffic import Client, soon
from tests.standins.tmdb import KEY

PASSWORDS = {"password": PASSWORD, "password_confirm": PASSWORD}


@pytest.fixture
def serve(tmp_path, filled_sqlite):
    """`moviecatalog serve` in a process of its own, with these lines, and what it writes to stderr going there."""
    started = []
    shutil.copy(filled_sqlite, tmp_path / "movies.sqlite")

    def serve(settings, stderr, server="waitress"):
        port = free_port()
        lines = TEST_SETTINGS | sqlite(tmp_path / "movies.sqlite") | settings
        ini = write_ini(tmp_path / "catalogue.ini", lines, server, {"listen": f"127.0.0.1:{port}"})
        process = subprocess.Popen(
            command("serve", ini), stdout=subprocess.PIPE, stderr=stderr, text=True, env=environ()
        )
        started.append(process)
        return process, port

    yield serve
    for process in started:
        # Not killed at once: granian's processes are its own children.
        process.terminate()
        process.communicate()


def test_without_the_sources_key_it_does_not_start_and_names_the_setting(serve):
    process, _ = serve({"moviecatalog.source": "tmdb"}, subprocess.PIPE)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "moviecatalog.source.tmdb.api_key" in stderr
    assert "Traceback" not in stderr
    assert KEY not in stderr


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_with_a_full_disk_for_its_log_it_answers_nevertheless(serve, log_format):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process, port = serve({"moviecatalog.log.format": log_format}, full)
        assert process.stdout.readline().startswith("Serving on")
        with closing(Client(port)) as client:
            names = {"username": "ann", "email": "ann@example.com"}
            registered = client.call("POST", "/auth/users/", names | PASSWORDS)
            signed_in = client.call("POST", "/auth/token/", names | PASSWORDS)
            assert (registered[0], signed_in[0]) == (201, 200)
            client.token = signed_in[1]["access"]
            for path in ("/movies/", "/movies/1/", "/auth/users/me/", "/health/ready/"):
                assert client.call("GET", path)[0] == 200
            assert client.call("POST", "/movies/1/rate/", {"rating": 5})[0] == 201
            assert client.call("GET", "/movies/0/")[0] == 404
        assert process.poll() is None


@pytest.mark.parametrize("server", ["waitress", "granian"])
def test_told_to_stop_in_the_middle_of_requests_it_answers_them_first(serve, own_tmdb, server):
    process, port = serve(own_tmdb.settings, subprocess.DEVNULL, server)
    assert process.stdout.readline().startswith("Serving on")
    wait_for(port)
    own_tmdb.delay = 1.0

    def search(number):
        with closing(Client(port)) as client:
            return client.call("GET", f"/movies/search/?q=the{number}")[0]

    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(search, number) for number in range(4)]
        soon(lambda: len(own_tmdb.asked) == 4, seconds=5)
        process.send_signal(signal.SIGTERM)
        assert [answer.result() for answer in answers] == [200] * 4
    assert process.wait(10) == 0
