"""Takes what a source says into storage, so that every movie in any answer has an id that works."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from moviecatalog.domain.listings import Capability
from moviecatalog.domain.movies import Movie, MovieFacts, MovieKey
from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.plugins.storages.base import Storage, StorageSession

CATALOGUE_CHUNK = 500
SHOWN_FIELDS = ("title", "overview", "release_date", "genre_ids", "poster_path", "backdrop_path")
"""What, when it changes, makes cached answers wrong. Figures alone follow within the TTL."""


def facts_of(movie: MovieFacts) -> MovieFacts:
    """A movie's facts alone, to compare with what a source says."""
    return MovieFacts(**{field: getattr(movie, field) for field in MovieFacts.__slots__})


class Intake:
    """Stores what is new or has changed, and says so to whoever keeps old answers.

    One that `adds_only` leaves alone what is stored: a source that is heard while another is away must not
    overwrite what that one said of the same movies.
    """

    def __init__(self, storage: Storage, on_shown_change: Callable[[], None], *, adds_only: bool = False) -> None:
        self._storage = storage
        self._on_shown_change = on_shown_change
        self._adds_only = adds_only

    def take_in(self, facts: Iterable[MovieFacts]) -> dict[MovieKey, Movie]:
        """The catalogue's movies for these facts, all stored. Unchanged ones are not written again."""
        return self._take_in(facts, lambda known, item: facts_of(known) != item)

    def refresh(self, facts: MovieFacts) -> Movie:
        """The catalogue's movie for what a source says of it now. Written, since it was heard now, changed or not."""
        return self._take_in([facts], lambda _known, _item: True)[facts.key]

    def _take_in(
        self, facts: Iterable[MovieFacts], is_news: Callable[[Movie, MovieFacts], bool]
    ) -> dict[MovieKey, Movie]:
        wanted = {item.key: item for item in facts}
        with self._storage.read() as session:
            known = session.movies.find(wanted.keys())
        told = {key: _merged(known[key], item) if key in known else item for key, item in wanted.items()}
        news = [it for key, it in told.items() if key not in known or (not self._adds_only and is_news(known[key], it))]
        if not news:
            return known
        stored = self._storage.write(lambda session: session.movies.store(news))
        if any(_shows_differently(known[key], movie) for key, movie in stored.items() if key in known):
            self._on_shown_change()
        return known | stored

    def take_in_catalogue(self, name: str, source: MovieSource) -> None:
        """Store the whole catalogue of the source that is plugged in as `name`, in one transaction.

        Nothing is done where this very one is stored already.
        """
        if Capability.CATALOGUE not in source.capabilities:
            return
        catalogue = source.catalogue()

        def is_stored(session: StorageSession) -> bool:
            return session.movies.catalogue_digest(name) == catalogue.digest

        def store(session: StorageSession) -> bool:
            # Asked again: another process may have been quicker.
            if is_stored(session):
                return False
            for start in range(0, len(catalogue.movies), CATALOGUE_CHUNK):
                session.movies.store(self._addable(session, catalogue.movies[start : start + CATALOGUE_CHUNK]))
            session.movies.note_catalogue_digest(name, catalogue.digest)
            return True

        with self._storage.read() as session:
            if is_stored(session):
                return
        if self._storage.write(store):
            self._on_shown_change()

    def _addable(self, session: StorageSession, facts: Sequence[MovieFacts]) -> Sequence[MovieFacts]:
        if not self._adds_only:
            return facts
        known = session.movies.find([item.key for item in facts])
        return [item for item in facts if item.key not in known]


def _merged(known: Movie, told: MovieFacts) -> MovieFacts:
    """Lists often lack the overview that the details have: an empty one says nothing."""
    return replace(told, overview=known.overview) if known.overview and not told.overview else told


def _shows_differently(before: Movie, after: Movie) -> bool:
    return any(getattr(before, field) != getattr(after, field) for field in SHOWN_FIELDS)
