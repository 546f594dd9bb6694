"""Servers that make the application first and fork their workers afterwards."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

# In a process of its own, since pytest's has threads, which don't go well with forks.
PROGRAM = """
    import os, pathlib, sys
    from sqlalchemy import make_url
    from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
    from moviecatalog.testing.application import make_app

    path = sys.argv[1]

    def open_files():
        files = pathlib.Path("/proc/self/fd").iterdir()
        return [file for file in files if file.is_symlink() and str(file.readlink()).startswith(path)]

    def is_served():
        return app.get("/api/movies/?page_size=1").json["count"] == 400

    url = f"sqlite:///{path}"
    storage = SqlStorage(make_url(url))
    storage.migrate()
    app = make_app({"moviecatalog.storage": "sqlalchemy", "moviecatalog.storage.sqlalchemy.url": url})
    engine = app.app.registry.plugins.storage._engine
    BEFORE
    child = os.fork()
    if child == 0:
        good = CHILD
        os._exit(0 if good else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert is_served()
"""


@pytest.fixture
def run(tmp_path):
    def run(before, child):
        program = textwrap.dedent(PROGRAM).replace("BEFORE", before).replace("CHILD", child)
        done = subprocess.run(
            [sys.executable, "-c", program, tmp_path / "catalogue.sqlite"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    return run


@pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux's own list of open files")
def test_a_worker_inherits_no_open_file_of_the_database(run):
    run(before="assert is_served() and open_files()", child="not open_files()")


def test_a_worker_serves_from_connections_of_its_own(run):
    run(before="assert is_served()", child="engine.pool.checkedin() == 0 and is_served()")


def test_a_worker_never_gets_one_that_was_in_use_at_the_fork(run):
    run(
        before="inherited = engine.connect(); raw = inherited.connection.dbapi_connection",
        child="is_served() and engine.connect().connection.dbapi_connection is not raw",
    )


def test_an_engine_that_nobody_uses_any_more_is_not_kept(tmp_path):
    import gc
    import weakref

    from sqlalchemy import create_engine

    from moviecatalog.plugins.storages.sqlalchemy.forks import keep_out_of_forks

    engine = create_engine(f"sqlite:///{tmp_path}/other.sqlite")
    keep_out_of_forks(engine)
    seen = weakref.ref(engine)
    del engine
    gc.collect()
    assert seen() is None
