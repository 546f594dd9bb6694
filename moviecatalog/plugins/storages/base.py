"""The contract of a storage: the process's own part, and the sessions in which everything happens."""

from __future__ import annotations

import abc
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import ClassVar, TypeVar

from moviecatalog.domain import findings
from moviecatalog.domain.errors import StorageUnavailable
from moviecatalog.domain.findings import Finding
from moviecatalog.domain.records import KINDS, Record, RecordId
from moviecatalog.plugins.base import Plugin
from moviecatalog.plugins.storages.stores import AccountStore, LibraryStore, MovieStore, TokenStore
from moviecatalog.settings.reader import SettingsError

T = TypeVar("T")


class StorageSession(abc.ABC):
    """One consistent piece of work on a storage. Used by one thread only, never after its end."""

    movies: MovieStore
    accounts: AccountStore
    tokens: TokenStore
    library: LibraryStore

    def dump(self) -> Iterator[Record]:
        """Everything, streamed: the records of all kinds, in the order of KINDS, each by id."""
        for kind in KINDS:
            yield from self.records(kind)

    @abc.abstractmethod
    def records(
        self, kind: type[Record], after: RecordId | None = None, until: RecordId | None = None
    ) -> Iterator[Record]:
        """The records of one kind by id, streamed: those with an id above `after`, and not above `until`.

        Ids that are text are compared code point by code point.
        """

    @abc.abstractmethod
    def restore(self, records: Iterable[Record]) -> None:
        """Take in what another storage's `dump` gave, or some of it in that order, with its ids and times; streamed.

        Each record takes the place of the one of its id, and of those that have what no two may have: its key, one
        of its names, or its user and movie. Averages are right afterwards, and new rows get ids above those taken in.
        """

    @abc.abstractmethod
    def remove(self, kind: type[Record], ids: Collection[RecordId]) -> None:
        """Forget the records of these ids, and with a movie or an account all that refers to it.

        Ids that aren't there are nothing to do. Averages are right afterwards.
        """


class Storage(Plugin):
    """Where movies, accounts, favourites and ratings are kept for good. One per process, for all threads.

    Every method, and every method of a session, raises StorageUnavailable when the storage can't be
    reached or is too busy (StorageLocked, where all it takes is that others come to an end), and otherwise only
    the errors it names. Numbers are those of the contract:
    ids may be any integer up to 18 digits, but a movie's is at most 4,294,967,295, so that 32 bits are left in one
    integer for what it is ordered by. Texts hold no NUL and no lone surrogate; the callers see to it.
    """

    contract_version: ClassVar[int] = 2

    @abc.abstractmethod
    def migrate(self) -> None:
        """Bring the schema to this version's; nothing to do is fine, and so is another process doing the same.

        Raises SettingsError where the storage can't be opened, or is of a newer version.
        """

    @abc.abstractmethod
    def prepare(self) -> None:
        """Look once, when the application starts, whether the storage can be worked with.

        Raises SettingsError, with a sentence that says what to do, where the schema isn't this version's
        or the storage can't be opened. Raises StorageUnavailable where nothing is wrong but that it can't be
        reached: it is called again then, until it succeeds, before anybody is served.
        """

    @abc.abstractmethod
    def check(self) -> None:
        """For the health page: raise StorageUnavailable, in two seconds at most, if it doesn't work now."""

    def diagnose(self) -> Iterable[Finding]:
        try:
            self.prepare()
        except SettingsError as error:
            yield from (findings.problem(it.message) for it in error.problems)
        except StorageUnavailable as error:
            yield findings.problem(
                f"it can't be reached: {error}", "start it, or mend the setting that says where it is"
            )
        else:
            yield findings.ok("it works, and has this version's schema")

    @property
    @abc.abstractmethod
    def catalogue_id(self) -> str:
        """A random id made once for this catalogue's data, so that caches never mix two of them up."""

    @abc.abstractmethod
    def read(self) -> AbstractContextManager[StorageSession]:
        """A session for reading; no connection is held before its first use nor after the block."""

    def glance(self) -> AbstractContextManager[StorageSession]:
        """A session for one statement that reads. As `read` gives it, unless there is a shorter way to that."""
        return self.read()

    @abc.abstractmethod
    def write(self, work: Callable[[StorageSession], T]) -> T:
        """Run `work` in a transaction and commit it; what `work` raises rolls everything back.

        `work` runs again, from the start, when the storage asks for that (a deadlock, a serialization
        failure), so it must have no other effects than on its session.
        """

    def optimize(self) -> None:
        """Have reading be quick again after many movies came in, if there is anything to be done about it.

        It may take a while, but keeps nobody else from reading or writing for longer than a request may take.
        """

    def close(self) -> None:
        """Let go of connections. Called once, when the application ends."""
