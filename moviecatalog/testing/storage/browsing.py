"""Filters, orders, pages, and movies that are alike."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from moviecatalog.domain.movies import Movie
from moviecatalog.domain.pages import Slice
from moviecatalog.domain.queries import Ordering
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.testing.factories import make_facts, make_movie
from moviecatalog.testing.storage.base import StorageTests, add_movie, add_movies, browse, titles

MOVIES: list[dict[str, Any]] = [
    {
        "title": "Alpha",
        "release_date": dt.date(1999, 1, 1),
        "popularity": 3.0,
        "vote_average": 8.0,
        "vote_count": 10,
        "original_language": "en",
        "genre_ids": (18, 28),
    },
    {
        "title": "bravo",
        "release_date": dt.date(1999, 12, 31),
        "popularity": 1.0,
        "vote_average": 6.5,
        "vote_count": 1_000,
        "original_language": "fr",
        "genre_ids": (28,),
    },
    {
        "title": "Čharlie",
        "release_date": None,
        "popularity": 3.0,
        "vote_average": 6.5,
        "vote_count": 100,
        "original_language": None,
        "genre_ids": (),
    },
    {
        "title": "DELTA",
        "release_date": dt.date(2000, 1, 1),
        "popularity": 2.0,
        "vote_average": 0.0,
        "vote_count": 0,
        "original_language": "en",
        "genre_ids": (18, 280, 28),
    },
]


def similar(storage: Storage, movie: Movie, offset: int = 0, limit: int = 100) -> Slice[Movie]:
    with storage.read() as session:
        return session.movies.similar(movie, offset, limit)


class BrowsingContract(StorageTests):
    @pytest.fixture
    def catalogue(self, storage: Storage) -> list[Movie]:
        return add_movies(storage, *(make_facts(**values) for values in MOVIES))

    @pytest.mark.parametrize(
        ("ordering", "expected"),
        [
            (Ordering.POPULARITY, "bDAČ"),
            (Ordering.POPULARITY_DESCENDING, "AČDb"),
            (Ordering.RELEASE_DATE, "AbDČ"),
            (Ordering.RELEASE_DATE_DESCENDING, "DbAČ"),
            (Ordering.VOTE_AVERAGE, "DbČA"),
            (Ordering.VOTE_AVERAGE_DESCENDING, "AbČD"),
            (Ordering.TITLE, "AbČD"),
            (Ordering.TITLE_DESCENDING, "DČbA"),
        ],
    )
    def test_movies_come_in_the_order_asked_for(
        self, storage: Storage, catalogue: list[Movie], ordering: Ordering, expected: str
    ) -> None:
        found = browse(storage, ordering=ordering)
        assert "".join(title[0] for title in titles(found)) == expected
        assert found.total == len(catalogue)

    @pytest.mark.parametrize("ordering", list(Ordering))
    def test_equal_movies_come_by_id_in_every_order(self, storage: Storage, ordering: Ordering) -> None:
        ids = [movie.id for movie in add_movies(storage, *(make_facts(title="same") for _ in range(5)))]
        assert [movie.id for movie in browse(storage, ordering=ordering).items] == ids

    def test_movies_come_by_when_they_were_made(self, storage: Storage) -> None:
        times = {day: dt.datetime(2020, 1, day, tzinfo=dt.UTC) for day in (1, 2, 3)}
        made = [make_movie(id=n, title=str(day), created_at=times[day]) for n, day in enumerate((2, 3, 1), start=1)]
        storage.write(lambda session: session.restore(made))
        assert titles(browse(storage, ordering=Ordering.CREATED_AT)) == ["1", "2", "3"]
        assert titles(browse(storage, ordering=Ordering.CREATED_AT_DESCENDING)) == ["3", "2", "1"]

    def test_the_most_popular_come_first_unless_told_otherwise(self, storage: Storage, catalogue: list[Movie]) -> None:
        assert browse(storage).items[0] == catalogue[0]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"release_year": 1999}, "Ab"),
            ({"release_year": 1998}, ""),
            ({"release_year": 0}, ""),
            ({"release_year": 10_000}, ""),
            ({"min_rating": 6.5}, "AbČ"),
            ({"max_rating": 6.5}, "bČD"),
            ({"min_rating": 6.5, "max_rating": 6.5}, "bČ"),
            ({"min_rating": 7.0, "max_rating": 6.0}, ""),
            ({"min_rating": 0.0}, "AbČD"),
            ({"min_popularity": 2.0}, "AČD"),
            ({"min_votes": 100}, "bČ"),
            ({"min_votes": 0}, "AbČD"),
            ({"genre_ids": (28,)}, "AbD"),
            ({"genre_ids": (28, 18)}, "AD"),
            ({"genre_ids": (2,)}, ""),
            ({"genre_ids": (28, 28)}, "AbD"),
            ({"language": "en"}, "AD"),
            ({"language": "e%"}, ""),
            ({"language": "en", "release_year": 1999, "genre_ids": (18,), "min_votes": 1}, "A"),
            ({"words": ("alph",), "genre_ids": (28,)}, "A"),
            ({"words": ("alph",), "genre_ids": (280,)}, ""),
        ],
        ids=str,
    )
    def test_movies_pass_every_filter_that_is_set(
        self, storage: Storage, catalogue: list[Movie], query: dict[str, Any], expected: str
    ) -> None:
        assert catalogue
        found = browse(storage, ordering=Ordering.TITLE, **query)
        assert "".join(title[0] for title in titles(found)) == expected
        assert found.total == len(expected)

    def test_pages_are_cut_from_the_whole_with_the_exact_total(self, storage: Storage, catalogue: list[Movie]) -> None:
        whole = browse(storage).items
        pages = [browse(storage, offset, 3) for offset in (0, 3)]
        assert pages[0].items + pages[1].items == whole
        assert [page.total for page in pages] == [len(catalogue)] * 2

    def test_past_the_end_there_is_nothing(self, storage: Storage, catalogue: list[Movie]) -> None:
        assert browse(storage, offset=len(catalogue)).items == ()
        for query in ({}, {"words": ("a",)}, {"min_votes": 0}):
            assert browse(storage, offset=10**17, **query).items == ()

    def test_an_empty_catalogue_is_no_error(self, storage: Storage) -> None:
        assert browse(storage) == Slice((), 0)

    def test_movies_with_most_shared_genres_are_most_alike(self, storage: Storage) -> None:
        subject = add_movie(storage, genre_ids=(1, 2, 3))
        one, three, none, two = add_movies(
            storage, *(make_facts(genre_ids=it) for it in ((3, 30), (3, 1, 2), (30, 4), (2, 1, 4)))
        )
        found = similar(storage, subject)
        assert found == Slice((three, two, one), 3)
        assert none not in found.items

    def test_of_movies_with_as_many_shared_genres_the_nearest_in_votes_comes_first(self, storage: Storage) -> None:
        subject = add_movie(storage, genre_ids=(1,), vote_average=5.0)
        votes = (9.0, 4.5, 5.5, 5.1)
        far, below, above, near = add_movies(
            storage, *(make_facts(genre_ids=(1,), vote_average=vote) for vote in votes)
        )
        assert similar(storage, subject).items == (near, below, above, far)

    def test_a_genre_named_twice_counts_once(self, storage: Storage) -> None:
        subject = add_movie(storage, genre_ids=(1, 1, 2))
        one, two = add_movies(storage, make_facts(genre_ids=(1, 1)), make_facts(genre_ids=(1, 2)))
        assert similar(storage, subject).items == (two, one)

    def test_a_movie_without_genres_is_like_no_other(self, storage: Storage) -> None:
        subject, _ = add_movies(storage, make_facts(), make_facts())
        assert similar(storage, subject) == Slice((), 0)

    def test_similar_movies_come_in_pages(self, storage: Storage) -> None:
        subject = add_movie(storage, genre_ids=(1,))
        others = add_movies(storage, *(make_facts(genre_ids=(1,)) for _ in range(5)))
        assert similar(storage, subject, 2, 2) == Slice(tuple(others[2:4]), 5)
        assert similar(storage, subject, 5, 2).items == ()
