"""A user's favourite movies."""

from __future__ import annotations

from moviecatalog.domain.errors import PageNotFound
from moviecatalog.domain.library import Favorite
from moviecatalog.domain.pages import Slice, Window
from moviecatalog.domain.users import Identity
from moviecatalog.plugins.storages.base import Storage


class Favorites:
    """Every method raises InvalidToken where no active account stands behind the identity."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def add(self, user: Identity, movie_id: int) -> bool:
        """True when it wasn't one already. Raises MovieNotFound."""
        return self._storage.write(lambda session: session.library.add_favorite(user, movie_id))

    def remove(self, user: Identity, movie_id: int) -> None:
        """Raises FavoriteNotFound."""
        self._storage.write(lambda session: session.library.remove_favorite(user, movie_id))

    def of(self, user: Identity, window: Window) -> Slice[Favorite]:
        """Newest first. Raises PageNotFound past the last page."""
        with self._storage.read() as session:
            found = session.library.favorites(user, window.offset, window.size)
        if not found.items and window.page > 1:
            raise PageNotFound(window.page)
        return found
