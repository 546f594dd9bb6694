"""Rows to values of the business, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from moviecatalog.domain.movies import Movie, MovieFacts
from moviecatalog.domain.text import title_key, words
from moviecatalog.domain.users import User
from moviecatalog.plugins.storages.sqlalchemy.tables import movies, users

FACT_FIELDS = tuple(field.name for field in dataclasses.fields(MovieFacts))
MOVIE_FIELDS = tuple(field.name for field in dataclasses.fields(Movie))
KEY_FIELDS = ("namespace", "external_id")
DERIVED_FIELDS = ("title_key", "search_words", "search_genres")
USER_FIELDS = tuple(field.name for field in dataclasses.fields(User))

# Statements select these first, so that what else they select follows at a known place.
MOVIE_COLUMNS = tuple(movies.c[name] for name in MOVIE_FIELDS)
USER_COLUMNS = tuple(users.c[name] for name in USER_FIELDS)
MOVIE_WIDTH = len(MOVIE_COLUMNS)
USER_WIDTH = len(USER_COLUMNS)


def as_movie(row: Sequence[Any]) -> Movie:
    """The movie in the first columns of a row."""
    return Movie(**dict(zip(MOVIE_FIELDS, row[:MOVIE_WIDTH], strict=True)))


def as_user(row: Sequence[Any]) -> User:
    """The user in the first columns of a row."""
    return User(**dict(zip(USER_FIELDS, row[:USER_WIDTH], strict=True)))


def fact_values(facts: MovieFacts) -> dict[str, Any]:
    """The columns of a movie that follow from what its source says."""
    values = {name: getattr(facts, name) for name in FACT_FIELDS}
    # Often the two are one, and to fold it twice would take as long as all the rest.
    titles = dict.fromkeys((facts.title, facts.original_title or ""))
    return values | {
        "title_key": title_key(facts.title),
        "search_words": " ".join(words(" ".join(titles))),
        "search_genres": " ".join(genre_tokens(facts.genre_ids)),
    }


def genre_tokens(genre_ids: Sequence[int]) -> tuple[str, ...]:
    """Genres as the search index knows them, each once. A bare number could be a word of a title."""
    return tuple(f"g{genre_id}" for genre_id in dict.fromkeys(genre_ids))
