"""Accounts: making one, signing in, the profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from moviecatalog.domain.errors import (
    InvalidInput,
    InvalidRefreshToken,
    InvalidToken,
    NamesTaken,
    SignInFailed,
    Unavailable,
)
from moviecatalog.domain.text import name_key
from moviecatalog.domain.users import Identity, NewUser, ProfileChange, User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.security.passwords import Passwords
from moviecatalog.security.tokens import TokenKind, Tokens
from moviecatalog.services.throttle import Throttle


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What somebody who wants an account fills in; its rules have been checked."""

    username: str
    email: str
    password: str
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    user: User
    access: str
    refresh: str


def taken_message(field: str) -> str:
    return f"An account with this {field} exists already."


class Accounts:
    """No session is held while a password is hashed: that takes longer than everything else together."""

    def __init__(
        self,
        storage: Storage,
        passwords: Passwords,
        tokens: Tokens,
        *,
        sign_ins: Throttle,
        registrations: Throttle,
    ) -> None:
        self._storage = storage
        self._passwords = passwords
        self._tokens = tokens
        self._sign_ins = sign_ins
        self._registrations = registrations

    def register(self, registration: Registration, address: str) -> User:
        """Make an account. Raises Throttled, InvalidInput for names that are taken."""
        self._registrations.hit(address)
        return self.create(registration)

    def taken(self, names: Mapping[str, str], address: str) -> list[str]:
        """Which of these fields, `username` and `email`, hold somebody's name already. Raises Throttled.

        It tells as much as a registration that is refused, so it counts as one. Of no names, it tells nothing.
        """
        if not names:
            return []
        self._registrations.hit(address)
        with self._storage.read() as session:
            return [field for field, name in names.items() if session.accounts.credentials(name)]

    def create(self, registration: Registration) -> User:
        """Make an account, whether registration is open or not. Raises InvalidInput for names that are taken."""
        user = NewUser(
            username=registration.username,
            email=registration.email,
            password_hash=self._passwords.hash(registration.password),
            first_name=registration.first_name,
            last_name=registration.last_name,
        )
        try:
            return self._storage.write(lambda session: session.accounts.add(user))
        except NamesTaken as taken:
            raise InvalidInput({field: [taken_message(field)] for field in taken.fields}) from None

    def sign_in(self, name: str, password: str, address: str) -> SignedIn:
        """Tokens for the account of this username or email. Raises SignInFailed, Throttled.

        A try is counted before the hash and given back when it succeeds, so that many tries at once can't
        get past the limit. One that comes to no end because something is unavailable is given back too: it
        told nothing. An unknown account costs a hash too, so that it takes no less time.
        """
        by_address = f"address:{address}"
        self._sign_ins.hit(by_address)
        counted = [by_address]
        try:
            with self._storage.read() as session:
                credentials = session.accounts.credentials(name)
            # By the account, not the name: it has two, and each would have tries of its own.
            account = f"account:{credentials.user.id}" if credentials else f"nobody:{name_key(name)}"
            self._sign_ins.hit(account)
            counted.append(account)
            good = self._passwords.verify(credentials.password_hash if credentials else None, password)
        except Unavailable:
            self._give_back(counted)
            raise
        if not (credentials and good and credentials.user.is_active):
            raise SignInFailed
        self._give_back(counted)
        self._rehash_if_outdated(credentials.user, credentials.password_hash, password)
        return SignedIn(credentials.user, self._tokens.access(credentials.user), self._tokens.refresh(credentials.user))

    def _give_back(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._sign_ins.give_back(key)

    def _rehash_if_outdated(self, user: User, password_hash: str, password: str) -> None:
        if self._passwords.is_outdated(password_hash):
            renewed = self._passwords.hash(password)
            self._storage.write(lambda session: session.accounts.set_password_hash(user.id, renewed))

    def refresh(self, token: str) -> str:
        """A new access token. Raises InvalidRefreshToken."""
        try:
            identity = self._tokens.identity(token, TokenKind.REFRESH)
            return self._tokens.access(self.profile(identity))
        except InvalidToken:
            raise InvalidRefreshToken from None

    def profile(self, user: Identity) -> User:
        """Raises InvalidToken."""
        with self._storage.read() as session:
            return session.accounts.get(user)

    def update_profile(self, user: Identity, change: ProfileChange) -> User:
        """Raises InvalidToken."""
        return self._storage.write(lambda session: session.accounts.change_profile(user, change))

    def set_active(self, name: str, *, active: bool) -> User:
        """For the operator. Raises UserNotFound."""
        return self._storage.write(lambda session: session.accounts.set_active(name, active))
