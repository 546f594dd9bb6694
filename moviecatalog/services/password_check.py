"""Whether a password is the account's, asked no more often than the limit on sign-ins allows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from moviecatalog.domain.errors import SignInFailed, Unavailable, WrongPassword
from moviecatalog.domain.text import name_key
from moviecatalog.domain.users import Credentials, Identity, User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.security.passwords import Passwords
from moviecatalog.services.throttle import Throttle


class PasswordCheck:
    """A try is counted before the hash, for the address and for the account, and given back when it succeeds: many
    tries at once can't get past the limit. One that comes to no end because something is unavailable is given back
    too: it told nothing.

    No session is held while a password is hashed: that takes longer than everything else together.
    """

    def __init__(self, storage: Storage, passwords: Passwords, tries: Throttle) -> None:
        self._storage = storage
        self._passwords = passwords
        self._tries = tries

    def by_name(self, name: str, password: str, address: str) -> Credentials:
        """Those of the active account of this username or email. Raises SignInFailed, Throttled.

        An unknown account costs a hash too, so that it takes no less time.
        """
        with self._counted(f"address:{address}") as count:
            with self._storage.glance() as session:
                credentials = session.accounts.credentials(name)
            # By the account, not the name: it has two, and each would have tries of its own.
            count(_account(credentials.user) if credentials else f"nobody:{name_key(name)}")
            good = self._passwords.verify(credentials.password_hash if credentials else None, password)
            if not (credentials and good and credentials.user.is_active):
                raise SignInFailed
        return credentials

    def own(self, identity: Identity, password: str, address: str) -> User:
        """The account of somebody who is signed in, for what takes more than a token.

        Raises WrongPassword, InvalidToken, Throttled.
        """
        with self._storage.glance() as session:
            credentials = session.accounts.credentials_of(identity)
        with self._counted(f"address:{address}") as count:
            count(_account(credentials.user))
            if not self._passwords.verify(credentials.password_hash, password):
                raise WrongPassword
        return credentials.user

    @contextmanager
    def _counted(self, first: str) -> Iterator[_Count]:
        count = _Count(self._tries)
        count(first)
        try:
            yield count
        except Unavailable:
            count.give_back()
            raise
        count.give_back()


class _Count:
    """What one try has been counted under."""

    def __init__(self, tries: Throttle) -> None:
        self._tries = tries
        self._keys: list[str] = []

    def __call__(self, key: str) -> None:
        self._tries.hit(key)
        self._keys.append(key)

    def give_back(self) -> None:
        for key in self._keys:
            self._tries.give_back(key)


def _account(user: User) -> str:
    return f"account:{user.id}"
