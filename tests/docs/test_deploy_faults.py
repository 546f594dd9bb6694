"""docs/deploy/faults.md: what it shows of a failing part is what one sees.

That its table is true, the tests of each part's faults show, in tests/functional.
"""

import json
import os
import re
import subprocess

import pytest
import requests

from tests.docs.blocks import ROOT, blocks
from tests.engines.redis import RedisEngine
from tests.engines.servers import Servers
from tests.functional.conftest import migrate, storage_url

PAGE = "docs/deploy/faults.md"
HEALTH, DEGRADED = blocks(PAGE)


@pytest.fixture
def redis(tmp_path):
    engine = RedisEngine(tmp_path)
    yield engine
    engine.kill()


@pytest.fixture
def server(tmp_path, redis, own_tmdb):
    url = storage_url(tmp_path / "catalogue.sqlite")
    migrate(url)
    settings = {
        "moviecatalog.storage": "sqlalchemy",
        "moviecatalog.storage.sqlalchemy.url": url,
        "moviecatalog.metrics": "true",
        "moviecatalog.cache": "redis",
        "moviecatalog.cache.redis.url": redis.url,
    }
    servers = Servers(own_tmdb.settings | settings, count=1)
    yield servers.urls()[0]
    servers.stop()


def asked(server):
    """What the block's command says: the body, and the status."""
    text = HEALTH.text.replace("http://127.0.0.1:8000", server)
    assert text != HEALTH.text
    done = subprocess.run(["bash", "-eu", "-c", text], check=True, capture_output=True, text=True, env=os.environ)
    body, _, status = done.stdout.strip().rpartition("}")
    return json.loads(body + "}"), int(status)


def without_times(answer):
    return answer | {
        "checks": {
            part: {name: value for name, value in check.items() if name != "milliseconds"}
            for part, check in answer["checks"].items()
        }
    }


def test_a_redis_that_is_stopped_degrades_and_no_more(server, redis):
    assert asked(server)[0]["status"] == "ok"
    redis.kill()
    answer, status = asked(server)
    assert without_times(answer) == without_times(json.loads(DEGRADED.text))
    assert status == 200


def test_the_figures_to_look_at_are_there(server):
    named = set(re.findall(r"`(moviecatalog_\w+)", (ROOT / PAGE).read_text(encoding="utf-8")))
    # A figure of what has never happened isn't told.
    requests.get(f"{server}/api/movies/popular/", timeout=10)
    told = requests.get(f"{server}/metrics", timeout=10).text
    assert len(named) == 6
    assert {name for name in named if f"# TYPE {name} " not in told} == set()
