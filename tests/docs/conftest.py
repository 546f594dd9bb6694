import sys

import pytest
from sqlalchemy import make_url

from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.application import close_app, make_app
from tests.docs.reader import Reader
from tests.engines.command import PROGRAM
from tests.engines.sample import sample_server


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    """A folder with the command as a program of its name, and this Python."""
    folder = tmp_path_factory.mktemp("bin")
    # Not links: by one, Python doesn't find the environment that it is of.
    python = f'#!/bin/sh\nexec {sys.executable} "$@"'
    for name, script in {
        "moviecatalog": f"#!{sys.executable}\n{PROGRAM}",
        "python": python,
        "python3": python,
    }.items():
        (folder / name).write_text(f"{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """A database file with the films that ship."""
    path = tmp_path_factory.mktemp("filled") / "movies.sqlite"
    storage = SqlStorage(make_url(f"sqlite:///{path}"))
    storage.migrate()
    storage.close()
    lines = {"moviecatalog.storage": "sqlalchemy", "moviecatalog.storage.sqlalchemy.url": f"sqlite:///{path}"}
    close_app(make_app(lines))
    return path


@pytest.fixture
def read_with_a_server(tmp_path, programs, filled):
    """Read a page beside a catalogue that has just been started."""

    def read(page):
        (tmp_path / "served").mkdir()
        (tmp_path / "reader").mkdir()
        with (
            sample_server(tmp_path / "served", filled=filled) as origin,
            Reader(tmp_path / "reader", origin.rpartition(":")[2], [programs]) as reader,
        ):
            reader.read(page)

    return read
