"""Refresh tokens that were ended."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, exists, select

from moviecatalog.domain import clock
from moviecatalog.domain.errors import InvalidToken
from moviecatalog.domain.users import RefreshToken, User
from moviecatalog.plugins.storages.sqlalchemy.rows import USER_COLUMNS, as_user
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import ended_tokens, users
from moviecatalog.plugins.storages.sqlalchemy.viewer import account, viewed_by
from moviecatalog.plugins.storages.stores import TokenStore


class SqlTokenStore(TokenStore):
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def owner(self, token: RefreshToken) -> User:
        return self._owner(token, token.id, token.family)

    def spend(self, token: RefreshToken, until: dt.datetime) -> User | None:
        user = self._owner(token, token.family)
        if self._end(token.id, token, until):
            return user
        self._end(token.family, token, until)
        return None

    def end_family(self, token: RefreshToken, until: dt.datetime) -> None:
        if self._statements.first(select(users.c.id).where(users.c.id == token.identity.user_id)):
            self._end(token.family, token, until)

    def _owner(self, token: RefreshToken, *ids: str) -> User:
        """Unless one of these was ended. Raises InvalidToken."""
        ended = exists(select(ended_tokens.c.id).where(ended_tokens.c.id.in_(ids)))
        row = self._statements.first(account(*USER_COLUMNS).where(~ended), viewed_by(token.identity))
        if row is None:
            raise InvalidToken
        return as_user(row)

    def _end(self, which: str, token: RefreshToken, until: dt.datetime) -> bool:
        """False where it was ended already. The insert says so: having looked before would prove nothing."""
        self._statements.run(delete(ended_tokens).where(ended_tokens.c.expires_at <= clock.now()))
        row = {"id": which, "user_id": token.identity.user_id, "expires_at": until}
        insert = self._statements.dialect.insert_missing(ended_tokens).returning(ended_tokens.c.id)
        return bool(self._statements.all(insert, row))
