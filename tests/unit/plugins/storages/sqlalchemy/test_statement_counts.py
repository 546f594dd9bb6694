"""How many statements everything takes, whatever the number of movies."""

from __future__ import annotations

import pytest

from moviecatalog.domain.library import RatingChange
from moviecatalog.domain.queries import MovieQuery, Ordering
from moviecatalog.domain.users import ProfileChange
from moviecatalog.testing.factories import make_facts, make_new_user

INDEXING = 4
"""Three bring the search index up to date, one looks whether a block of places has grown too long."""


@pytest.fixture(params=[1, 20, 100], ids="page of {}".format)
def size(request):
    return request.param


@pytest.fixture
def facts(size):
    return [make_facts(title=f"Title {number}", genre_ids=(1, 2, 3)) for number in range(size)]


@pytest.fixture
def movies(storage, facts):
    return list(storage.write(lambda session: session.movies.store(facts)).values())


@pytest.fixture
def identity(storage):
    return storage.write(lambda session: session.accounts.add(make_new_user(username="ann"))).identity


@pytest.fixture
def kept(storage, movies, identity):
    """Every movie is a favourite, and rated; the user and the movies' ids."""

    def work(session):
        for movie in movies:
            session.library.add_favorite(identity, movie.id)
            session.library.rate(identity, movie.id, RatingChange(5))

    storage.write(work)
    return identity, [movie.id for movie in movies]


class TestMovies:
    def test_storing_a_new_page_takes_one_and_those_that_index_it(self, storage, statements, facts):
        storage.write(lambda session: session.movies.store(facts))
        assert len(statements) == 1 + INDEXING

    def test_storing_a_known_page_takes_as_many(self, storage, movies, statements, facts):
        storage.write(lambda session: session.movies.store(facts))
        assert len(statements) == 1 + INDEXING

    def test_a_page_of_a_thousand_takes_as_many(self, storage, statements):
        storage.write(lambda session: session.movies.store([make_facts() for _ in range(1_000)]))
        assert len(statements) == 1 + INDEXING

    @pytest.mark.parametrize(
        "call",
        [
            lambda session, movies: session.movies.get(movies[0].id),
            lambda session, movies: session.movies.find([movie.key for movie in movies]),
            lambda session, movies: session.movies.browse(MovieQuery(), 0, len(movies)),
            lambda session, movies: session.movies.browse(
                MovieQuery(words=("title",), genre_ids=(1, 2), min_rating=0.0, ordering=Ordering.TITLE), 0, 100
            ),
            lambda session, movies: session.movies.catalogue_digest("test"),
            lambda session, movies: session.movies.note_catalogue_digest("test", "digest"),
        ],
        ids=["get", "find", "browse", "browse with filters", "catalogue_digest", "note_catalogue_digest"],
    )
    def test_everything_else_takes_one(self, storage, movies, statements, call):
        storage.write(lambda session: call(session, movies))
        assert len(statements) == 1

    @pytest.mark.parametrize(("limit", "count"), [(2, 1), (3, 2), (4, 3)])
    def test_what_is_similar_is_looked_for_near_by_and_then_further_off(self, storage, statements, limit, count):
        votes = (5.0, 5.0, 5.05, 5.4, 9.0)
        facts = [make_facts(genre_ids=(1, 2), vote_average=vote) for vote in votes]
        movie = next(iter(storage.write(lambda session: session.movies.store(facts)).values()))
        del statements[:]
        found = storage.write(lambda session: session.movies.similar(movie, 0, limit))
        assert (len(found.items), found.total) == (limit, len(votes) - 1)
        assert len(statements) == count


class TestAccounts:
    def test_adding_takes_two(self, storage, statements):
        storage.write(lambda session: session.accounts.add(make_new_user()))
        assert len(statements) == 2

    @pytest.mark.parametrize(
        "call",
        [
            lambda accounts, identity: accounts.get(identity),
            lambda accounts, _: accounts.credentials("ann"),
            lambda accounts, identity: accounts.change_profile(identity, ProfileChange(bio="b")),
            lambda accounts, identity: accounts.set_password_hash(identity.user_id, "h"),
            lambda accounts, _: accounts.set_active("ann", False),
        ],
        ids=["get", "credentials", "change_profile", "set_password_hash", "set_active"],
    )
    def test_everything_else_takes_one(self, storage, identity, statements, call):
        storage.write(lambda session: call(session.accounts, identity))
        assert len(statements) == 1


class TestLibrary:
    @pytest.mark.parametrize(
        ("count", "call"),
        [
            (1, lambda it, identity, ids: it.marks(identity, ids)),
            (1, lambda it, identity, ids: it.standing(ids[0], identity)),
            (1, lambda it, identity, ids: it.standing(ids[0], None)),
            (1, lambda it, identity, ids: it.add_favorite(identity, ids[0])),
            (2, lambda it, identity, ids: it.remove_favorite(identity, ids[0])),
            (2, lambda it, identity, ids: it.favorites(identity, 0, len(ids))),
            (2, lambda it, identity, ids: it.rate(identity, ids[0], RatingChange(5))),
            (3, lambda it, identity, ids: it.rate(identity, ids[0], RatingChange(6))),
            (2, lambda it, identity, ids: it.change_rating(identity, ids[0], RatingChange(review="r"))),
            (3, lambda it, identity, ids: it.change_rating(identity, ids[0], RatingChange(6))),
            (3, lambda it, identity, ids: it.remove_rating(identity, ids[0])),
            (2, lambda it, identity, ids: it.ratings(identity, 0, len(ids))),
        ],
        ids=[
            "marks",
            "standing",
            "anonymous standing",
            "add_favorite that is one",
            "remove_favorite",
            "favorites",
            "rate the same again",
            "rate again",
            "change a review",
            "change a rating",
            "remove_rating",
            "ratings",
        ],
    )
    def test_what_is_kept_is_reached_in_as_few_as_promised(self, storage, kept, statements, count, call):
        statements.clear()
        storage.write(lambda session: call(session.library, *kept))
        assert len(statements) == count

    def test_a_new_favorite_takes_two(self, storage, movies, identity, statements):
        storage.write(lambda session: session.library.add_favorite(identity, movies[0].id))
        assert len(statements) == 2

    def test_a_new_rating_takes_three(self, storage, movies, identity, statements):
        storage.write(lambda session: session.library.rate(identity, movies[0].id, RatingChange(5)))
        assert len(statements) == 3
