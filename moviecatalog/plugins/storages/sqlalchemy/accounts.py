"""Accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update

from moviecatalog.domain import clock
from moviecatalog.domain.errors import InvalidToken, NamesTaken, UserNotFound
from moviecatalog.domain.text import name_key
from moviecatalog.domain.unset import UNSET
from moviecatalog.domain.users import Credentials, Identity, NewUser, ProfileChange, User
from moviecatalog.plugins.storages.sqlalchemy.rating_sums import remove_ratings
from moviecatalog.plugins.storages.sqlalchemy.rows import USER_COLUMNS, USER_WIDTH, as_user
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import ratings, sign_in_names, users
from moviecatalog.plugins.storages.sqlalchemy.viewer import IS_CURRENT, account, viewed_by
from moviecatalog.plugins.storages.stores import AccountStore

ACCOUNT = account(*USER_COLUMNS)
CREDENTIALS = account(*USER_COLUMNS, users.c.password_hash)
OWNER = select(sign_in_names.c.user_id).where(sign_in_names.c.key == bindparam("name"))
IS_NAMED = users.c.id == OWNER.scalar_subquery()
NAMED_CREDENTIALS = select(*USER_COLUMNS, users.c.password_hash).where(IS_NAMED)


class SqlAccountStore(AccountStore):
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, user: NewUser) -> User:
        now = clock.now()
        keys = {"username": name_key(user.username), "email": name_key(user.email)}
        account = {
            "username": user.username,
            "email": user.email,
            "password_hash": user.password_hash,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "created_at": now,
            "updated_at": now,
        }
        # Looking first whether the names are free would say nothing about the moment of inserting them. The
        # insert says which of them it got, and the savepoint takes the account back if that isn't all.
        with self._statements.savepoint():
            added = as_user(self._statements.all(insert(users).returning(*USER_COLUMNS), account)[0])
            # In one order everywhere: two registrations with crossed names would otherwise wait for each other.
            rows = [{"key": key, "user_id": added.id} for key in sorted(set(keys.values()))]
            claim = self._statements.dialect.insert_missing(sign_in_names).returning(sign_in_names.c.key)
            claimed = {row.key for row in self._statements.all(claim, rows)}
            taken = [field for field, key in keys.items() if key not in claimed]
            if taken:
                raise NamesTaken(taken)
        return added

    def get(self, identity: Identity) -> User:
        row = self._statements.first(ACCOUNT, viewed_by(identity))
        if row is None:
            raise InvalidToken
        return as_user(row)

    def credentials(self, name: str) -> Credentials | None:
        row = self._statements.first(NAMED_CREDENTIALS, {"name": name_key(name)})
        return None if row is None else Credentials(as_user(row), row[USER_WIDTH])

    def credentials_of(self, identity: Identity) -> Credentials:
        row = self._statements.first(CREDENTIALS, viewed_by(identity))
        if row is None:
            raise InvalidToken
        return Credentials(as_user(row), row[USER_WIDTH])

    def change_profile(self, identity: Identity, change: ProfileChange) -> User:
        named = {
            "first_name": change.first_name,
            "last_name": change.last_name,
            "bio": change.bio,
            "profile_picture": change.profile_picture,
        }
        values = {field: value for field, value in named.items() if value is not UNSET}
        changed = self._update(IS_CURRENT, values | {"updated_at": clock.now()}, viewed_by(identity))
        if changed is None:
            raise InvalidToken
        return changed

    def set_password_hash(self, user_id: int, password_hash: str) -> None:
        self._statements.run(update(users).where(users.c.id == user_id).values(password_hash=password_hash))

    def change_password(self, identity: Identity, password_hash: str) -> User:
        values = {
            "password_hash": password_hash,
            "token_version": users.c.token_version + 1,
            "updated_at": clock.now(),
        }
        changed = self._update(IS_CURRENT, values, viewed_by(identity))
        if changed is None:
            raise InvalidToken
        return changed

    def remove(self, identity: Identity) -> None:
        # Locked first: whoever keeps something for this account at this moment, a row that refers to it, comes to
        # an end before, or finds no account.
        if not self._statements.first(account(users.c.id).with_for_update(), viewed_by(identity)):
            raise InvalidToken
        remove_ratings(self._statements, ratings.c.user_id == identity.user_id)
        self._statements.run(delete(users).where(users.c.id == identity.user_id))

    def set_active(self, name: str, active: bool) -> User:
        values: dict[str, Any] = {"is_active": active, "updated_at": clock.now()}
        if not active:
            # Or else a later activation would bring the old tokens back to life.
            values["token_version"] = users.c.token_version + 1
        changed = self._update(IS_NAMED, values, {"name": name_key(name)})
        if changed is None:
            raise UserNotFound
        return changed

    def last_id(self) -> int:
        row = self._statements.first(self._statements.dialect.last_id(users))
        return (row and row[0]) or 0

    def skip_ids(self, last_id: int) -> None:
        for statement in self._statements.dialect.skip_ids(users, last_id):
            self._statements.run(statement)

    def _update(
        self, which: ColumnElement[bool], values: dict[str, Any], parameters: Mapping[str, Any] | None = None
    ) -> User | None:
        statement = update(users).where(which).values(values).returning(*USER_COLUMNS)
        row = self._statements.first(statement, parameters)
        return None if row is None else as_user(row)
