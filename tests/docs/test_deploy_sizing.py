"""docs/deploy/sizing.md: its commands work, and the figures that the code decides are the code's."""

import configparser
import getpass
import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import make_url

from moviecatalog.cli.granian_settings import DEFAULTS, server_settings
from moviecatalog.plugins.storages.sqlalchemy.postgresql import PostgresqlDialect
from moviecatalog.settings.core import AuthSettings
from tests.docs.blocks import ROOT, blocks
from tests.engines.redis import RedisEngine

PAGE = "docs/deploy/sizing.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
SERVER, PROCESSES, REDIS = blocks(PAGE)


def paste(text):
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    command = ["bash", "-eu", "-c", text]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | {"PATH": path}).stdout


def test_the_lines_of_the_server_will_do():
    config = configparser.RawConfigParser()
    config.read_string(SERVER.text)
    settings = server_settings(dict(config["server:main"]))
    assert settings.workers == 4
    assert str(settings.threads) == DEFAULTS["threads"]
    assert f"which takes in whole requests, {settings.threads} are many" in " ".join(TEXT.split())


def test_it_shows_the_memory_of_each_process():
    head, *lines = paste(PROCESSES.text.replace("-u moviecatalog", f"-u {getpass.getuser()}")).splitlines()
    assert head.split() == ["PID", "RSS", "COMMAND"]
    assert str(os.getpid()) in {line.split()[0] for line in lines}


def test_it_bounds_redis(tmp_path):
    redis = RedisEngine(tmp_path)
    try:
        answers = paste(REDIS.text.replace("redis-cli ", f"redis-cli -p {redis.port} "))
        with redis.client() as client:
            assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "allkeys-lru"
    finally:
        redis.stop()
    assert answers.splitlines() == ["OK", "OK"]


def test_the_connections_are_those_of_the_pool():
    engine = PostgresqlDialect().create_engine(make_url("postgresql+psycopg://host/name"), patience=1.0)
    pool = engine.pool
    # One that were made for a rush alone would be made anew for each use.
    assert pool._max_overflow == 0
    assert f"A process has up to {pool.size()} connections; a health check has one of its own" in TEXT
    most = pool.size() + 1
    assert f"machines times the workers times {most}" in " ".join(TEXT.split())
    assert f"Four machines with four processes: {4 * 4 * most + 10}." in TEXT


def test_a_hash_takes_as_much_memory_as_it_says():
    kib = AuthSettings.__dataclass_fields__["argon2_memory_kib"].default
    assert f"| a password being hashed | {kib // 1024} each" in TEXT
