"""What concerns PostgreSQL alone: its locks, its limits, and who migrates it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import make_url, select
from sqlalchemy.dialects.postgresql import dialect

from moviecatalog.domain.errors import StorageLocked, StorageUnavailable
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.plugins.storages.sqlalchemy.postgresql import PostgresqlDialect
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.plugins.storages.sqlalchemy.terms import Wanted
from moviecatalog.settings.reader import SettingsError
from moviecatalog.testing.factories import make_facts
from moviecatalog.testing.storage.base import add_movie


@pytest.fixture
def url(postgresql):
    return postgresql.new_database()


@pytest.fixture
def make_storage(url):
    made = []

    def make(**kwargs):
        made.append(SqlStorage(make_url(url), **kwargs))
        return made[-1]

    yield make
    for storage in made:
        storage.close()


@pytest.fixture
def storage(make_storage):
    storage = make_storage(lock_patience=0.3)
    storage.migrate()
    return storage


@pytest.fixture
def operator(url):
    """A connection beside the storage's."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def count(storage):
    with storage.read() as session:
        return session.movies.browse(MovieQuery(), 0, 1).total


def test_a_row_that_is_locked_for_too_long_is_told(storage, operator):
    movie = make_facts()
    storage.write(lambda session: session.movies.store([movie]))
    with operator.transaction():
        operator.execute("SELECT * FROM movies FOR UPDATE")
        start = time.monotonic()
        with pytest.raises(StorageLocked, match="a row or table is locked"):
            storage.write(lambda session: session.movies.store([movie]))
        assert time.monotonic() - start < 2
        # Who only reads waits for nobody.
        assert count(storage) == 1


def test_a_read_only_database_can_be_read(storage, operator, url):
    name = make_url(url).database
    operator.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    storage.close()
    assert count(storage) == 0
    with pytest.raises(StorageUnavailable, match="the database is read-only"):
        add_movie(storage)


def test_of_two_that_wait_for_each_other_one_is_run_again(make_storage):
    storage = make_storage()
    storage.migrate()
    both = [make_facts(), make_facts()]
    storage.write(lambda session: session.movies.store(both))
    ready = threading.Barrier(2)
    runs = []

    def store(facts):
        first = []

        def work(session):
            runs.append(1)
            session.movies.store(facts[:1])
            if not first:
                first.append(1)
                ready.wait(5)
            session.movies.store(facts[1:])

        storage.write(work)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(store, (both, both[::-1])))
    assert len(runs) == 3


def test_without_a_schema_it_says_what_to_run(make_storage):
    with pytest.raises(SettingsError, match="moviecatalog migrate"):
        make_storage().prepare()


def test_a_database_that_is_not_there_is_a_sentence(postgresql):
    storage = SqlStorage(make_url(postgresql.url.replace("/postgres", "/nowhere").replace("@", ":s3cret@")))
    with pytest.raises(SettingsError) as raised:
        storage.prepare()
    assert "'nowhere' on 127.0.0.1" in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_of_several_hosts_one_that_works_is_found(postgresql, url):
    there = make_url(url)
    storage = SqlStorage(
        make_url(f"postgresql+psycopg://postgres@/{there.database}?host=127.0.0.1:1&host=127.0.0.1:{postgresql.port}")
    )
    storage.migrate()
    storage.prepare()
    assert count(storage) == 0
    storage.close()


@pytest.mark.parametrize(
    "hits",
    [
        PostgresqlDialect().hits(Wanted(["x77"])),
        PostgresqlDialect().hits(Wanted(["x77"], [["\U000f001c"]])),
        PostgresqlDialect().hits(Wanted(any_of=[["\U000f001c", "\U000f0023"]])),
        PostgresqlDialect().hits(Wanted(["x77"], none_of=["\U000f001c"])),
    ],
    ids=["words", "words and terms", "any term", "not all"],
)
@pytest.mark.usefixtures("storage")
def test_an_index_serves_the_search(operator, hits):
    sql = select(hits.c.id).compile(dialect=dialect(), compile_kwargs={"literal_binds": True})
    # With as few movies as here the planner would rather read them all.
    operator.execute("SET enable_seqscan = off")
    assert "ix_movie_search_terms" in str(operator.execute(f"EXPLAIN {sql}").fetchall())


@pytest.mark.usefixtures("storage")
def test_the_latest_films_come_from_an_index(operator):
    operator.execute("SET enable_seqscan = off")
    plan = operator.execute("EXPLAIN SELECT id FROM movies ORDER BY release_date DESC NULLS LAST, id LIMIT 10")
    assert "ix_movies_release_date_latest" in str(plan.fetchall())


@pytest.mark.parametrize("word", ["a'b", "a\\b", "a:*", "!a", "a & b", "<->", "'"])
def test_nothing_in_a_word_is_syntax(storage, word):
    add_movie(storage, title="A B")
    with storage.read() as session:
        assert session.movies.browse(MovieQuery(words=(word,)), 0, 10).total == 0
