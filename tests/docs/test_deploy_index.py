"""docs/deploy/index.md: each step's lines are settings that will do, and the lines of several machines serve."""

import configparser
import subprocess
from pathlib import Path

import pytest
import requests

from moviecatalog.cli.granian_settings import server_settings
from moviecatalog.plugins.caches.redis.cache import RedisCacheSettings
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlSettings
from moviecatalog.settings.core import CoreSettings
from moviecatalog.settings.reader import SettingsReader
from tests.docs.blocks import ROOT, blocks
from tests.engines.binaries import free_port
from tests.engines.command import command, environ, wait_for
from tests.engines.nginx import NginxEngine
from tests.engines.redis import redis_url
from tests.standins.tmdb import KEY

TRY, POSTGRESQL, SEVERAL, UPSTREAM, FAILING_OVER = blocks("docs/deploy/index.md")


def lines(block):
    config = configparser.RawConfigParser()
    config.read_string(block.text if "[" in block.text.splitlines()[0] else f"[app:main]\n{block.text}")
    return config


@pytest.mark.parametrize("block", [POSTGRESQL, SEVERAL, FAILING_OVER], ids=str)
def test_the_lines_are_settings_that_will_do(block):
    variables = {
        "MOVIECATALOG_AUTH_SECRET": "s" * 64,
        "MOVIECATALOG_CACHE_REDIS_URL": "redis://localhost",
    }
    own = dict(lines(block)["app:main"])
    if "moviecatalog.cache.redis.url" in own:
        del variables["MOVIECATALOG_CACHE_REDIS_URL"]
    reader = SettingsReader(own, variables)
    CoreSettings.read(reader)
    reader.read(RedisCacheSettings, "moviecatalog.cache.redis")
    reader.read(SqlSettings, "moviecatalog.storage.sqlalchemy")
    reader.finish()


def test_make_run_serves():
    (target,) = TRY.text.split()[1:]
    done = subprocess.run(["make", "-n", target], check=True, capture_output=True, text=True, cwd=ROOT, env=environ())
    assert "moviecatalog serve development.ini" in done.stdout


@pytest.fixture
def redis(tmp_path):
    with redis_url(tmp_path) as url:
        yield url


@pytest.fixture
def machines(tmp_path, postgresql, redis, own_tmdb):
    """Two, whose production.ini has the lines of step 4: the port of each."""
    config = lines(SEVERAL)
    assert config["server:main"]["listen"] == "0.0.0.0:8000"
    server_settings(dict(config["server:main"]))
    app = dict(config["app:main"]) | {
        "moviecatalog.storage.sqlalchemy.url": postgresql.new_database(),
        "moviecatalog.ratelimit.store": redis,
        "moviecatalog.trusted_proxies": "127.0.0.1",
    }
    variables = environ() | {
        "MOVIECATALOG_AUTH_SECRET": "s" * 64,
        "MOVIECATALOG_SOURCE_TMDB_API_KEY": KEY,
        "MOVIECATALOG_SOURCE_TMDB_BASE_URL": own_tmdb.url,
        "MOVIECATALOG_CACHE_REDIS_URL": redis,
    }
    ports, processes = [free_port(), free_port()], []
    try:
        for port in ports:
            ini = changed(tmp_path / f"{port}.ini", app, {"listen": f"0.0.0.0:{port}", "workers": "1"})
            if not processes:
                subprocess.run(command("migrate", ini), check=True, env=variables, capture_output=True)
            with (tmp_path / f"{port}.log").open("w") as log:
                processes.append(subprocess.Popen(command("serve", ini), env=variables, stdout=log, stderr=log))
        for port, process in zip(ports, processes, strict=True):
            wait_for(port, process)
        yield ports, processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def changed(path, app, server):
    config = configparser.RawConfigParser()
    config.read(ROOT / "production.ini")
    for section, own in {"app:main": app, "server:main": server}.items():
        for name, value in own.items():
            config.set(section, name, value)
    with path.open("w", encoding="ascii") as file:
        config.write(file)
    return path


def test_two_machines_are_one_catalogue_and_do_without_each_other(machines, tmp_path):
    (one, other), processes = machines
    upstreams = tmp_path / "upstreams.conf"
    upstreams.write_text(
        UPSTREAM.text.replace("192.0.2.21:8000;", "127.0.0.1:8000;").replace("192.0.2.22:8000", f"127.0.0.1:{other}")
    )
    nginx = NginxEngine(folder_of(tmp_path), f"127.0.0.1:{one}", upstreams=upstreams)
    nginx.start()
    try:

        def ask():
            return requests.get(f"{nginx.url}/api/movies/popular/", verify=str(nginx.certificate), timeout=10)

        answers = [ask() for _ in range(4)]
        assert [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers] == [99, 98, 97, 96]
        assert [answer.headers["X-Cache"] for answer in answers] == ["MISS", "HIT", "HIT", "HIT"]
        processes[0].terminate()
        processes[0].wait(20)
        assert [ask().status_code for _ in range(4)] == [200] * 4
    finally:
        nginx.stop()


def folder_of(tmp_path):
    folder = Path(tmp_path, "nginx")
    folder.mkdir()
    return folder
