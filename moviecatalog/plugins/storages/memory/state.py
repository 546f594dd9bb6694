"""Everything that a memory storage holds, as plain dictionaries of frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field

from moviecatalog.domain.movies import Movie, MovieKey
from moviecatalog.domain.records import EndedToken, FavoriteRecord, RatingRecord, Record
from moviecatalog.domain.text import name_key
from moviecatalog.domain.users import Credentials

Pair = tuple[int, int]
"""A user's id and a movie's."""


@dataclass
class State:
    movies: dict[int, Movie] = field(default_factory=dict)
    movie_ids: dict[MovieKey, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    accounts: dict[int, Credentials] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    favorites: dict[Pair, FavoriteRecord] = field(default_factory=dict)
    ratings: dict[Pair, RatingRecord] = field(default_factory=dict)
    ended_tokens: dict[str, EndedToken] = field(default_factory=dict)
    last_id: int = 0

    def copy(self) -> State:
        """A state that may change without this one; the values in it are frozen, so both may hold them."""
        return State(
            self.movies.copy(),
            self.movie_ids.copy(),
            self.digests.copy(),
            self.accounts.copy(),
            self.names.copy(),
            self.favorites.copy(),
            self.ratings.copy(),
            self.ended_tokens.copy(),
            self.last_id,
        )

    def next_id(self) -> int:
        """Ids are counted over all sorts of rows: no less unique, and one number to keep."""
        self.last_id += 1
        return self.last_id

    def put(self, record: Record) -> None:
        """Add or replace what the record is about; later ids are higher than its own."""
        match record:
            case Movie():
                self.movies[record.id] = record
                self.movie_ids[record.key] = record.id
            case Credentials():
                self.accounts[record.user.id] = record
                for name in (record.user.username, record.user.email):
                    self.names[name_key(name)] = record.user.id
            case FavoriteRecord():
                self.favorites[record.user_id, record.movie_id] = record
            case RatingRecord():
                self.ratings[record.user_id, record.movie_id] = record
            case EndedToken():
                self.ended_tokens[record.id] = record
                return
        self.last_id = max(self.last_id, record.user.id if isinstance(record, Credentials) else record.id)

    def remove_account(self, user_id: int) -> None:
        """With all that it holds."""
        user = self.accounts.pop(user_id).user
        for name in {name_key(user.username), name_key(user.email)}:
            del self.names[name]
        self.favorites = {pair: it for pair, it in self.favorites.items() if it.user_id != user_id}
        self.ratings = {pair: it for pair, it in self.ratings.items() if it.user_id != user_id}
        self.ended_tokens = {key: it for key, it in self.ended_tokens.items() if it.user_id != user_id}
