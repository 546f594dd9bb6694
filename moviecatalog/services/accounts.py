"""Accounts: making one, what belongs to it, its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moviecatalog.domain.errors import InvalidInput, NamesTaken, WrongPassword
from moviecatalog.domain.library import Favorite, Rating
from moviecatalog.domain.users import Identity, NewUser, ProfileChange, User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.security.passwords import Passwords, weakness
from moviecatalog.services.password_check import PasswordCheck
from moviecatalog.services.throttle import Throttle

ALL = 2**31 - 1
"""More rows than anybody has, and no more than a database takes for a limit."""

WRONG_PASSWORD = "This is not the account's password."  # noqa: S105  # nosec B105  # a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What somebody who wants an account fills in; its rules have been checked."""

    username: str
    email: str
    password: str
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that an account holds, newest first, but its password's hash."""

    user: User
    favorites: tuple[Favorite, ...]
    ratings: tuple[Rating, ...]


def taken_message(field: str) -> str:
    return f"An account with this {field} exists already."


class Accounts:
    """What takes an Identity raises InvalidToken where no active account stands behind it.

    No session is held while a password is hashed: that takes longer than everything else together.
    """

    def __init__(
        self, storage: Storage, check: PasswordCheck, passwords: Passwords, *, registrations: Throttle
    ) -> None:
        self._storage = storage
        self._check = check
        self._passwords = passwords
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

    def profile(self, user: Identity) -> User:
        with self._storage.glance() as session:
            return session.accounts.get(user)

    def update_profile(self, user: Identity, change: ProfileChange) -> User:
        return self._storage.write(lambda session: session.accounts.change_profile(user, change))

    def change_password(self, user: Identity, current: str, new: str, address: str) -> None:
        """Every token issued before ends. Raises InvalidInput for a wrong or a weak password, Throttled."""
        try:
            account = self._check.own(user, current, address)
        except WrongPassword:
            raise InvalidInput({"current_password": [WRONG_PASSWORD]}) from None
        if reason := weakness(new, (account.username, account.email)):
            raise InvalidInput({"password": [reason]})
        password_hash = self._passwords.hash(new)
        self._storage.write(lambda session: session.accounts.change_password(user, password_hash))

    def remove(self, user: Identity, password: str, address: str) -> None:
        """Delete the account with all that it holds. Raises InvalidInput for a wrong password, Throttled."""
        try:
            self._check.own(user, password, address)
        except WrongPassword:
            raise InvalidInput({"password": [WRONG_PASSWORD]}) from None
        self._storage.write(lambda session: session.accounts.remove(user))

    def holdings(self, user: Identity) -> Holdings:
        with self._storage.read() as session:
            return Holdings(
                session.accounts.get(user),
                session.library.favorites(user, 0, ALL).items,
                session.library.ratings(user, 0, ALL).items,
            )

    def set_active(self, name: str, *, active: bool) -> User:
        """For the operator. Raises UserNotFound."""
        return self._storage.write(lambda session: session.accounts.set_active(name, active))
