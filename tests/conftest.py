import logging
import os

import pytest

from tests.engines.distributions import Distributions
from tests.engines.postgresql import PostgresqlEngine
from tests.engines.redis import RedisEngine
from tests.standins.tmdb import TmdbStandIn

pytest_plugins = ["moviecatalog.testing.plugin"]

# Configured, so the application leaves them alone and what is logged reaches pytest's `caplog`.
for name in ("moviecatalog", "waitress"):
    logging.getLogger(name).setLevel(logging.INFO)


@pytest.fixture
def own_tmdb():
    """A stand-in of a test's own: what its faults leave hanging is nobody else's."""
    stand_in = TmdbStandIn()
    yield stand_in
    stand_in.fault = None
    stand_in.close()


@pytest.fixture(scope="session")
def postgresql():
    """A server that tests share, each with databases of its own."""
    engine = PostgresqlEngine()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def distributions(tmp_path_factory):
    """The wheel and the sdist of what is in the tree, built once for all processes of a test run."""
    own = tmp_path_factory.getbasetemp()
    # Below it, each process of pytest-xdist has its own.
    return Distributions(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture
def own_redis(tmp_path):
    """A Redis of the test's own, to be killed, hung and started again."""
    engine = RedisEngine(tmp_path)
    yield engine
    engine.go_on()
    engine.stop()
