"""Search and order are computed in Python by one storage and by an index in the other: they must agree."""

from __future__ import annotations

import random
from contextlib import ExitStack

import pytest
from sqlalchemy import make_url

from moviecatalog.domain import clock
from moviecatalog.domain.queries import MovieQuery, Ordering
from moviecatalog.domain.text import words
from moviecatalog.plugins.sources.sample.source import SampleSettings, SampleSource
from moviecatalog.plugins.storages.memory import MemoryStorage
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.factories import LONG_AGO, make_facts

PIECES = [
    *("The", "fig", "Fight", "FIGHT", "Amélie", "ame\u0301lie", "ÅNGSTRÖM", "straße", "STRASSE", "ﬁn", "Ⅷ", "8½", "²"),
    *(
        "Ночной",
        "НОЧЬ",
        "千と千尋",
        "神隠し",
        "기생충",
        "المومياء",
        "हिन्दी",
        "ไทย",
        "İstanbul",
        "\u0131slak",
        "ǅungla",
        "🎬",
        "g28",
    ),
    *(
        "AND",
        "NOT",
        "search_words:",
        '"',
        "'",
        "*",
        "(",
        ")",
        "^",
        "-",
        "_",
        "%",
        "\\",
        "·",
        "\u200b",
        "\u00a0",
        "\U0001f600x",
    ),
    *("\ufb03", "\u1e9e", "\u0345", "\u03c2", "x\u0327", "\U00010400", "\uff21\uff22"),
]


@pytest.fixture(scope="module")
def storages(tmp_path_factory, postgresql):
    dice = random.Random(7)
    facts = [
        make_facts(
            title="".join(dice.choice(PIECES) + dice.choice(["", " ", " "]) for _ in range(dice.randint(0, 5))),
            original_title=dice.choice([None, dice.choice(PIECES)]),
            genre_ids=tuple(dice.sample((1, 2, 12, 28, 128), dice.randint(0, 3))),
            vote_average=dice.choice([0.0, 0.1, 0.3, 6.25, 9.9]),
        )
        for _ in range(600)
    ]
    all_of_them = (
        MemoryStorage(),
        SqlStorage(make_url(f"sqlite:///{tmp_path_factory.mktemp('agreement')}/catalogue.sqlite")),
        SqlStorage(make_url(postgresql.new_database())),
    )
    # Storing takes a while, and no second must pass in one of them alone.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: LONG_AGO)
        for storage in all_of_them:
            storage.migrate()
            storage.write(lambda session: session.movies.store(facts))
    yield all_of_them
    for storage in all_of_them:
        storage.close()


def found(storage, query):
    with storage.read() as session:
        result = session.movies.browse(query, 0, 1_000)
    return [movie.id for movie in result.items], result.total


@pytest.mark.parametrize("piece", PIECES)
def test_odd_titles_are_found_alike(storages, piece):
    sought = words(piece)
    queries = [sought, *((sought[0][:end],) for end in range(1, len(sought[0])) if sought)] if sought else [sought]
    for query in queries:
        one, *others = [found(storage, MovieQuery(words=query)) for storage in storages]
        assert others == [one, one]


@pytest.mark.parametrize("ordering", list(Ordering))
def test_odd_titles_are_ordered_alike(storages, ordering):
    one, *others = [found(storage, MovieQuery(genre_ids=(28,), ordering=ordering)) for storage in storages]
    assert others == [one, one]


def test_similar_movies_are_the_same(storages):
    with ExitStack() as reading:
        sessions = [reading.enter_context(storage.read()) for storage in storages]
        for movie in sessions[0].movies.browse(MovieQuery(), 0, 50).items:
            for offset, limit in ((0, 1_000), (0, 1), (0, 20), (7, 5), (40, 20), (200, 20)):
                alike = [session.movies.similar(movie, offset, limit) for session in sessions]
                one, *others = [([it.id for it in found.items], found.items and found.total) for found in alike]
                assert others == [one, one]


def test_the_shipped_films_are_found_alike(storages):
    films = SampleSource.from_settings(SampleSettings()).catalogue().movies
    for storage in storages:
        storage.write(lambda session: session.movies.store(films))
    sought = sorted({word[:length] for film in films for word in words(film.title) for length in (1, 3, 6)})
    # Some hundreds of some thousands: each is asked of three storages.
    for word in sought[::7]:
        one, *others = [found(storage, MovieQuery(words=(word,), min_rating=6)) for storage in storages]
        assert others == [one, one]
