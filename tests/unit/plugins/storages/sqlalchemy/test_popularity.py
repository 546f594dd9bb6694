import random

import pytest

from moviecatalog.plugins.storages.sqlalchemy.popularity import is_least_of_its_key, last_place, popularity_key


def test_the_more_popular_the_earlier():
    numbers = [0.0, 1e-300, 1e-5, 0.6, 0.6001, 1, 26.5432, 26.5433, 8567.9234, 8567.9236, 1e6, 1e9, 1e300]
    keys = [popularity_key(it) for it in numbers]
    assert keys == sorted(keys, reverse=True)
    # What is next to nothing is nothing.
    assert len(set(keys)) == len(keys) - 1
    assert all(-(2**31) <= key < 2**31 for key in keys)


def test_no_movie_that_is_as_popular_stands_behind_the_last_place():
    shuffled = random.Random(3)
    for _ in range(1_000):
        popularity, identifier = shuffled.paretovariate(0.5), shuffled.randrange(1, 2**32)
        place = (popularity_key(popularity) << 32) + identifier
        assert -(2**63) < place <= last_place(popularity) < 2**63
        assert last_place(popularity * 1.001) < place


@pytest.mark.parametrize(("popularity", "is_least"), [(0.5, True), (1, True), (10, True), (7.25, True), (0.6, False)])
def test_round_figures_are_the_least_of_their_key(popularity, is_least):
    assert is_least_of_its_key(popularity) is is_least
