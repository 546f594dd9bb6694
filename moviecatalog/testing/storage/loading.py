"""Many movies at once, of which nothing comes back."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from moviecatalog.domain import clock
from moviecatalog.domain.movies import NEVER, Mark, Movie, MovieFacts
from moviecatalog.domain.users import User
from moviecatalog.plugins.storages.base import Storage, StorageSession
from moviecatalog.testing.factories import LONG_AGO, make_facts, make_movie
from moviecatalog.testing.storage.base import Failure, StorageTests, add_movies, average, browse, dump, rate
from moviecatalog.testing.storage.movies import EVERY_FACT


def load(storage: Storage, *facts: MovieFacts, whole: bool) -> int:
    return storage.write(lambda session: session.movies.load(facts, whole=whole))


def stored(storage: Storage, facts: MovieFacts) -> Movie:
    with storage.read() as session:
        return session.movies.find([facts.key])[facts.key]


def restored(storage: Storage, facts: MovieFacts) -> Movie:
    """As it was stored long ago."""
    movie = make_movie(**{field: getattr(facts, field) for field in facts.__slots__})
    storage.write(lambda session: session.restore([movie]))
    return movie


def sketch(facts: MovieFacts, popularity: float, title: str = "Sketched") -> MovieFacts:
    """The same movie, of which little else is known."""
    return MovieFacts(namespace=facts.namespace, external_id=facts.external_id, title=title, popularity=popularity)


class LoadingContract(StorageTests):
    @pytest.mark.parametrize("whole", [True, False])
    def test_new_movies_are_loaded_with_every_fact(self, storage: Storage, whole: bool) -> None:
        before = clock.now()
        others = [make_facts(popularity=float(number)) for number in range(3)]
        assert load(storage, EVERY_FACT, *others, whole=whole) == 4
        movie = stored(storage, EVERY_FACT)
        for field in EVERY_FACT.__slots__:
            assert getattr(movie, field) == getattr(EVERY_FACT, field)
        for time in (movie.created_at, movie.updated_at):
            assert before <= time <= clock.now()
            assert time.tzinfo is dt.UTC
        assert browse(storage).total == 4

    def test_what_is_whole_was_heard_now_and_the_rest_never(self, storage: Storage) -> None:
        whole, sketched = make_facts(), make_facts()
        before = clock.now()
        load(storage, whole, whole=True)
        load(storage, sketched, whole=False)
        assert before <= stored(storage, whole).refreshed_at <= clock.now()
        assert stored(storage, sketched).refreshed_at == NEVER

    def test_loaded_movies_are_found_by_title_genre_and_order(self, storage: Storage) -> None:
        load(storage, make_facts(title="Été Ŝanĝo", popularity=1.0, genre_ids=(18,)), whole=True)
        load(storage, make_facts(title="Sango", original_title="Ete", popularity=2.0), whole=False)
        assert [it.title for it in browse(storage, words=("sang", "ete")).items] == ["Sango", "Été Ŝanĝo"]
        assert [it.title for it in browse(storage, genre_ids=(18,)).items] == ["Été Ŝanĝo"]

    def test_thousands_are_loaded_at_once(self, storage: Storage) -> None:
        facts = [make_facts(popularity=float(number)) for number in range(6_000)]
        assert load(storage, *facts, whole=False) == 6_000
        assert browse(storage, limit=1).total == 6_000

    def test_optimizing_changes_nothing_but_how_long_it_takes(self, storage: Storage) -> None:
        for number in range(5):
            load(storage, *(make_facts(title=f"Film {number}") for _ in range(20)), whole=True)
        before = dump(storage)
        for _ in range(2):
            storage.optimize()
            assert dump(storage) == before
            assert browse(storage, words=("film",)).total == 100
            assert browse(storage, words=("film", "3")).total == 20
            load(storage, make_facts(title="Other"), whole=True)
            before = dump(storage)

    @pytest.mark.parametrize("whole", [True, False])
    def test_loading_nothing_is_fine(self, storage: Storage, whole: bool) -> None:
        assert load(storage, whole=whole) == 0

    @pytest.mark.parametrize("whole", [True, False])
    def test_a_movie_that_has_not_changed_is_not_written(self, storage: Storage, whole: bool) -> None:
        old = restored(storage, EVERY_FACT)
        assert load(storage, EVERY_FACT, whole=whole) == 0
        assert stored(storage, EVERY_FACT) == old

    @pytest.mark.parametrize(
        "change",
        [
            {"title": "T"},
            {"tmdb_id": 1},
            {"original_title": None},
            {"overview": "O"},
            {"release_date": None},
            {"poster_path": "/p"},
            {"backdrop_path": None},
            {"popularity": 0.0},
            {"vote_average": 5.5},
            {"vote_count": 5},
            {"original_language": None},
            {"genre_ids": (35, 10749, 10752)},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_a_whole_movie_of_which_a_fact_changed_is_replaced(
        self, storage: Storage, change: dict[str, object]
    ) -> None:
        old = restored(storage, EVERY_FACT)
        facts = MovieFacts(**{field: getattr(EVERY_FACT, field) for field in EVERY_FACT.__slots__} | change)
        before = clock.now()
        assert load(storage, facts, whole=True) == 1
        movie = stored(storage, facts)
        for field in facts.__slots__:
            assert getattr(movie, field) == getattr(facts, field)
        assert (movie.id, movie.created_at) == (old.id, LONG_AGO)
        assert movie.updated_at >= before
        assert movie.refreshed_at >= before

    def test_a_replaced_title_is_found_and_the_old_one_is_not(self, storage: Storage) -> None:
        load(storage, make_facts(external_id="1", title="Old", genre_ids=(1,)), whole=True)
        load(storage, make_facts(external_id="1", title="New", genre_ids=(2,)), whole=True)
        assert [browse(storage, words=(word,)).total for word in ("old", "new")] == [0, 1]
        assert [browse(storage, genre_ids=(genre,)).total for genre in (1, 2)] == [0, 1]

    def test_an_empty_overview_says_nothing(self, storage: Storage) -> None:
        load(storage, make_facts(external_id="1", title="Old", overview="Known."), whole=True)
        told = make_facts(external_id="1", title="Old")
        assert load(storage, told, whole=True) == 0
        assert load(storage, make_facts(external_id="1", title="New"), whole=True) == 1
        assert (stored(storage, told).title, stored(storage, told).overview) == ("New", "Known.")

    def test_a_sketch_changes_the_popularity_of_a_known_movie_and_nothing_else(self, storage: Storage) -> None:
        old = restored(storage, EVERY_FACT)
        before = clock.now()
        assert load(storage, sketch(EVERY_FACT, popularity=7.25), whole=False) == 1
        movie = stored(storage, EVERY_FACT)
        assert movie.popularity == 7.25
        assert movie.updated_at >= before
        for field in (*EVERY_FACT.__slots__, "id", "created_at", "refreshed_at"):
            assert field == "popularity" or getattr(movie, field) == getattr(old, field)

    def test_a_sketch_without_popularity_says_nothing_of_it(self, storage: Storage) -> None:
        old = restored(storage, EVERY_FACT)
        assert load(storage, sketch(EVERY_FACT, popularity=0.0), whole=False) == 0
        assert stored(storage, EVERY_FACT) == old

    def test_a_sketched_movie_becomes_a_whole_one(self, storage: Storage) -> None:
        load(storage, sketch(EVERY_FACT, popularity=1.0), whole=False)
        assert load(storage, EVERY_FACT, whole=True) == 1
        movie = stored(storage, EVERY_FACT)
        assert (movie.title, movie.overview) == (EVERY_FACT.title, EVERY_FACT.overview)
        assert movie.refreshed_at > NEVER

    def test_of_many_those_are_counted_that_are_new_or_changed(self, storage: Storage) -> None:
        facts = [make_facts(popularity=1.0) for _ in range(10)]
        add_movies(storage, *facts[:7])
        moved = [sketch(it, popularity=2.0) for it in facts[:3]]
        assert load(storage, *moved, *facts[3:], whole=False) == 3 + 3

    def test_a_loaded_movie_keeps_what_users_made_of_it(self, storage: Storage, user: User) -> None:
        facts = make_facts(popularity=1.0)
        movie = add_movies(storage, facts)[0]
        rate(storage, user, movie, 7)
        storage.write(lambda session: session.library.add_favorite(user.identity, movie.id))
        load(storage, sketch(facts, popularity=2.0), whole=False)
        load(storage, make_facts(external_id=facts.external_id, title="Whole"), whole=True)
        assert average(storage, movie) == 7
        with storage.read() as session:
            assert session.library.marks(user.identity, [movie.id]) == {movie.id: Mark(True, 7)}

    def test_a_transaction_may_load_several_times_and_note_it(self, storage: Storage) -> None:
        def work(session: StorageSession) -> None:
            session.movies.load([make_facts(), make_facts()], whole=False)
            session.movies.load([make_facts(overview="Known.")], whole=True)
            session.movies.note_catalogue_digest("file", "position")

        storage.write(work)
        with storage.read() as session:
            assert session.movies.catalogue_digest("file") == "position"
        assert browse(storage).total == 3

    def test_what_was_loaded_goes_with_its_transaction(self, storage: Storage) -> None:
        def work(session: StorageSession) -> None:
            session.movies.load([make_facts()], whole=False)
            raise Failure

        with pytest.raises(Failure):
            storage.write(work)
        assert browse(storage).total == 0
        assert load(storage, make_facts(), whole=False) == 1

    def test_a_sketch_never_undoes_what_others_store_meanwhile(self, storage: Storage) -> None:
        sketches = [make_facts(title="Sketched", popularity=1.0) for _ in range(200)]
        wholes = [make_facts(external_id=it.external_id, title="Whole", popularity=1.0) for it in sketches]

        def store(part: list[MovieFacts]) -> None:
            storage.write(lambda session: session.movies.store(part))

        with ThreadPoolExecutor(4) as pool:
            under_way: list[Future[Any]] = [pool.submit(load, storage, *sketches, whole=False) for _ in range(3)]
            under_way += [pool.submit(store, wholes[start : start + 20]) for start in range(0, 200, 20)]
        for future in under_way:
            future.result()
        found = browse(storage, limit=300)
        assert {(movie.title, movie.refreshed_at > NEVER) for movie in found.items} == {("Whole", True)}
        assert found.total == 200
