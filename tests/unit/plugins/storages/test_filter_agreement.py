"""Whatever filters and orders come together, every storage finds the same films in the same order."""

import datetime as dt
import random

import pytest
from sqlalchemy import make_url

from moviecatalog.domain.queries import MovieQuery, Ordering
from moviecatalog.plugins.storages.memory.storage import MemoryStorage
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.factories import make_facts

FILMS = 250
QUERIES = 400

WORDS = ("fight", "fig", "club", "straße", "1999")
RATINGS = (0.0, 0.4, 1.0, 6.9, 7.0, 7.25, 7.5, 8.333, 10.0)
POPULARITIES = (0.0, 0.6, 1.0, 2.7, 26.543, 1e-9, 5e5)
GENRES = (18, 28, 10_751, 70_000, 10**12)
LANGUAGES = ("en", "fr", "zh-Hant", "EN", "")


def film(number, any_of):
    return make_facts(
        external_id=str(number),
        title=" ".join(any_of.sample(WORDS, 2)),
        original_title=any_of.choice([None, "Club"]),
        release_date=any_of.choice([None, dt.date(1999, 1, 1), dt.date(1999, 12, 31), dt.date(2000, 1, 1)]),
        popularity=any_of.choice(POPULARITIES),
        vote_average=any_of.choice(RATINGS),
        vote_count=any_of.choice([0, 299, 300]),
        original_language=any_of.choice([None, *LANGUAGES]),
        genre_ids=tuple(any_of.sample(GENRES, any_of.randrange(4))),
    )


def query(any_of):
    """Each filter is set in one of three."""
    filters = {
        "words": tuple(any_of.sample(["fight", "fig", "c", "strasse", "199"], any_of.randrange(3))),
        "release_year": any_of.choice([1, 1999, 2000, 9999]),
        "min_rating": any_of.choice(RATINGS),
        "max_rating": any_of.choice(RATINGS),
        "min_popularity": any_of.choice(POPULARITIES),
        "min_votes": any_of.choice([0, 300]),
        "genre_ids": tuple(any_of.sample(GENRES, any_of.randrange(1, 3))),
        "language": any_of.choice(LANGUAGES),
    }
    chosen = {name: value for name, value in filters.items() if any_of.random() < 1 / 3}
    return MovieQuery(**chosen, ordering=any_of.choice(list(Ordering)))


def filled(storage):
    any_of = random.Random(5)
    storage.write(lambda session: session.movies.store([film(number, any_of) for number in range(FILMS)]))
    return storage


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request, tmp_path):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/movies.sqlite"
    else:
        url = request.getfixturevalue("postgresql").new_database()
    storage = SqlStorage(make_url(url))
    storage.migrate()
    yield filled(storage)
    storage.close()


def found(storage, query, offset):
    with storage.read() as session:
        page = session.movies.browse(query, offset, 20)
    return [it.external_id for it in page.items], page.total if page.items else None


def test_all_filters_and_orders_together(storage):
    model = filled(MemoryStorage())
    any_of = random.Random(7)
    seen = 0
    for _ in range(QUERIES):
        asked, offset = query(any_of), any_of.choice([0, 0, 15])
        expected = found(model, asked, offset)
        assert found(storage, asked, offset) == expected, asked
        seen += bool(expected[0])
    assert seen > QUERIES / 10
