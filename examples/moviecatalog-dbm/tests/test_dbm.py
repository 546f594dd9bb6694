import os
import subprocess
import sys

import pytest

from moviecatalog.domain.errors import Unavailable
from moviecatalog.testing import CacheContract
from moviecatalog_dbm import DbmCache, DbmSettings

LOCK = "moviecatalog:contract:lock"

DYING = """
import os, sys
from moviecatalog_dbm import DbmCache, DbmSettings
cache = DbmCache(DbmSettings(folder=sys.argv[1]))
cache.keep_for(60, lock_seconds=1)
cache.region.set("moviecatalog:contract:left", 1)
assert cache.region.backend.get_mutex("moviecatalog:contract:lock").acquire(False)
os._exit(1)
"""


@pytest.fixture
def make_cache(tmp_path):
    return lambda: DbmCache(DbmSettings(folder=str(tmp_path / "cache")))


class TestDbm(CacheContract):
    """The suite that every cache must pass, with the fixture `make_cache`."""


def test_answers_outlive_a_process_and_its_locks_end(make_cache, tmp_path):
    assert subprocess.run([sys.executable, "-c", DYING, tmp_path / "cache"], check=False).returncode == 1
    cache = make_cache()
    assert cache.region.get("moviecatalog:contract:left") == 1
    assert cache.region.backend.get_mutex(LOCK).acquire(True)


def test_files_that_are_too_large_are_begun_anew(make_cache, tmp_path):
    make_cache().region.set("moviecatalog:contract:large", "x" * 100_000)
    cache = DbmCache(DbmSettings(folder=str(tmp_path / "cache"), max_bytes=50_000))
    assert not cache.region.get("moviecatalog:contract:large")


def test_answers_are_served_from_it(make_api, tmp_path):
    lines = {"moviecatalog.cache": "dbm", "moviecatalog.cache.dbm.folder": str(tmp_path)}
    assert make_api(lines).get("/movies/popular/").headers["X-Cache"] == "MISS"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_told(make_cache, tmp_path):
    cache = make_cache()
    (tmp_path / "cache").chmod(0o500)
    with pytest.raises(Unavailable, match="can't be written to"):
        cache.check()
