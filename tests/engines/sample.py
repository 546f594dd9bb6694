"""The shipped catalogue, served on a port of its own by the command."""

from contextlib import contextmanager

from moviecatalog.testing.application import TEST_SETTINGS
from tests.engines.binaries import free_port
from tests.engines.command import migrate, serve, write_ini


@contextmanager
def sample_server(folder, settings=None):
    """Its origin, such as http://127.0.0.1:8000. Films, accounts and all are in an SQLite file in `folder`."""
    port = free_port()
    app = TEST_SETTINGS | {
        "moviecatalog.storage": "sqlalchemy",
        "moviecatalog.storage.sqlalchemy.url": f"sqlite:///{folder}/movies.sqlite",
    }
    ini = write_ini(folder / "sample.ini", app | (settings or {}), "waitress", {"listen": f"127.0.0.1:{port}"})
    migrate(ini)
    with (folder / "log").open("w") as log:
        process = serve(ini, port, log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
