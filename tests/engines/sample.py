"""The shipped catalogue, served on a port of its own by the command."""

import shutil
from contextlib import contextmanager

from moviecatalog.testing.application import TEST_SETTINGS
from tests.engines.binaries import free_port
from tests.engines.command import migrate, serve, write_ini


@contextmanager
def sample_server(folder, settings=None, filled=None):
    """Its origin, such as http://127.0.0.1:8000. Films, accounts and all are in an SQLite file in `folder`.

    `filled` is a file to begin with, which saves the time that it takes to make one.
    """
    port = free_port()
    app = TEST_SETTINGS | {
        "moviecatalog.storage": "sqlalchemy",
        "moviecatalog.storage.sqlalchemy.url": f"sqlite:///{folder}/movies.sqlite",
    }
    ini = write_ini(folder / "sample.ini", app | (settings or {}), "waitress", {"listen": f"127.0.0.1:{port}"})
    if filled:
        shutil.copy(filled, folder / "movies.sqlite")
    else:
        migrate(ini)
    with (folder / "log").open("w") as log:
        process = serve(ini, port, log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
