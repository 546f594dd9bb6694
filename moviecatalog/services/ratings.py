"""A user's ratings and reviews."""

from __future__ import annotations

from moviecatalog.domain.errors import PageNotFound
from moviecatalog.domain.library import Rating, RatingChange
from moviecatalog.domain.pages import Slice, Window
from moviecatalog.domain.users import Identity
from moviecatalog.plugins.storages.base import Storage


class Ratings:
    """Every method raises InvalidToken where no active account stands behind the identity."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def rate(self, user: Identity, movie_id: int, change: RatingChange) -> tuple[Rating, bool]:
        """Create or replace; True when it is new. Raises MovieNotFound."""
        return self._storage.write(lambda session: session.library.rate(user, movie_id, change))

    def change(self, user: Identity, movie_id: int, change: RatingChange) -> Rating:
        """Change what is named. Raises MovieNotFound, RatingNotFound."""
        return self._storage.write(lambda session: session.library.change_rating(user, movie_id, change))

    def remove(self, user: Identity, movie_id: int) -> None:
        """Raises RatingNotFound."""
        self._storage.write(lambda session: session.library.remove_rating(user, movie_id))

    def of(self, user: Identity, window: Window) -> Slice[Rating]:
        """Newest first. Raises PageNotFound past the last page."""
        with self._storage.read() as session:
            found = session.library.ratings(user, window.offset, window.size)
        if not found.items and window.page > 1:
            raise PageNotFound(window.page)
        return found
