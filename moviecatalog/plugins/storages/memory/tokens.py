"""Refresh tokens that were ended."""

from __future__ import annotations

import datetime as dt

from moviecatalog.domain import clock
from moviecatalog.domain.errors import InvalidToken
from moviecatalog.domain.records import EndedToken
from moviecatalog.domain.users import RefreshToken, User
from moviecatalog.plugins.storages.memory.accounts import MemoryAccountStore
from moviecatalog.plugins.storages.memory.state import State
from moviecatalog.plugins.storages.stores import TokenStore


class MemoryTokenStore(TokenStore):
    def __init__(self, state: State) -> None:
        self._state = state

    def owner(self, token: RefreshToken) -> User:
        if token.id in self._state.ended_tokens:
            raise InvalidToken
        return self._owner_by_family(token)

    def spend(self, token: RefreshToken, until: dt.datetime) -> User | None:
        user = self._owner_by_family(token)
        if token.id in self._state.ended_tokens:
            self._end(token.family, user.id, until)
            return None
        self._end(token.id, user.id, until)
        return user

    def end_family(self, token: RefreshToken, until: dt.datetime) -> None:
        if token.identity.user_id in self._state.accounts and token.family not in self._state.ended_tokens:
            self._end(token.family, token.identity.user_id, until)

    def _owner_by_family(self, token: RefreshToken) -> User:
        user = MemoryAccountStore(self._state).get(token.identity)
        if token.family in self._state.ended_tokens:
            raise InvalidToken
        return user

    def _end(self, which: str, user_id: int, until: dt.datetime) -> None:
        ended, now = self._state.ended_tokens, clock.now()
        self._state.ended_tokens = {key: it for key, it in ended.items() if it.expires_at > now}
        self._state.put(EndedToken(which, user_id, until))
