"""One session: the stores over the same transaction, and the transfer of everything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from moviecatalog.domain.records import Record, RecordId
from moviecatalog.plugins.storages.base import StorageSession
from moviecatalog.plugins.storages.sqlalchemy.accounts import SqlAccountStore
from moviecatalog.plugins.storages.sqlalchemy.library import SqlLibraryStore
from moviecatalog.plugins.storages.sqlalchemy.movies import SqlMovieStore
from moviecatalog.plugins.storages.sqlalchemy.restoring import remove, restore
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tokens import SqlTokenStore
from moviecatalog.plugins.storages.sqlalchemy.transfer import records


class SqlSession(StorageSession):
    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self.movies = SqlMovieStore(statements)
        self.accounts = SqlAccountStore(statements)
        self.tokens = SqlTokenStore(statements)
        self.library = SqlLibraryStore(statements)

    def records(
        self, kind: type[Record], after: RecordId | None = None, until: RecordId | None = None
    ) -> Iterator[Record]:
        return records(self._statements, kind, after, until)

    def restore(self, records: Iterable[Record]) -> None:
        restore(self._statements, records)

    def remove(self, kind: type[Record], ids: Collection[RecordId]) -> None:
        remove(self._statements, kind, ids)
