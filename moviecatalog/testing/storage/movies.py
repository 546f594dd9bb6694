"""Movies as they are stored, found and refreshed."""

from __future__ import annotations

import datetime as dt

import pytest

from moviecatalog.domain import clock
from moviecatalog.domain.errors import MovieNotFound
from moviecatalog.domain.movies import Mark, Movie, MovieFacts, MovieKey
from moviecatalog.domain.users import User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.testing.factories import LONG_AGO, make_facts, make_movie
from moviecatalog.testing.storage.base import StorageTests, add_movie, add_movies, average, browse, rate

EVERY_FACT = MovieFacts(
    namespace="тест",
    external_id="id/with space?",
    title='"Le Fabuleux Destin: Amélie Poulain" 🎬',
    tmdb_id=194,
    original_title="アメリ",
    overview="Deux lignes.\nEt 'des' \"guillemets\"; DROP TABLE movies; --",
    release_date=dt.date(2001, 4, 25),
    poster_path="/poster.jpg",
    backdrop_path="https://images.example.org/backdrop.jpg",
    popularity=0.1 + 0.2,
    vote_average=7.913,
    vote_count=11_000_000,
    original_language="fr",
    genre_ids=(10749, 35, 10752),
)


def note(storage: Storage, namespace: str, digest: str) -> None:
    storage.write(lambda session: session.movies.note_catalogue_digest(namespace, digest))


class MovieContract(StorageTests):
    def test_a_stored_movie_holds_every_fact_as_it_was_told(self, storage: Storage) -> None:
        movie = add_movies(storage, EVERY_FACT)[0]
        for field in EVERY_FACT.__slots__:
            assert getattr(movie, field) == getattr(EVERY_FACT, field)
        with storage.read() as session:
            assert session.movies.get(movie.id) == movie
            assert session.movies.find([EVERY_FACT.key]) == {EVERY_FACT.key: movie}

    def test_a_movie_of_which_little_is_known_is_stored(self, storage: Storage) -> None:
        movie = add_movies(storage, MovieFacts(namespace="n", external_id="e", title=""))[0]
        assert (movie.tmdb_id, movie.original_title, movie.release_date, movie.genre_ids) == (None, None, None, ())

    def test_times_are_aware_in_utc_in_whole_seconds(self, storage: Storage) -> None:
        before = clock.now()
        movie = add_movie(storage)
        with storage.read() as session:
            found = session.movies.get(movie.id)
        for time in (found.created_at, found.updated_at, found.refreshed_at):
            assert before <= time <= clock.now()
            assert time.tzinfo is dt.UTC
            assert time.microsecond == 0

    def test_new_movies_get_ids_in_the_order_given(self, storage: Storage) -> None:
        ids = [movie.id for movie in add_movies(storage, *(make_facts() for _ in range(20)))]
        assert ids == sorted(set(ids))

    def test_new_movies_among_known_ones_get_ids_in_the_order_given(self, storage: Storage) -> None:
        facts = [make_facts() for _ in range(9)]
        add_movies(storage, *facts[1::2])
        ids = [movie.id for movie in add_movies(storage, *facts)]
        assert ids[::2] == sorted(ids[::2])
        assert min(ids[::2]) > max(ids[1::2])

    def test_thousands_of_movies_are_stored_at_once(self, storage: Storage) -> None:
        ids = [movie.id for movie in add_movies(storage, *(make_facts() for _ in range(4_000)))]
        assert ids == sorted(ids)
        assert browse(storage, limit=1).total == 4_000

    def test_storing_nothing_is_fine(self, storage: Storage) -> None:
        assert add_movies(storage) == []

    def test_a_movie_that_is_told_again_keeps_its_id(self, storage: Storage) -> None:
        first = add_movie(storage, external_id="1", title="Old", genre_ids=(1, 2), overview="Long")
        again = add_movie(storage, external_id="1", title="New", genre_ids=(2,))
        assert (again.id, again.created_at) == (first.id, first.created_at)
        assert (again.title, again.genre_ids, again.overview) == ("New", (2,), "")
        assert browse(storage).items == (again,)

    def test_an_unchanged_movie_is_refreshed_but_not_updated(self, storage: Storage) -> None:
        old = make_movie(**{field: getattr(EVERY_FACT, field) for field in EVERY_FACT.__slots__})
        storage.write(lambda session: session.restore([old]))
        before = clock.now()
        again = add_movies(storage, EVERY_FACT)[0]
        assert (again.created_at, again.updated_at) == (LONG_AGO, LONG_AGO)
        assert again.refreshed_at >= before

    @pytest.mark.parametrize(
        "change",
        [
            {"title": "T"},
            {"tmdb_id": 1},
            {"original_title": "O"},
            {"overview": "O"},
            {"release_date": dt.date(2001, 1, 1)},
            {"poster_path": "/p"},
            {"backdrop_path": "/b"},
            {"popularity": 1.5},
            {"vote_average": 5.5},
            {"vote_count": 5},
            {"original_language": "fr"},
            {"genre_ids": (2, 1)},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_a_movie_of_which_a_fact_changed_is_updated(self, storage: Storage, change: dict[str, object]) -> None:
        old = make_movie(title="t", genre_ids=(1, 2))
        storage.write(lambda session: session.restore([old]))
        before = clock.now()
        facts = {"external_id": old.external_id, "title": "t", "genre_ids": (1, 2)} | change
        again = add_movie(storage, **facts)
        assert again.created_at == LONG_AGO
        assert again.updated_at >= before

    def test_a_movie_that_is_told_again_keeps_what_users_made_of_it(self, storage: Storage, user: User) -> None:
        movie = add_movie(storage, external_id="1")
        rate(storage, user, movie, 7)
        storage.write(lambda session: session.library.add_favorite(user.identity, movie.id))
        add_movie(storage, external_id="1", title="New")
        assert average(storage, movie) == 7
        with storage.read() as session:
            assert session.library.marks(user.identity, [movie.id]) == {movie.id: Mark(True, 7)}

    def test_one_external_id_in_two_namespaces_is_two_movies(self, storage: Storage) -> None:
        one, other = add_movies(
            storage, make_facts(namespace="a", external_id="1"), make_facts(namespace="b", external_id="1")
        )
        assert one.id != other.id

    def test_find_gives_those_that_are_there(self, storage: Storage, movie: Movie) -> None:
        unknown = [MovieKey(movie.namespace, "unknown"), MovieKey("unknown", movie.external_id)]
        with storage.read() as session:
            assert session.movies.find([*unknown, movie.key]) == {movie.key: movie}
            assert session.movies.find([]) == {}

    @pytest.mark.parametrize("movie_id", [0, -1, 999_999_999_999_999_999])
    def test_an_unknown_id_is_not_found(self, storage: Storage, movie_id: int) -> None:
        with storage.read() as session, pytest.raises(MovieNotFound):
            session.movies.get(movie_id)

    def test_the_last_noted_digest_of_each_namespace_is_remembered(self, storage: Storage) -> None:
        for namespace, digest in (("a", "1"), ("b", "2"), ("a", "3")):
            note(storage, namespace, digest)
        with storage.read() as session:
            noted = [session.movies.catalogue_digest(namespace) for namespace in ("a", "b", "c")]
        assert noted == ["3", "2", None]
