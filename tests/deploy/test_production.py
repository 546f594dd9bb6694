"""production.ini as it ships, with three environment variables."""

import json
import re
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

import pytest

from tests.docs.blocks import ROOT
from tests.engines.binaries import free_port
from tests.engines.command import command, environ, wait_for
from tests.engines.redis import redis_url
from tests.standins.tmdb import KEY, TmdbStandIn

SECRET = "Zk3v-9QmX_t7LrW2cYb8NfH5sJd1GpA4uEoT6iKxBqRwVzMy0CnDhFlSgPjU-eOa"


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """The variables, of which the first is a secret, the second TMDB's key, the third where Redis is."""
    with redis_url(tmp_path_factory.mktemp("redis")) as url:
        yield {
            "MOVIECATALOG_AUTH_SECRET": SECRET,
            "MOVIECATALOG_SOURCE_TMDB_API_KEY": KEY,
            "MOVIECATALOG_CACHE_REDIS_URL": url,
        }


@pytest.fixture
def installation(three, tmp_path):
    """The file with a port, a folder and a TMDB of the test's own."""
    tmdb, port = TmdbStandIn(), free_port()
    text = (ROOT / "production.ini").read_text(encoding="utf-8")
    for ours, theirs in (("127.0.0.1:8000", f"127.0.0.1:{port}"), ("/var/lib/moviecatalog", str(tmp_path))):
        assert ours in text
        text = text.replace(ours, theirs)
    ini = tmp_path / "production.ini"
    ini.write_text(text, encoding="utf-8")
    yield ini, port, environ() | three | {"MOVIECATALOG_SOURCE_TMDB_BASE_URL": tmdb.url}
    tmdb.close()


@contextmanager
def serving(starting, port, environment, log):
    with log.open("w") as file:
        process = subprocess.Popen(starting, env=environment, stdout=file, stderr=file)
    try:
        wait_for(port, process)
        yield
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_its_variables_are_those_that_it_says_are_required(three):
    text = (ROOT / "production.ini").read_text(encoding="utf-8")
    required = re.findall(r"required[^\n]*\n(?:#[^\n]*\n)*?# (MOVIECATALOG_\w+)", text)
    assert set(required) == set(three)


@pytest.mark.parametrize("server", ["moviecatalog serve --workers 2", "pserve"])
def test_it_serves_films_from_tmdb(installation, tmp_path, server):
    ini, port, environment = installation
    subprocess.run(command("migrate", ini), env=environment, check=True, capture_output=True)
    pserve = [sys.executable, "-m", "pyramid.scripts.pserve", str(ini)]
    starting = pserve if server == "pserve" else command("serve", ini, "--workers", "2")
    with serving(starting, port, environment, tmp_path / "log"):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/movies/popular/") as answer:
            assert len(json.load(answer)["results"]) == 10
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health/ready/") as answer:
            assert json.load(answer)["status"] == "ok"
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert KEY not in log
    assert SECRET not in log


def test_check_finds_nothing_wrong_with_it(installation):
    ini, _, environment = installation
    subprocess.run(command("migrate", ini), env=environment, check=True, capture_output=True)
    done = subprocess.run(command("check", ini), env=environment, check=False, capture_output=True, text=True)
    assert [line for line in done.stdout.splitlines() if not line.startswith("ok")] == []
    assert done.returncode == 0


def test_without_them_each_is_named(installation):
    ini, _, environment = installation
    bare = {name: value for name, value in environment.items() if not name.startswith("MOVIECATALOG_")}
    done = subprocess.run(command("serve", ini), env=bare, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    for name in ("AUTH_SECRET", "SOURCE_TMDB_API_KEY", "CACHE_REDIS_URL"):
        assert f"MOVIECATALOG_{name}_FILE" in done.stderr
