import os
import threading

import pytest

from moviecatalog.domain.errors import Busy
from moviecatalog.security import passwords as module
from moviecatalog.security.passwords import Passwords, weakness


@pytest.fixture(scope="module")
def passwords():
    return Passwords(memory_kib=8, time_cost=1, parallelism=1)


def test_a_password_is_that_of_its_hash(passwords):
    hashed = passwords.hash("correct horse")
    assert hashed.startswith("$argon2id$")
    assert passwords.verify(hashed, "correct horse")
    assert not passwords.verify(hashed, "wrong horse")


def test_a_password_is_the_same_however_its_letters_are_composed(passwords):
    assert passwords.verify(passwords.hash("caf\u00e9 cr\u00e8me"), "cafe\u0301 cre\u0300me")


def test_nobody_has_no_password(passwords):
    assert not passwords.verify(None, "anything")


def test_a_foreign_hash_is_never_right(passwords):
    assert not passwords.verify("pbkdf2$whatever", "anything")


def test_a_hash_of_other_settings_is_outdated(passwords):
    hashed = passwords.hash("correct horse")
    assert not passwords.is_outdated(hashed)
    assert Passwords(memory_kib=16, time_cost=1, parallelism=1).is_outdated(hashed)


def test_who_waits_too_long_for_a_place_is_told_so(monkeypatch):
    monkeypatch.setattr(module, "LONGEST_WAIT_SECONDS", 0.01)
    passwords = Passwords(memory_kib=8, time_cost=1, parallelism=1)
    for _ in range(os.cpu_count() or 1):
        passwords._places.acquire()
    told = []

    def work():
        try:
            passwords.hash("x")
        except Busy as error:
            told.append(error.retry_after)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert told == [2]


@pytest.mark.parametrize("password", ["correct horse", "p" * 128, "пароль-пароль", "a\u0000bcdefgh"])
def test_a_fair_password_is_not_weak(password):
    assert weakness(password) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("seven77", "8 to 128"),
        ("x" * 129, "8 to 128"),
        ("9182736450", "all digits"),
        ("password", "common"),
        ("PassWord1", "common"),
        ("\uff50assword", "common"),
        ("Newuser_1", "username or the email"),
        ("new@example.com", "username or the email"),
    ],
)
def test_a_weak_password_is_told_why(password, reason):
    assert reason in weakness(password, ("newuser_1", "NEW@example.com"))
