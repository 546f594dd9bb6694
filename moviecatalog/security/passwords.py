"""Password hashes, and what a password must not be."""

from __future__ import annotations

import os
import threading
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from moviecatalog.domain.errors import Busy
from moviecatalog.domain.text import name_key

MIN_LENGTH = 8
MAX_LENGTH = 128
MAX_UNNORMALIZED = 4 * MAX_LENGTH
LONGEST_WAIT_SECONDS = 2.0


class Passwords:
    """argon2id. At most as many hashes at once as there are cores: each takes megabytes and all of one core.

    Who waits for longer than two seconds gets Busy.
    """

    def __init__(self, memory_kib: int, time_cost: int, parallelism: int) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)
        self._places = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._nobodys_hash = self._hasher.hash(os.urandom(16).hex())

    def hash(self, password: str) -> str:
        with _Place(self._places):
            return self._hasher.hash(normalized(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is that of the hash. None, for nobody, takes as long as any other."""
        with _Place(self._places):
            try:
                good = self._hasher.verify(password_hash or self._nobodys_hash, normalized(password))
            except (VerificationError, InvalidHashError):
                return False
        return good and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other settings than today's."""
        return self._hasher.check_needs_rehash(password_hash)


def normalized(password: str) -> str:
    """The password as every keyboard writes it (NFKC): systems differ in how they compose an é."""
    return unicodedata.normalize("NFKC", password)


class _Place:
    """One of the places for hashing, held for a block."""

    def __init__(self, places: threading.BoundedSemaphore) -> None:
        self._places = places

    def __enter__(self) -> None:
        if not self._places.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise Busy("too many passwords are being hashed", retry_after=2)

    def __exit__(self, *_: object) -> None:
        self._places.release()


@lru_cache(maxsize=1)
def _common_passwords() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])


def weakness(password: str, names: tuple[str, ...] = ()) -> str | None:
    """Why this password won't do, as a sentence; None if it will. `names` are the account's own."""
    # Normalising takes time that grows with the square of a run of accents: never of more than could be right.
    too_long = len(password) > MAX_UNNORMALIZED
    password = normalized(password[:MAX_UNNORMALIZED])
    if too_long or not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters."
    if password.isdigit():
        return "A password must not be all digits."
    if password.lower() in _common_passwords():
        return "This password is among the most common ones; choose another."
    if name_key(password) in {name_key(name) for name in names}:
        return "A password must not be the username or the email."
    return None
