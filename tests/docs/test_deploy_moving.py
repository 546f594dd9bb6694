"""docs/deploy/moving.md: who pastes it is on PostgreSQL afterwards, and no user notices."""

import pytest
import requests

from tests.docs.blocks import blocks
from tests.docs.machine import PRODUCTION, Machine
from tests.docs.test_deploy_backup import User

PLACE, COPY, SHOWN, CHANGE, START = blocks("docs/deploy/moving.md")
(ADDITION,) = (it for it in blocks(PRODUCTION) if "LoadCredential=database_url" in it.text)


@pytest.fixture
def machine(tmp_path):
    with Machine(tmp_path / "machine") as machine:
        machine.install()
        machine.start()
        yield machine


def test_a_catalogue_moves_to_postgresql_with_all_its_users(machine, postgresql):
    url = postgresql.new_database()
    requests.get(f"http://127.0.0.1:{machine.port}/api/movies/popular/", timeout=10)
    ada = User(machine.port, "ada")
    ada.rate(1, 9)
    machine.paste(PLACE.text, URL=url)
    assert machine.path("/etc/moviecatalog/postgresql.ini").stat().st_mode & 0o077 == 0
    told = machine.paste(COPY.text)
    assert counts(told)["accounts"] == ["1", "1", "1", "0"]
    assert list(counts(told)) == list(counts(SHOWN.text))

    ada.rate(2, 5)
    bob = User(machine.port, "bob")
    told = machine.paste(CHANGE.text, URL=url)
    assert counts(told) | {"films": None} == {
        "films": None,
        "accounts": ["2", "2", "1", "0"],
        "favourites": ["0", "0", "0", "0"],
        "ratings": ["2", "2", "1", "0"],
        "ended tokens": ["0", "0", "0", "0"],
    }
    unit = machine.path("/etc/systemd/system/moviecatalog.service")
    unit.write_text(f"{unit.read_text(encoding='utf-8')}\n{ADDITION.text}", encoding="utf-8")
    machine.path("/var/lib/moviecatalog/moviecatalog.sqlite").rename(machine.folder / "not needed any more")
    machine.paste(START.text)
    assert ada.ratings() == {1: 9, 2: 5}
    bob.rate(1, 3)
    assert bob.ratings() == {1: 3}


def counts(told):
    """Of each kind, what the table says but for the digest."""
    rows = [line.rsplit(maxsplit=5) for line in told.splitlines()[1:6]]
    return {name: numbers for name, *numbers, _ in rows}
