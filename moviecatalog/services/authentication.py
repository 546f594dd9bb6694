"""Signing in, going on, and signing out."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from moviecatalog.domain.errors import InvalidRefreshToken, InvalidToken, Unavailable
from moviecatalog.domain.users import Credentials, RefreshToken, User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.security.passwords import Passwords
from moviecatalog.security.tokens import Tokens
from moviecatalog.services.password_check import PasswordCheck

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignedIn:
    user: User
    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Refreshed:
    """`refresh` is None where the token that was handed in stays good."""

    access: str
    refresh: str | None


class Authentication:
    """With `rotates`, a refresh token is good for one use, which gives the next one."""

    def __init__(
        self, storage: Storage, check: PasswordCheck, passwords: Passwords, tokens: Tokens, *, rotates: bool
    ) -> None:
        self._storage = storage
        self._check = check
        self._passwords = passwords
        self._tokens = tokens
        self._rotates = rotates

    def sign_in(self, name: str, password: str, address: str) -> SignedIn:
        """Tokens for the account of this username or email. Raises SignInFailed, Throttled."""
        credentials = self._check.by_name(name, password, address)
        if self._passwords.is_outdated(credentials.password_hash):
            self._rehash(credentials, password)
        user = credentials.user
        return SignedIn(user, self._tokens.access(user), self._tokens.refresh(user))

    def _rehash(self, credentials: Credentials, password: str) -> None:
        try:
            renewed = self._passwords.hash(password)
            self._storage.write(lambda session: session.accounts.set_password_hash(credentials.user.id, renewed))
        except Unavailable as error:
            # The password was right; the next sign-in tries again.
            log.warning("a hash could not be renewed: %s", error)

    def refresh(self, token: str) -> Refreshed:
        """Raises InvalidRefreshToken."""
        try:
            held = self._tokens.refresh_token(token)
            if self._rotates:
                return self._rotated(held)
            with self._storage.glance() as session:
                return Refreshed(self._tokens.access(session.tokens.owner(held)), None)
        except InvalidToken:
            raise InvalidRefreshToken from None

    def _rotated(self, held: RefreshToken) -> Refreshed:
        until = self._tokens.refresh_end()
        user = self._storage.write(lambda session: session.tokens.spend(held, until))
        if user is None:
            log.warning("a refresh token of user %d was used twice: its family is ended", held.identity.user_id)
            raise InvalidToken
        return Refreshed(self._tokens.access(user), self._tokens.refresh(user, follows=held))

    def revoke(self, token: str) -> None:
        """End a refresh token, with its family; one that is dead already will do. Raises InvalidRefreshToken."""
        try:
            held = self._tokens.refresh_token(token, expired_too=True)
        except InvalidToken:
            raise InvalidRefreshToken from None
        until = self._tokens.refresh_end()
        self._storage.write(lambda session: session.tokens.end_family(held, until))
