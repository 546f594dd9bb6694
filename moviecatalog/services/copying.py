"""A catalogue carried from one storage to another, whatever they are, and carried after.

Of the original one state is read, however long that takes and whoever writes to it meanwhile. The copy is written in
short transactions, each of which compares a stretch of ids and changes what differs. So a run that was interrupted is
gone on with by another one, and a later one brings what has changed since.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from moviecatalog.domain.errors import NotCopied, StorageUnavailable, Unavailable
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.domain.records import KINDS, EndedToken, FavoriteRecord, RatingRecord, Record, RecordId
from moviecatalog.domain.users import Credentials
from moviecatalog.plugins.storages.base import Storage, StorageSession
from moviecatalog.services.tallies import Tally

BATCH = 5_000
"""Records of one transaction, of a second or so."""

NOTE = "copy of"
"""What a copy's note is under, among the digests of sources' catalogues: no source's name has a space."""

NAMES: dict[type[Record], str] = {
    Movie: "films",
    Credentials: "accounts",
    FavoriteRecord: "favourites",
    RatingRecord: "ratings",
    EndedToken: "ended tokens",
}


class Show(Protocol):
    """Lets records through, and shows how many they were; `total` is how many they will be, where that is known."""

    def __call__(self, records: Iterable[Record], what: str, total: int | None) -> Iterable[Record]: ...


@dataclass(frozen=True)
class Carried:
    """What became of the records of one kind."""

    name: str
    original: Tally
    written: int
    removed: int
    copy: Tally

    @property
    def is_same(self) -> bool:
        return self.original.digest == self.copy.digest


class Copying:
    """From the original to the copy, of which `show` shows how far it is.

    Whatever fails raises Unavailable, with the one of the two that it failed at.
    """

    def __init__(self, original: Storage, copy: Storage, show: Show) -> None:
        self._original = original
        self._copy = copy
        self._show = show

    def run(self) -> list[Carried]:
        """Have the copy hold what the original holds at this moment; then read all of it, to see that it does.

        Raises NotCopied, before anything is written, where the copy would lose what isn't the original's.
        """
        with _at("the original"):
            origin = self._original.catalogue_id
            self._check(origin)
            with self._original.read() as session:
                if _is_empty(session):
                    raise NotCopied("the original is empty")
                self._note(origin, session.accounts.last_id())
                carried = {kind: self._carry(session, kind) for kind in KINDS}
        with _at("the copy"):
            self._copy.optimize()
        tallies = self._tallies({kind: tally.count for kind, (tally, _, _) in carried.items()})
        found = [Carried(NAMES[kind], *carried[kind], tallies[kind]) for kind in KINDS]
        if all(it.is_same for it in found):
            self._note(f"{origin} {_digest(tallies)}")
        return found

    def _check(self, origin: str) -> None:
        with _at("the copy"):
            if self._copy.catalogue_id == origin:
                raise NotCopied("the two are one catalogue, or one of them is a backup of the other")
            with self._copy.read() as session:
                noted, _, digest = (session.movies.catalogue_digest(NOTE) or "").partition(" ")
                is_empty = _is_empty(session)
        if not is_empty and noted != origin:
            raise NotCopied("the copy holds films or accounts already, and not the original's; name an empty storage")
        if not is_empty and digest and digest != _digest(self._tallies({})):
            raise NotCopied("somebody wrote to the copy since it was made, which would be lost; name an empty storage")

    def _note(self, note: str, last_id: int = 0) -> None:
        def write(session: StorageSession) -> None:
            session.movies.note_catalogue_digest(NOTE, note)
            # Also of accounts that are gone: their tokens must speak for nobody who comes to the copy.
            session.accounts.skip_ids(last_id)

        with _at("the copy"):
            self._copy.write(write)

    def _carry(self, session: StorageSession, kind: type[Record]) -> tuple[Tally, int, int]:
        """The original's records, how many of them were written to the copy, and how many others were removed."""
        total = session.movies.browse(MovieQuery(), 0, 1).total if kind is Movie else None
        tally, written, removed = Tally(), 0, 0
        records = iter(self._show(tally.over(session.records(kind)), f"Copying {NAMES[kind]}", total))
        after, is_last = None, False
        while not is_last:
            batch = list(islice(records, BATCH))
            is_last = len(batch) < BATCH
            stretch = Stretch(kind, after, None if is_last else batch[-1].id, batch)
            with _at("the copy"):
                changed, gone = self._copy.write(stretch.carry)
            written, removed, after = written + changed, removed + gone, stretch.until
        return tally, written, removed

    def _tallies(self, totals: Mapping[type[Record], int]) -> dict[type[Record], Tally]:
        """Of all that the copy holds."""
        tallies = {kind: Tally() for kind in KINDS}
        with _at("the copy"), self._copy.read() as session:
            for kind, tally in tallies.items():
                records = tally.over(session.records(kind))
                deque(self._show(records, f"Checking {NAMES[kind]}", totals.get(kind)), maxlen=0)
        return tallies


@dataclass(frozen=True)
class Stretch:
    """The original's records of a kind from one id to another: those above `after`, and not above `until`."""

    kind: type[Record]
    after: RecordId | None
    until: RecordId | None
    records: Sequence[Record]

    def carry(self, session: StorageSession) -> tuple[int, int]:
        """Have the copy hold these in its stretch and no others; how many were written, and how many removed."""
        wanted = {record.id: record for record in self.records}
        gone = []
        for known in session.records(self.kind, self.after, self.until):
            if known.id not in wanted:
                gone.append(known.id)
            elif wanted[known.id] == known:
                del wanted[known.id]
        session.remove(self.kind, gone)
        session.restore(wanted.values())
        return len(wanted), len(gone)


def _is_empty(session: StorageSession) -> bool:
    return next(session.dump(), None) is None


def _digest(tallies: Mapping[type[Record], Tally]) -> str:
    """Of everything."""
    return "-".join(tallies[kind].digest for kind in KINDS)


@contextmanager
def _at(which: str) -> Iterator[None]:
    """Have whatever fails in the block name the one of the two that it failed at."""
    try:
        yield
    except StorageUnavailable as error:
        raise Unavailable(f"{which}: {error}") from error
