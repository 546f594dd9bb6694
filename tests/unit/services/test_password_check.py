"""What a try of a password counts for the limit on them."""

import sqlite3
import threading

import limits
import pytest
from sqlalchemy import make_url

from moviecatalog.domain.errors import Busy, InvalidInput, SignInFailed, StorageUnavailable
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.security import passwords as hashing
from moviecatalog.security.passwords import Passwords
from moviecatalog.security.tokens import Tokens
from moviecatalog.services.accounts import Accounts, Registration
from moviecatalog.services.authentication import Authentication
from moviecatalog.services.counters import LocalCounters
from moviecatalog.services.password_check import PasswordCheck
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
def check(storage, passwords):
    return PasswordCheck(
        storage, passwords, Throttle(LocalCounters(), "sign_in", limits.parse(f"{TRIES} per hour"), of=str)
    )


@pytest.fixture
def accounts(storage, check, passwords):
    accounts = Accounts(
        storage, check, passwords, registrations=Throttle(LocalCounters(), "registration", None, of=str)
    )
    accounts.create(Registration(username="ann", email="ann@example.com", password=PASSWORD))
    return accounts


@pytest.fixture
def authentication(storage, accounts, check, passwords):
    return Authentication(storage, check, passwords, Tokens(("s" * 64,), 60, 60), rotates=False)


def sign_in(authentication, password=PASSWORD):
    return authentication.sign_in("ann", password, "203.0.113.1")


def test_failures_are_counted(authentication):
    for _ in range(TRIES):
        with pytest.raises(SignInFailed):
            sign_in(authentication, "wrong")
    with pytest.raises(OverLimit):
        sign_in(authentication)


def test_one_that_found_no_place_to_hash_is_not_counted(authentication, passwords, monkeypatch):
    monkeypatch.setattr(hashing, "LONGEST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr(passwords, "_places", threading.BoundedSemaphore(1))
    with passwords._places:
        for _ in range(TRIES + 1):
            with pytest.raises(Busy):
                sign_in(authentication)
    assert sign_in(authentication).user.username == "ann"


def test_one_that_found_no_storage_is_not_counted(authentication, storage, path):
    storage.close()
    away = path.rename(f"{path}.away")
    for _ in range(TRIES + 1):
        with pytest.raises(StorageUnavailable):
            sign_in(authentication)
    away.rename(path)
    assert sign_in(authentication).user.username == "ann"


def test_one_that_could_not_store_a_better_hash_succeeds(authentication, path, passwords, monkeypatch, caplog):
    monkeypatch.setattr(passwords, "is_outdated", lambda _: True)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert sign_in(authentication).user.username == "ann"
    other.close()
    assert "a hash could not be renewed: the database is locked" in caplog.text


def test_failures_of_a_password_that_changes_are_counted_with_those_of_sign_ins(accounts, authentication):
    user = sign_in(authentication).user.identity
    for _ in range(TRIES):
        with pytest.raises(InvalidInput):
            accounts.change_password(user, "wrong", "another password", "203.0.113.1")
    with pytest.raises(OverLimit):
        accounts.remove(user, PASSWORD, "203.0.113.9")
    with pytest.raises(OverLimit):
        authentication.sign_in("ann", PASSWORD, "203.0.113.9")


def test_a_password_that_is_refused_as_weak_counts_for_nothing(accounts, authentication):
    user = sign_in(authentication).user.identity
    for _ in range(TRIES + 1):
        with pytest.raises(InvalidInput) as caught:
            accounts.change_password(user, PASSWORD, "ann@example.com", "203.0.113.1")
        assert set(caught.value.details) == {"password"}
