"""Accounts."""

from __future__ import annotations

import dataclasses

from moviecatalog.domain import clock
from moviecatalog.domain.errors import InvalidToken, NamesTaken, UserNotFound
from moviecatalog.domain.text import name_key
from moviecatalog.domain.unset import UNSET
from moviecatalog.domain.users import Credentials, Identity, NewUser, ProfileChange, User
from moviecatalog.plugins.storages.memory.state import State
from moviecatalog.plugins.storages.stores import AccountStore


class MemoryAccountStore(AccountStore):
    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, user: NewUser) -> User:
        names = {"username": user.username, "email": user.email}
        taken = [field for field, name in names.items() if name_key(name) in self._state.names]
        if taken:
            raise NamesTaken(taken)
        now = clock.now()
        added = User(
            id=self._state.next_id(),
            username=user.username,
            email=user.email,
            first_name=user.first_name,
            last_name=user.last_name,
            created_at=now,
            updated_at=now,
        )
        self._state.put(Credentials(added, user.password_hash))
        return added

    def get(self, identity: Identity) -> User:
        account = self._state.accounts.get(identity.user_id)
        if account is None or not account.user.is_active or account.user.identity != identity:
            raise InvalidToken
        return account.user

    def credentials(self, name: str) -> Credentials | None:
        user_id = self._state.names.get(name_key(name))
        return None if user_id is None else self._state.accounts[user_id]

    def credentials_of(self, identity: Identity) -> Credentials:
        return self._state.accounts[self.get(identity).id]

    def change_profile(self, identity: Identity, change: ProfileChange) -> User:
        user = self.get(identity)
        changed = dataclasses.replace(
            user,
            first_name=user.first_name if change.first_name is UNSET else change.first_name,
            last_name=user.last_name if change.last_name is UNSET else change.last_name,
            bio=user.bio if change.bio is UNSET else change.bio,
            profile_picture=user.profile_picture if change.profile_picture is UNSET else change.profile_picture,
            updated_at=clock.now(),
        )
        self._replace(changed)
        return changed

    def set_password_hash(self, user_id: int, password_hash: str) -> None:
        account = self._state.accounts.get(user_id)
        if account is not None:
            self._state.put(Credentials(account.user, password_hash))

    def change_password(self, identity: Identity, password_hash: str) -> User:
        user = self.get(identity)
        changed = dataclasses.replace(user, token_version=user.token_version + 1, updated_at=clock.now())
        self._state.put(Credentials(changed, password_hash))
        return changed

    def remove(self, identity: Identity) -> None:
        self._state.remove(Credentials, {self.get(identity).id})

    def set_active(self, name: str, active: bool) -> User:
        account = self.credentials(name)
        if account is None:
            raise UserNotFound
        # The version moves on so that a later activation doesn't bring the old tokens back to life.
        version = account.user.token_version + (not active)
        changed = dataclasses.replace(account.user, is_active=active, token_version=version, updated_at=clock.now())
        self._replace(changed)
        return changed

    def last_id(self) -> int:
        return self._state.last_id

    def skip_ids(self, last_id: int) -> None:
        self._state.last_id = max(self._state.last_id, last_id)

    def _replace(self, user: User) -> None:
        self._state.put(dataclasses.replace(self._state.accounts[user.id], user=user))
