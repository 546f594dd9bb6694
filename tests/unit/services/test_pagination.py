import pytest

from moviecatalog.domain import clock
from moviecatalog.domain.errors import PageNotFound
from moviecatalog.domain.freshness import CacheState, Freshness
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.pages import Window
from moviecatalog.services.answers import Answer
from moviecatalog.services.codecs import CatalogPage
from moviecatalog.services.pagination import cut

NOW = clock.now()


def movie(number):
    return Movie(
        id=number,
        namespace="tmdb",
        external_id=str(number),
        title=f"Film {number}",
        created_at=NOW,
        updated_at=NOW,
        refreshed_at=NOW,
    )


class Source:
    """A list of `ids` (None for a dropped item) in pages of 20, that remembers which pages it was asked for."""

    def __init__(self, ids, total=None, states=None):
        self.ids = list(ids)
        self.total = len(self.ids) if total is None else total
        self.states = states or {}
        self.asked = []

    def __call__(self, number):
        self.asked.append(number)
        ids = self.ids[(number - 1) * 20 : number * 20]
        state = self.states.get(number, CacheState.HIT)
        return Answer(CatalogPage(tuple(item and movie(item) for item in ids), self.total), Freshness(state, number))


def ids(found):
    return [it.id for it in found.movies]


@pytest.mark.parametrize("size", [1, 7, 10, 20, 33, 100])
def test_a_walk_gives_each_film_once_in_order(size):
    source = Source(range(1, 96))
    walked, page = [], 1
    while len(walked) < 95:
        walked += ids(cut(Window(page, size), 20, 500, source))
        page += 1
    assert walked == list(range(1, 96))
    with pytest.raises(PageNotFound):
        cut(Window(-(-95 // size) + 1, size), 20, 500, source)


def test_only_the_pages_that_a_window_touches_are_asked_for():
    source = Source(range(1, 101))
    cut(Window(4, 10), 20, 500, source)
    assert source.asked == [2]


def test_pages_past_the_end_are_not_asked_for():
    source = Source(range(1, 26))
    assert len(cut(Window(1, 100), 20, 500, source).movies) == 25
    assert source.asked == [1, 2]


def test_dropped_items_shorten_the_page_and_shift_nothing():
    source = Source([1, None, 3, 4, None, *range(6, 31)])
    assert ids(cut(Window(1, 5), 20, 500, source)) == [1, 3, 4]
    assert ids(cut(Window(2, 5), 20, 500, source)) == [6, 7, 8, 9, 10]


def test_repeats_within_the_pages_touched_are_dropped():
    source = Source([1, 2, 3, 2, 5, *range(6, 21), 1, 22])
    assert ids(cut(Window(1, 5), 20, 500, source)) == [1, 2, 3, 5]
    assert ids(cut(Window(2, 3), 20, 500, source)) == [5, 6]
    assert ids(cut(Window(1, 22), 20, 500, source)) == [1, 2, 3, *range(5, 21), 22]


def test_a_short_page_keeps_its_positions():
    source = Source([*range(1, 19)])
    source.ids[18:] = []
    source.total = 30
    source.ids += [None, None, *range(21, 31)]
    assert ids(cut(Window(1, 30), 20, 500, source)) == [*range(1, 19), *range(21, 31)]


def test_depth_bounds_count_and_reach():
    source = Source(range(1, 200), total=38_029)
    assert cut(Window(1, 10), 20, 3, source).count == 60
    assert ids(cut(Window(6, 10), 20, 3, source)) == list(range(51, 61))
    with pytest.raises(PageNotFound):
        cut(Window(7, 10), 20, 3, source)
    assert 4 not in source.asked


def test_first_page_of_nothing_is_empty():
    found = cut(Window(1, 10), 20, 500, Source([]))
    assert (found.movies, found.count) == ((), 0)


def test_second_page_of_nothing_is_not_found():
    with pytest.raises(PageNotFound):
        cut(Window(2, 10), 20, 500, Source([]))


def test_freshness_is_that_of_the_worst_part():
    source = Source(range(1, 61), states={2: CacheState.STALE, 3: CacheState.MISS})
    assert cut(Window(1, 10), 20, 500, source).freshness == Freshness(CacheState.HIT, 1)
    assert cut(Window(1, 60), 20, 500, source).freshness == Freshness(CacheState.STALE, 3)
    assert cut(Window(3, 20), 20, 500, source).freshness.state is CacheState.MISS
