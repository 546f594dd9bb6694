"""Any page of all movies, most popular first, whatever has been stored and changed before."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, make_url, select

from moviecatalog.domain.queries import MovieQuery
from moviecatalog.plugins.storages.sqlalchemy.places import BLOCK
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.plugins.storages.sqlalchemy.tables import movies, place_blocks
from moviecatalog.testing.factories import make_facts

MANY = 5 * BLOCK
PAGE = 100


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request, tmp_path):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/movies.sqlite"
    else:
        url = request.getfixturevalue("postgresql").new_database()
    storage = SqlStorage(make_url(url))
    storage.migrate()
    yield storage
    storage.close()


def store(storage, popularities):
    """Movies of these numbers, so popular."""
    facts = [make_facts(external_id=str(number), title="A film", popularity=it) for number, it in popularities.items()]
    for start in range(0, len(facts), 1_000):
        storage.write(lambda session, start=start: session.movies.store(facts[start : start + 1_000]))


def browse(storage, offset, **filters):
    with storage.read() as session:
        return session.movies.browse(MovieQuery(**filters), offset, PAGE)


def in_line(storage):
    """All, as their popularity has them."""
    with storage.read() as session:
        everything = [it for it in session.dump() if hasattr(it, "popularity")]
    return [it.id for it in sorted(everything, key=lambda it: (-it.popularity, it.id))]


def check(storage):
    """Every block has as many movies as it says, and every page is what stands there in line."""
    line = in_line(storage)
    with storage._engine.connect() as connection:
        blocks = connection.execute(select(place_blocks).order_by(place_blocks.c.start)).all()
        ends = [block.start for block in blocks[1:]] + [2**63 - 1]
        for block, end in zip(blocks, ends, strict=True):
            within = select(func.count()).where(movies.c.place >= block.start, movies.c.place < end)
            assert connection.execute(within).scalar_one() == block.size
    assert all(block.size <= 2 * BLOCK for block in blocks)
    for offset in [0, 1, BLOCK - 1, BLOCK, 3 * BLOCK + 7, len(line) - PAGE // 2, len(line), len(line) + 10**9]:
        page = browse(storage, offset)
        assert [it.id for it in page.items] == line[offset : offset + PAGE]
        assert page.total == (len(line) if page.items else 0)
    return blocks


def test_pages_are_right_after_movies_rose_and_fell(storage):
    shuffled = random.Random(1)
    popularities = {number: shuffled.choice([0.6, shuffled.paretovariate(1)]) for number in range(MANY)}
    store(storage, popularities)
    assert len(check(storage)) > 2
    for number in shuffled.sample(range(MANY), 1_500):
        popularities[number] = shuffled.choice([0.0, 0.6, 1e-9, 3e5, shuffled.random()])
    store(storage, popularities)
    check(storage)


def test_a_block_of_movies_of_one_popularity_is_cut_too(storage):
    store(storage, dict.fromkeys(range(MANY), 0.6))
    assert len(check(storage)) > 2


def test_movies_that_are_gone_are_not_counted(storage):
    store(storage, {number: number % 7 for number in range(300)})
    with storage._writing.begin() as connection:
        connection.execute(movies.delete().where(movies.c.id % 2 == 0))
    check(storage)


def test_several_at_once_lose_count_of_nothing(storage):
    def work(worker):
        shuffled = random.Random(worker)
        for turn in range(6):
            own = {f"{worker} {turn} {number}": shuffled.random() for number in range(300)}
            shared = {f"shared {number}": shuffled.random() * 9 for number in sorted(shuffled.sample(range(100), 40))}
            store(storage, own | shared)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    check(storage)


@pytest.mark.parametrize("least", [0.0, 0.5, 0.6, 1.0, 2.7, 10.0])
def test_movies_are_popular_enough_to_the_last_digit(storage, least):
    near = [least, least * (1 + 1e-12), least * (1 - 1e-12), least * 0.9, least * 1.1]
    store(storage, dict(enumerate(near)))
    expected = {it for it in near if it >= least}
    for filters in ({}, {"words": ("film",)}, {"max_rating": 9.5}, {"words": ("film",), "max_rating": 9.5}):
        found = browse(storage, 0, min_popularity=least, **filters)
        assert {it.popularity for it in found.items} == expected
        assert found.total == sum(it >= least for it in near)
