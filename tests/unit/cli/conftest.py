import os
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from moviecatalog.cli import main

APP = {
    "use": "egg:moviecatalog",
    "moviecatalog.source.sample.path": "%(here)s/films.jsonl",
    "moviecatalog.storage.sqlalchemy.url": "sqlite:///%(here)s/catalogue.sqlite",
    "moviecatalog.auth.argon2.memory_kib": "8",
    "moviecatalog.auth.argon2.time_cost": "1",
}
PROGRAM = "from moviecatalog.cli import main; main(prog_name='moviecatalog')"


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Nothing of whoever runs the tests, and a signing secret."""
    for name in [name for name in os.environ if name.startswith("MOVIECATALOG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MOVIECATALOG_AUTH_SECRET", "s" * 64)


@pytest.fixture
def port():
    """One that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture
def write_ini(tmp_path, port):
    """Write the ini file of a small catalogue; a line given as None is left out."""
    (tmp_path / "films.jsonl").write_text('{"tmdb_id": 550, "title": "Fight Club"}\n', encoding="utf-8")

    def write(app=None, server=None, name="catalogue.ini"):
        server_lines = {"use": "egg:waitress#main", "listen": f"127.0.0.1:{port}"} | (server or {})
        text = ""
        for section, lines in {"app:main": APP | (app or {}), "server:main": server_lines}.items():
            text += f"[{section}]\n" + "".join(
                f"{key} = {value}\n" for key, value in lines.items() if value is not None
            )
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def run():
    """Give the command within this process."""

    def run(*args, **kwargs):
        return CliRunner().invoke(main, [str(arg) for arg in args], prog_name="moviecatalog", **kwargs)

    return run


@pytest.fixture
def migrated(write_ini, run):
    """The ini file of a catalogue that can be served."""
    ini = write_ini()
    assert run("migrate", ini).exit_code == 0
    return ini


@pytest.fixture
def start():
    """Give the command in a process of its own, which ends with the block at the latest."""

    @contextmanager
    def start(*args, program=(sys.executable, "-c", PROGRAM)):
        command = [*program, *(str(arg) for arg in args)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()

    return start
