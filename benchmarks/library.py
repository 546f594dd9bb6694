"""A catalogue with accounts that keep favourites: as many as each of these."""

import datetime as dt

from argon2 import PasswordHasher

from moviecatalog.domain.records import FavoriteRecord
from moviecatalog.domain.users import Credentials, User
from moviecatalog.testing.client import PASSWORD

FAVORITES = (100, 100_000)
FILMS = max(FAVORITES)


def account(favorites):
    """The name of the account that has so many."""
    return f"keeper{favorites}"


def records():
    """What a dump has after the films."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    hashed = PasswordHasher().hash(PASSWORD)
    for user_id, favorites in enumerate(FAVORITES, start=1):
        name = account(favorites)
        user = User(id=user_id, username=name, email=f"{name}@example.com", created_at=now, updated_at=now)
        yield Credentials(user, hashed)
    numbers = iter(range(1, sum(FAVORITES) + 1))
    for user_id, favorites in enumerate(FAVORITES, start=1):
        for film in range(1, favorites + 1):
            # One a minute, so that there is an order.
            kept_at = now - dt.timedelta(minutes=favorites - film)
            yield FavoriteRecord(next(numbers), user_id, film, kept_at)
