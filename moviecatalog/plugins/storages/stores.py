"""What a storage session does with movies, accounts, and what users keep."""

from __future__ import annotations

import abc
import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from moviecatalog.domain.library import Favorite, Rating, RatingChange
from moviecatalog.domain.movies import Mark, Movie, MovieFacts, MovieKey, Standing
from moviecatalog.domain.pages import Slice
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.domain.users import Credentials, Identity, NewUser, ProfileChange, RefreshToken, User


class MovieStore(abc.ABC):
    """The catalogue's movies, their search index included."""

    @abc.abstractmethod
    def get(self, movie_id: int) -> Movie:
        """Raises MovieNotFound."""

    @abc.abstractmethod
    def find(self, keys: Collection[MovieKey]) -> dict[MovieKey, Movie]:
        """Those of the movies that are there, in one statement."""

    @abc.abstractmethod
    def store(self, facts: Sequence[MovieFacts]) -> dict[MovieKey, Movie]:
        """Insert or replace, in as many statements for a page of them as for one; all of them come back.

        New movies get ids in the order given. `created_at` and what users made of a movie stay; `updated_at`
        moves to now where a fact changed; `refreshed_at` moves to now. Keys are different from each other.
        """

    @abc.abstractmethod
    def load(self, facts: Sequence[MovieFacts], *, whole: bool) -> int:
        """Insert or replace many, of which nothing comes back; how many of them were new or changed.

        As `store` does, but that movies which haven't changed aren't written, and an empty overview says nothing: a
        known one stays. Where the facts aren't `whole`, ids, titles and a popularity are all that is known. A movie
        that is there keeps everything but its popularity then, which a 0 doesn't replace either; the
        `refreshed_at` of a new one is NEVER. What others store of the same movies meanwhile is not lost.
        Keys are different from each other.
        """

    @abc.abstractmethod
    def browse(self, query: MovieQuery, offset: int, limit: int) -> Slice[Movie]:
        """The movies that match, in order, with the exact total, in one statement.

        Past the end the slice is empty and its total may be 0.
        """

    @abc.abstractmethod
    def similar(self, movie: Movie, offset: int, limit: int) -> Slice[Movie]:
        """Movies that share a genre with `movie`: most shared genres first, then nearest in `vote_average`, then id.

        Never the movie itself. Past the end the slice is empty and its total may be 0.
        """

    @abc.abstractmethod
    def catalogue_digest(self, source: str) -> str | None:
        """What was last noted of the source of this name: the digest of its whole catalogue.

        Of a file that is taken in, how far that has come.
        """

    @abc.abstractmethod
    def note_catalogue_digest(self, source: str, digest: str) -> None:
        """Remember what of the source is stored."""


class AccountStore(abc.ABC):
    """Accounts. A name is a username or an email, compared by `domain.text.name_key`; no two accounts share one.

    What takes an Identity raises InvalidToken unless the account is there, active, and at that token version.
    """

    @abc.abstractmethod
    def add(self, user: NewUser) -> User:
        """Raises NamesTaken with the fields `username`, `email` that belong to somebody already, also under a race."""

    @abc.abstractmethod
    def get(self, identity: Identity) -> User: ...

    @abc.abstractmethod
    def credentials(self, name: str) -> Credentials | None:
        """Those of the account of this username or email, active or not."""

    @abc.abstractmethod
    def credentials_of(self, identity: Identity) -> Credentials:
        """Those of the account that the identity speaks for."""

    @abc.abstractmethod
    def change_profile(self, identity: Identity, change: ProfileChange) -> User:
        """Change what is named; `updated_at` moves to now."""

    @abc.abstractmethod
    def set_password_hash(self, user_id: int, password_hash: str) -> None:
        """Replace the hash of the same password; tokens stay good. An unknown id is nothing to do."""

    @abc.abstractmethod
    def change_password(self, identity: Identity, password_hash: str) -> User:
        """Replace the hash by one of another password; every token issued before ends."""

    @abc.abstractmethod
    def remove(self, identity: Identity) -> None:
        """Delete the account with all that it holds; movies' averages are right afterwards, also under a race."""

    @abc.abstractmethod
    def set_active(self, name: str, active: bool) -> User:
        """Activate or deactivate the account of this name; deactivation ends its tokens. Raises UserNotFound."""

    @abc.abstractmethod
    def last_id(self) -> int:
        """The highest id that an account was ever given, also one that is gone, or a higher one; 0 before the first."""

    @abc.abstractmethod
    def skip_ids(self, last_id: int) -> None:
        """Give no new account an id up to this one.

        A token speaks for an id: one of an account that is gone must never speak for another.
        """


class TokenStore(abc.ABC):
    """Refresh tokens that were ended before their time. Those that nobody ended aren't known here.

    What ends one remembers it until the time given, by which no token of its family can be good any more; and
    forgets those whose time has come.
    """

    @abc.abstractmethod
    def owner(self, token: RefreshToken) -> User:
        """The account that the token speaks for, in one statement.

        Raises InvalidToken where the token or its family was ended, as for an identity that is no longer good.
        """

    @abc.abstractmethod
    def spend(self, token: RefreshToken, until: dt.datetime) -> User | None:
        """End the token, for another one of its family to follow; the account that it speaks for.

        Of several at once with the same token one gets the account. None where the token was ended before: two
        have it then, one of whom should not, and its whole family is ended. Raises InvalidToken where the family
        was ended, as for an identity that is no longer good.
        """

    @abc.abstractmethod
    def end_family(self, token: RefreshToken, until: dt.datetime) -> None:
        """End the token and its family. One that is ended, or of an account that is gone, is nothing to do."""


class LibraryStore(abc.ABC):
    """Favourites and ratings: one of each per user and movie.

    What takes an Identity raises InvalidToken unless the account is there, active, and at that token version.
    Where it checks that and does its work, it takes as few statements as the figures in its docstring.
    """

    @abc.abstractmethod
    def marks(self, identity: Identity, movie_ids: Sequence[int]) -> Mapping[int, Mark]:
        """The user's marks on these movies; those without any are left out. One statement."""

    @abc.abstractmethod
    def standing(self, movie_id: int, identity: Identity | None) -> Standing:
        """The movie's average rating, rounded to two decimals, and the viewer's mark. One statement.

        Raises MovieNotFound.
        """

    @abc.abstractmethod
    def add_favorite(self, identity: Identity, movie_id: int) -> bool:
        """True when it wasn't one before. Raises MovieNotFound. Two statements."""

    @abc.abstractmethod
    def remove_favorite(self, identity: Identity, movie_id: int) -> None:
        """Raises FavoriteNotFound. Two statements."""

    @abc.abstractmethod
    def favorites(self, identity: Identity, offset: int, limit: int) -> Slice[Favorite]:
        """Newest first, each movie with the user's own marks; the total is exact. Two statements."""

    @abc.abstractmethod
    def rate(self, identity: Identity, movie_id: int, change: RatingChange) -> tuple[Rating, bool]:
        """Create or replace the rating; True when it is new. `change.rating` is set.

        Without a review in the change an existing one stays. Raises MovieNotFound. Three statements.
        """

    @abc.abstractmethod
    def change_rating(self, identity: Identity, movie_id: int, change: RatingChange) -> Rating:
        """Change only what is named. Raises MovieNotFound, RatingNotFound. Three statements."""

    @abc.abstractmethod
    def remove_rating(self, identity: Identity, movie_id: int) -> None:
        """Raises RatingNotFound. Three statements."""

    @abc.abstractmethod
    def ratings(self, identity: Identity, offset: int, limit: int) -> Slice[Rating]:
        """Newest first (by when they were made), each movie with the user's own marks. Two statements."""
