"""Values for tests: each factory fills in what the test doesn't care about."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from moviecatalog.domain.movies import Movie, MovieFacts
from moviecatalog.domain.users import Credentials, NewUser, User

LONG_AGO = dt.datetime(2001, 2, 3, 4, 5, 6, tzinfo=dt.UTC)

FAR = dt.datetime(9001, 2, 3, 4, 5, 6, tzinfo=dt.UTC)

_numbers = itertools.count(1)


def make_facts(**values: Any) -> MovieFacts:
    """Each call gives another movie, unless `external_id` says which."""
    number = next(_numbers)
    return MovieFacts(**{"namespace": "test", "external_id": f"m{number}", "title": f"Movie {number}"} | values)


def make_movie(**values: Any) -> Movie:
    """A movie as if it had come from a storage, long ago."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "namespace": "test",
        "external_id": f"m{number}",
        "title": f"Movie {number}",
        "id": number,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        "refreshed_at": LONG_AGO,
    }
    return Movie(**defaults | values)


def make_new_user(**values: Any) -> NewUser:
    """Each call gives somebody else; the email follows the username, where only that is given."""
    username = values.get("username", f"user{next(_numbers)}")
    defaults = {"username": username, "email": f"{username}@example.org", "password_hash": "hash"}
    return NewUser(**defaults | values)


def make_user(**values: Any) -> User:
    """An account as if it had come from a storage, long ago."""
    number = next(_numbers)
    username = values.get("username", f"user{number}")
    defaults: dict[str, Any] = {
        "id": number,
        "username": username,
        "email": f"{username}@example.org",
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    }
    return User(**defaults | values)


def make_credentials(**values: Any) -> Credentials:
    return Credentials(make_user(**values), "hash")
