"""Transactions over a state that is replaced whole."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Self, TypeVar

from moviecatalog.domain.records import FavoriteRecord, RatingRecord, Record, RecordId
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

    def records(
        self, kind: type[Record], after: RecordId | None = None, until: RecordId | None = None
    ) -> Iterator[Record]:
        found = [it for it in self._state.rows(kind).values() if _is_within(it.id, after, until)]
        yield from sorted(found, key=lambda record: record.id)

    def restore(self, records: Iterable[Record]) -> None:
        for kind, group in groupby(records, type):
            restored = list(group)
            if kind in (FavoriteRecord, RatingRecord):
                # They are found by user and movie: one of the same id may be of others.
                self.remove(kind, {record.id for record in restored})
            for record in restored:
                self._state.put(record)

    def remove(self, kind: type[Record], ids: Collection[RecordId]) -> None:
        self._state.remove(kind, set(ids))


def _is_within(record_id: Any, after: Any, until: Any) -> bool:
    return (after is None or record_id > after) and (until is None or record_id <= until)


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
