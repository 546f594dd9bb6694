"""Rows to values of the business, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from moviecatalog.domain.movies import Movie, MovieFacts
from moviecatalog.domain.text import title_key
from moviecatalog.domain.users import User
from moviecatalog.plugins.storages.sqlalchemy.popularity import popularity_key
from moviecatalog.plugins.storages.sqlalchemy.tables import movies, users
from moviecatalog.plugins.storages.sqlalchemy.terms import search_terms

FACT_FIELDS = tuple(field.name for field in dataclasses.fields(MovieFacts))
MOVIE_FIELDS = tuple(field.name for field in dataclasses.fields(Movie))
KEY_FIELDS = ("namespace", "external_id")
DERIVED_FIELDS = ("title_key", "search_terms", "popularity_key")
USER_FIELDS = tuple(field.name for field in dataclasses.fields(User))

# Statements select these first, so that what else they select follows at a known place.
MOVIE_COLUMNS = tuple(movies.c[name] for name in MOVIE_FIELDS)
USER_COLUMNS = tuple(users.c[name] for name in USER_FIELDS)
MOVIE_WIDTH = len(MOVIE_COLUMNS)
USER_WIDTH = len(USER_COLUMNS)

_facts = attrgetter(*FACT_FIELDS)


def as_movie(row: Sequence[Any]) -> Movie:
    """The movie in the first columns of a row."""
    return Movie(**dict(zip(MOVIE_FIELDS, row[:MOVIE_WIDTH], strict=True)))


def as_user(row: Sequence[Any]) -> User:
    """The user in the first columns of a row."""
    return User(**dict(zip(USER_FIELDS, row[:USER_WIDTH], strict=True)))


def fact_values(facts: MovieFacts) -> dict[str, Any]:
    """The columns of a movie that follow from what its source says."""
    derived = title_key(facts.title), search_terms(facts), popularity_key(facts.popularity)
    return dict(zip(FACT_FIELDS + DERIVED_FIELDS, _facts(facts) + derived, strict=True))
