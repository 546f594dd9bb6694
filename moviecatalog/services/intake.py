"""Takes what a source says into storage, so that every movie in any answer has an id that works."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
    """Stores what is new or has changed, and says so to whoever keeps old answers."""

    def __init__(self, storage: Storage, on_shown_change: Callable[[], None]) -> None:
        self._storage = storage
        self._on_shown_change = on_shown_change

    def take_in(self, facts: Iterable[MovieFacts]) -> dict[MovieKey, Movie]:
        """The catalogue's movies for these facts, all stored. Unchanged ones are not written again."""
        wanted = {item.key: item for item in facts}
        with self._storage.read() as session:
            known = session.movies.find(wanted.keys())
        changed = [item for key, item in wanted.items() if key not in known or facts_of(known[key]) != item]
        if not changed:
            return known
        stored = self._storage.write(lambda session: session.movies.store(changed))
        if any(_shows_differently(known[key], movie) for key, movie in stored.items() if key in known):
            self._on_shown_change()
        return known | stored

    def take_in_catalogue(self, source: MovieSource) -> None:
        """Store a source's whole catalogue, in one transaction, unless this very one is stored already."""
        if Capability.CATALOGUE not in source.capabilities:
            return
        catalogue = source.catalogue()

        def is_stored(session: StorageSession) -> bool:
            return session.movies.catalogue_digest(source.namespace) == catalogue.digest

        def store(session: StorageSession) -> bool:
            # Asked again: another process may have been quicker.
            if is_stored(session):
                return False
            for start in range(0, len(catalogue.movies), CATALOGUE_CHUNK):
                session.movies.store(catalogue.movies[start : start + CATALOGUE_CHUNK])
            session.movies.note_catalogue_digest(source.namespace, catalogue.digest)
            return True

        with self._storage.read() as session:
            if is_stored(session):
                return
        if self._storage.write(store):
            self._on_shown_change()


def _shows_differently(before: Movie, after: Movie) -> bool:
    return any(getattr(before, field) != getattr(after, field) for field in SHOWN_FIELDS)
