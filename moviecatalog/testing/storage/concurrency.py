"""Many threads at once on the same rows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any, TypeVar

from moviecatalog.domain.errors import NamesTaken, RatingNotFound
from moviecatalog.domain.library import RatingChange
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.users import User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.testing.factories import make_facts, make_new_user
from moviecatalog.testing.storage.base import StorageTests, add_user, average, browse, rate

T = TypeVar("T")

THREADS = 8


def at_once(work: Callable[[int], T], threads: int = THREADS) -> list[T]:
    """What `work` gives in each of the threads, which all start together."""
    start = Barrier(threads)

    def run(number: int) -> T:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


class ConcurrencyContract(StorageTests):
    def test_of_many_who_add_one_favorite_one_is_told_that_it_is_new(
        self, storage: Storage, user: User, movie: Movie
    ) -> None:
        added = at_once(lambda _: storage.write(lambda it: it.library.add_favorite(user.identity, movie.id)))
        assert sorted(added) == [False] * (THREADS - 1) + [True]

    def test_of_many_first_ratings_one_is_new_and_the_last_one_counts(
        self, storage: Storage, user: User, movie: Movie
    ) -> None:
        def work(number: int) -> bool:
            change = RatingChange(number + 1)
            return storage.write(lambda session: session.library.rate(user.identity, movie.id, change))[1]

        assert sorted(at_once(work)) == [False] * (THREADS - 1) + [True]
        with storage.read() as session:
            standing = session.library.standing(movie.id, user.identity)
        assert standing.average_rating == standing.mark.user_rating

    def test_no_rating_is_lost_from_the_average(self, storage: Storage, movie: Movie) -> None:
        users = [add_user(storage) for _ in range(THREADS)]

        def work(number: int) -> None:
            for rating in (1, 10, 4, number + 1):
                rate(storage, users[number], movie, rating)

        at_once(work)
        assert average(storage, movie) == sum(range(1, THREADS + 1)) / THREADS

    def test_rating_and_removing_at_once_leaves_the_average_right(
        self, storage: Storage, user: User, movie: Movie
    ) -> None:
        def work(number: int) -> None:
            for _ in range(5):
                if number % 2:
                    rate(storage, user, movie, number)
                else:
                    storage.write(remove)

        def remove(session: Any) -> None:
            # Half of those who remove find nothing: another was quicker.
            with suppress(RatingNotFound):
                session.library.remove_rating(user.identity, movie.id)

        at_once(work)
        with storage.read() as session:
            standing = session.library.standing(movie.id, user.identity)
        assert standing.average_rating == standing.mark.user_rating

    def test_of_many_who_register_one_name_one_gets_it(self, storage: Storage) -> None:
        def work(number: int) -> tuple[str, ...]:
            # Half of them take as a username what the others take as their email.
            names = ("Same@example.org", f"{number}@example.org")
            username, email = names if number % 2 else names[::-1]
            try:
                storage.write(lambda it: it.accounts.add(make_new_user(username=username, email=email)))
            except NamesTaken as taken:
                return taken.fields
            return ()

        taken = at_once(work)
        assert taken.count(()) == 1
        assert set(taken[1::2]) <= {(), ("username",)}
        assert set(taken[::2]) <= {(), ("email",)}

    def test_of_many_who_store_the_same_movies_all_get_the_same_ids(self, storage: Storage) -> None:
        facts = [make_facts() for _ in range(10)]
        stored = at_once(lambda _: storage.write(lambda session: session.movies.store(facts)))
        ids = [[found[it.key].id for it in facts] for found in stored]
        assert ids == [ids[0]] * THREADS
        assert browse(storage).total == len(facts)

    def test_reading_goes_on_while_others_write(self, storage: Storage, movie: Movie) -> None:
        def work(number: int) -> None:
            for _ in range(10):
                if number % 2:
                    storage.write(lambda session: session.movies.store([make_facts()]))
                else:
                    with storage.read() as session:
                        assert session.movies.get(movie.id) == movie

        at_once(work)
        assert browse(storage, limit=1).total == 1 + 10 * THREADS // 2
