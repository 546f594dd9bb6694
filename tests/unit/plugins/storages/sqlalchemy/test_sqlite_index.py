"""The search index on SQLite, as it lies in the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from moviecatalog.testing.factories import make_facts


def pieces(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(DISTINCT segid) FROM movie_search_idx").fetchone()[0]


def test_an_index_that_was_optimized_is_in_one_piece(storage, path):
    for number in range(5):
        facts = [make_facts(title=f"Film {number} {other}") for other in range(200)]
        storage.write(lambda session, facts=facts: session.movies.load(facts, whole=True))
    assert pieces(path) > 1
    storage.optimize()
    assert pieces(path) == 1
