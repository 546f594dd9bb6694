"""Transactions over a state that is replaced whole."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self, TypeVar

from moviecatalog.domain.errors import StorageNotEmpty
from moviecatalog.domain.records import Record
from moviecatalog.plugins.storages.base import Storage, StorageSession
from moviecatalog.plugins.storages.memory.accounts import MemoryAccountStore
from moviecatalog.plugins.storages.memory.library import MemoryLibraryStore
from moviecatalog.plugins.storages.memory.movies import MemoryMovieStore
from moviecatalog.plugins.storages.memory.state import State
from moviecatalog.plugins.storages.memory.tokens import MemoryTokenStore

T = TypeVar("T")


class MemorySession(StorageSession):
    def __init__(self, state: State) -> None:
        self._state = state
        self.movies = MemoryMovieStore(state)
        self.accounts = MemoryAccountStore(state)
        self.tokens = MemoryTokenStore(state)
        self.library = MemoryLibraryStore(state)

    def dump(self) -> Iterator[Record]:
        state = self._state
        yield from sorted(state.movies.values(), key=lambda movie: movie.id)
        yield from sorted(state.accounts.values(), key=lambda account: account.user.id)
        yield from sorted(state.favorites.values(), key=lambda favorite: favorite.id)
        yield from sorted(state.ratings.values(), key=lambda rating: rating.id)
        yield from sorted(state.ended_tokens.values(), key=lambda token: token.id)

    def restore(self, records: Iterable[Record]) -> None:
        if self._state.movies or self._state.accounts:
            raise StorageNotEmpty
        for record in records:
            self._state.put(record)


class MemoryStorage(Storage):
    """A writer works on a copy, which takes the state's place when it is done; readers keep what they began with."""

    def __init__(self) -> None:
        self._state = State()
        self._writing = threading.Lock()
        self._catalogue_id = uuid.uuid4().hex

    @classmethod
    def from_settings(cls, settings: Any) -> Self:  # noqa: ARG003  # there are none
        return cls()

    def migrate(self) -> None:
        pass

    def prepare(self) -> None:
        pass

    def check(self) -> None:
        pass

    @property
    def catalogue_id(self) -> str:
        return self._catalogue_id

    @contextmanager
    def read(self) -> Iterator[StorageSession]:
        # A copy here too, so that whatever a reader does to its session stays there.
        yield MemorySession(self._state.copy())

    def write(self, work: Callable[[StorageSession], T]) -> T:
        with self._writing:
            state = self._state.copy()
            result = work(MemorySession(state))
            self.commit(self._state, state)
            self._state = state
        return result

    def commit(self, before: State, after: State) -> None:
        """Called for each transaction, one at a time; what it raises rolls the transaction back.

        Here nothing has to be done. A storage that builds on this one keeps what is new for good.
        """
