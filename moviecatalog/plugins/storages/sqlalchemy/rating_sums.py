"""Movies' sums and counts of ratings, which follow ratings that come and go by the many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, bindparam, delete, update

from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import movies, ratings
from moviecatalog.plugins.storages.sqlalchemy.viewer import MOVIE

COUNTED = (
    update(movies)
    .where(movies.c.id == MOVIE)
    .values(
        rating_sum=movies.c.rating_sum + bindparam("points"),
        rating_count=movies.c.rating_count + bindparam("voices"),
    )
)
"""A movie's ratings changed by `points` and `voices`; in SQL, so that no concurrent change is lost."""


def remove_ratings(statements: Statements, which: ColumnElement[bool]) -> None:
    gone = statements.all(delete(ratings).where(which).returning(ratings.c.movie_id, ratings.c.rating))
    count_ratings(statements, ((row.movie_id, -row.rating, -1) for row in gone))


def count_ratings(statements: Statements, changes: Iterable[tuple[int, int, int]]) -> None:
    """For each movie, by how many points and voices it changed."""
    total: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for movie, points, voices in changes:
        total[movie] = total[movie][0] + points, total[movie][1] + voices
    if total:
        # In one order everywhere, so that two who are at it at once don't wait for each other.
        rows = [
            {"movie": movie, "points": points, "voices": voices} for movie, (points, voices) in sorted(total.items())
        ]
        statements.run(COUNTED, rows)
