"""Takes files of films into storage, beside servers that run, and goes on where it was interrupted."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass, field, replace

import orjson

from moviecatalog.domain.errors import StorageUnavailable
from moviecatalog.domain.movies import MovieFacts, MovieKey
from moviecatalog.film_lines.fields import BadLine
from moviecatalog.film_lines.reading import LineFile, Position, Unreadable
from moviecatalog.film_lines.told import told
from moviecatalog.plugins.storages.base import Storage, StorageSession
from moviecatalog.services.patience import patiently

log = logging.getLogger(__name__)

FIRST_BATCH, LEAST_BATCH, LARGEST_BATCH = 2_000, 1_000, 20_000

BATCH_SECONDS = 0.8
"""For about as long a batch is stored, in which nobody else can write to an SQLite file."""

INVALIDATION_SECONDS = 10.0
"""As often servers are to show what has come so far."""

WRONG_LINES = 1_000
"""After so many, of which none tells a film, another file was meant."""

OnBadLine = Callable[[int, str], None]
"""Called with the number of a line, and why it is none."""


class NoFilms(Exception):
    """The file tells none; the message says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the import of a file has come.

    Of the `films` that lines told, those are `changed` that were new, or were not known so. Lines that are `bad`, and
    those of films `for_adults`, were left out.
    """

    offset: int = 0
    lines: int = 0
    films: int = 0
    changed: int = 0
    for_adults: int = 0
    bad: int = 0
    is_done: bool = False


@dataclass(slots=True)
class _Batch:
    """What some lines in a row tell, `after` the one of that number; of a film that is told twice, what came last."""

    after: int
    sketched: dict[MovieKey, MovieFacts] = field(default_factory=dict)
    whole: dict[MovieKey, MovieFacts] = field(default_factory=dict)
    lines: int = 0
    films: int = 0
    for_adults: int = 0
    bad: int = 0
    is_last: bool = False

    def store(self, session: StorageSession) -> int:
        """How many movies are new or changed."""
        # Of a film that stands in it in both ways, the sketch tells nothing more.
        sketched = tuple(facts for key, facts in self.sketched.items() if key not in self.whole)
        changed = session.movies.load(sketched, whole=False)
        return changed + session.movies.load(tuple(self.whole.values()), whole=True)


class Importing:
    """`invalidate` has no older answer served any more. `includes_adult` says whether films for adults are taken in."""

    def __init__(self, storage: Storage, invalidate: Callable[[], None], *, includes_adult: bool) -> None:
        self._storage = storage
        self._invalidate = invalidate
        self._includes_adult = includes_adult

    def run(self, file: LineFile, on_bad_line: OnBadLine, *, from_start: bool) -> Generator[Progress]:
        """Store the file's films: tells where it begins, and then how far it has come after each batch.

        A batch is a transaction, in which it is noted how far that is: an import that was interrupted, however that
        was, goes on there, unless it is to begin `from_start`. Of what can be read but once nothing is noted.
        Raises NoFilms; Unreadable, once all that comes before is stored; and StorageUnavailable.
        """
        name = self._name(file)
        progress = self._noted(name) if name and not from_start else Progress()
        file.go_to(Position(progress.offset, progress.lines))
        yield progress
        if progress.is_done:
            return
        try:
            yield from self._batches_stored(file, name, progress, on_bad_line)
        finally:
            self._invalidate()

    def finish(self) -> None:
        """To be called once, after all files."""
        try:
            self._storage.optimize()
        except StorageUnavailable as error:
            log.warning("searching may be slow until the next import: %s", error)

    def _batches_stored(
        self, file: LineFile, name: str | None, progress: Progress, on_bad_line: OnBadLine
    ) -> Iterator[Progress]:
        size = BatchSize()
        invalidated_at = time.monotonic()
        for batch in self._batches(file, size, on_bad_line):
            _refuse_another_file(progress, batch)
            began = time.monotonic()
            progress = self._stored(name, progress, batch, file.position)
            ended = time.monotonic()
            size.adapt(ended - began)
            if ended - invalidated_at > INVALIDATION_SECONDS:
                self._invalidate()
                invalidated_at = ended
            yield progress

    def _batches(self, file: LineFile, size: BatchSize, on_bad_line: OnBadLine) -> Iterator[_Batch]:
        """Each ends at the file's position, with the last one where the file can't be read on, too."""
        batch = _Batch(file.position.line)
        try:
            for line in file:
                self._take(line, batch, on_bad_line)
                if batch.lines >= size.lines:
                    yield batch
                    batch = _Batch(file.position.line)
        except Unreadable:
            yield batch
            raise
        batch.is_last = True
        yield batch

    def _take(self, line: bytes, batch: _Batch, on_bad_line: OnBadLine) -> None:
        batch.lines += 1
        if line.isspace():
            return
        try:
            film = told(line)
        except BadLine as error:
            batch.bad += 1
            on_bad_line(batch.after + batch.lines, str(error))
            return
        if film.is_adult and not self._includes_adult:
            batch.for_adults += 1
            return
        batch.films += 1
        films = batch.whole if film.is_whole else batch.sketched
        films[film.facts.key] = film.facts

    def _stored(self, name: str | None, progress: Progress, batch: _Batch, position: Position) -> Progress:
        def work(session: StorageSession) -> Progress:
            reached = replace(
                progress,
                offset=position.offset,
                lines=position.line,
                films=progress.films + batch.films,
                changed=progress.changed + batch.store(session),
                for_adults=progress.for_adults + batch.for_adults,
                bad=progress.bad + batch.bad,
                is_done=batch.is_last,
            )
            if name:
                session.movies.note_catalogue_digest(name, orjson.dumps(asdict(reached)).decode())
            return reached

        return patiently(lambda: self._storage.write(work), "to store a file's films")

    def _name(self, file: LineFile) -> str | None:
        """By which it is noted how far the file's import has come: other content, or other rules, make another one."""
        identity = file.identity()
        return identity and f"file {identity}{' with adult' if self._includes_adult else ''}"

    def _noted(self, name: str) -> Progress:
        with self._storage.read() as session:
            noted = session.movies.catalogue_digest(name)
        return Progress(**orjson.loads(noted)) if noted else Progress()


class BatchSize:
    """How many lines a batch has. Larger ones take less time in all, but a slow disk must get fewer lines at once."""

    def __init__(self) -> None:
        self.lines = FIRST_BATCH

    def adapt(self, took: float) -> None:
        """The last one took so many seconds."""
        growth = min(2.0, BATCH_SECONDS / max(took, 0.001))
        self.lines = max(LEAST_BATCH, min(LARGEST_BATCH, round(self.lines * growth)))


def _refuse_another_file(progress: Progress, batch: _Batch) -> None:
    if progress.films or progress.for_adults or batch.films or batch.for_adults:
        return
    if batch.is_last:
        raise NoFilms("no line of it tells a film")
    if progress.bad + batch.bad >= WRONG_LINES:
        lines = progress.lines + batch.lines
        raise NoFilms(f"none of its first {lines:,} lines tells a film; is it another file that is meant?")
