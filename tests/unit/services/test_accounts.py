"""What a sign-in counts for the limit on them."""

import sqlite3
import threading

import limits
import pytest
from sqlalchemy import make_url

from moviecatalog.domain.errors import Busy, SignInFailed, StorageUnavailable
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.security import passwords as hashing
from moviecatalog.security.passwords import Passwords
from moviecatalog.security.tokens import Tokens
from moviecatalog.services.accounts import Accounts, Registration
from moviecatalog.services.counters import LocalCounters
from moviecatalog.services.throttle import OverLimit, Throttle

PASSWORD = "correct horse battery"
TRIES = 3


@pytest.fixture
def path(tmp_path):
    return tmp_path / "catalogue.sqlite"


@pytest.fixture
def storage(path):
    storage = SqlStorage(make_url(f"sqlite:///{path}"), lock_patience=0.05)
    storage.migrate()
    yield storage
    storage.close()


@pytest.fixture
def passwords():
    return Passwords(memory_kib=8, time_cost=1, parallelism=1)


@pytest.fixture
def accounts(storage, passwords):
    def throttle(name):
        return Throttle(LocalCounters(), name, limits.parse(f"{TRIES} per hour"), of=lambda: "")

    accounts = Accounts(
        storage,
        passwords,
        Tokens(("s" * 64,), 60, 60),
        sign_ins=throttle("sign_in"),
        registrations=throttle("registration"),
    )
    accounts.create(Registration(username="ann", email="ann@example.com", password=PASSWORD))
    return accounts


def sign_in(accounts, password=PASSWORD):
    return accounts.sign_in("ann", password, "203.0.113.1")


def test_failures_are_counted(accounts):
    for _ in range(TRIES):
        with pytest.raises(SignInFailed):
            sign_in(accounts, "wrong")
    with pytest.raises(OverLimit):
        sign_in(accounts)


def test_one_that_found_no_place_to_hash_is_not_counted(accounts, passwords, monkeypatch):
    monkeypatch.setattr(hashing, "LONGEST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr(passwords, "_places", threading.BoundedSemaphore(1))
    with passwords._places:
        for _ in range(TRIES + 1):
            with pytest.raises(Busy):
                sign_in(accounts)
    assert sign_in(accounts).user.username == "ann"


def test_one_that_found_no_storage_is_not_counted(accounts, storage, path):
    storage.close()
    away = path.rename(f"{path}.away")
    for _ in range(TRIES + 1):
        with pytest.raises(StorageUnavailable):
            sign_in(accounts)
    away.rename(path)
    assert sign_in(accounts).user.username == "ann"


def test_one_that_could_not_store_a_better_hash_is_given_back_once(accounts, path, passwords, monkeypatch):
    monkeypatch.setattr(passwords, "is_outdated", lambda _: True)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable):
        sign_in(accounts)
    other.close()
    for _ in range(TRIES):
        with pytest.raises(SignInFailed):
            sign_in(accounts, "wrong")
    with pytest.raises(OverLimit):
        sign_in(accounts, "wrong")
