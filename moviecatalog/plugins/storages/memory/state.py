"""Everything that a memory storage holds, as plain dictionaries of frozen values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from moviecatalog.domain.movies import Movie, MovieKey
from moviecatalog.domain.records import EndedToken, FavoriteRecord, RatingRecord, Record, RecordId
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

    def rows(self, kind: type[Record]) -> dict[Any, Any]:
        """The records of this kind, by whatever they are found by."""
        rows: dict[type[Record], dict[Any, Any]] = {
            Movie: self.movies,
            Credentials: self.accounts,
            FavoriteRecord: self.favorites,
            RatingRecord: self.ratings,
            EndedToken: self.ended_tokens,
        }
        return rows[kind]

    def put(self, record: Record) -> None:
        """Add or replace what the record is about; later ids are higher than its own."""
        match record:
            case Movie() | Credentials():
                self._claim(record)
            case FavoriteRecord() | RatingRecord():
                self.rows(type(record))[record.user_id, record.movie_id] = record
            case EndedToken():
                self.ended_tokens[record.id] = record
                return
        self.last_id = max(self.last_id, record.id)

    def _claim(self, record: Movie | Credentials) -> None:
        """Whoever else has the record's key, or one of its names, goes."""
        kind, owners = type(record), self._owners(type(record))
        rows = self.rows(kind)
        if record.id in rows:
            for name in _names(rows[record.id]):
                del owners[name]
        others = {owners[name] for name in _names(record) if name in owners}
        if others:
            self.remove(kind, others)
        rows[record.id] = record
        owners.update(dict.fromkeys(_names(record), record.id))

    def remove(self, kind: type[Record], ids: Collection[RecordId]) -> None:
        """With all that refers to them."""
        rows = self.rows(kind)
        for key in [key for key, record in rows.items() if record.id in ids]:
            for name in _names(rows.pop(key)):
                del self._owners(kind)[name]
        if kind is Movie:
            self.favorites = {pair: it for pair, it in self.favorites.items() if it.movie_id not in ids}
            self.ratings = {pair: it for pair, it in self.ratings.items() if it.movie_id not in ids}
        if kind is Credentials:
            self.favorites = {pair: it for pair, it in self.favorites.items() if it.user_id not in ids}
            self.ratings = {pair: it for pair, it in self.ratings.items() if it.user_id not in ids}
            self.ended_tokens = {key: it for key, it in self.ended_tokens.items() if it.user_id not in ids}

    def _owners(self, kind: type[Record]) -> dict[Any, int]:
        return self.movie_ids if kind is Movie else self.names


def _names(record: Record) -> set[Any]:
    """What the record is found by, beside its id."""
    match record:
        case Movie():
            return {record.key}
        case Credentials():
            return {name_key(record.user.username), name_key(record.user.email)}
        case _:
            return set()
