import datetime as dt

import pytest

from moviecatalog.domain.errors import MovieNotFound, PageNotFound, SourceUnavailable
from moviecatalog.domain.freshness import CacheState
from moviecatalog.domain.listings import Capability, Popular, Search, TopRated, Trending
from moviecatalog.domain.pages import Window
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.testing.factories import make_facts
from moviecatalog.testing.fakes import FakeSource

ALL = frozenset(Capability) - {Capability.CATALOGUE}


def film(number, **facts):
    return make_facts(
        **{
            "namespace": "fake",
            "external_id": str(number),
            "title": f"Film {number}",
            "popularity": float(number),
            "genre_ids": (number % 3 + 1,),
        }
        | facts
    )


@pytest.fixture
def source():
    return FakeSource([film(number) for number in range(1, 13)])


def titles(page):
    return [seen.movie.title for seen in page.movies]


class TestListing:
    def test_is_the_sources_own_in_its_order(self, make_catalog, source):
        page = make_catalog(source).listing(Popular(), Window(2, 4), None)
        assert titles(page) == ["Film 5", "Film 6", "Film 7", "Film 8"]
        assert page.count == 12

    def test_comes_from_the_cache_the_second_time(self, make_catalog, source):
        catalog = make_catalog(source)
        states = [catalog.listing(Popular(), Window(), None).freshness.state for _ in range(2)]
        assert states == [CacheState.MISS, CacheState.HIT]
        assert sorted(number for _, number in source.asked) == [1, 2]

    def test_is_served_stale_while_the_source_fails(self, make_catalog, source):
        catalog = make_catalog(source, ttl=0)
        catalog.listing(Popular(), Window(1, 5), None)
        source.broken = True
        page = catalog.listing(Popular(), Window(1, 5), None)
        assert (len(page.movies), page.freshness.state) == (5, CacheState.STALE)

    def test_without_anything_kept_the_failure_shows(self, make_catalog, source):
        source.broken = True
        with pytest.raises(SourceUnavailable):
            make_catalog(source).listing(Popular(), Window(), None)

    def test_depth_of_the_source_bounds_the_count(self, make_catalog, source):
        source.films = [film(number) for number in range(1, 41)]
        catalog = make_catalog(source)
        assert catalog.listing(Popular(), Window(), None).count == 20
        with pytest.raises(PageNotFound):
            catalog.listing(Popular(), Window(3, 10), None)

    @pytest.mark.parametrize(
        ("listing", "first"),
        [(Popular(), "Film 12"), (Trending(), "Film 12"), (TopRated(), "Film 3"), (Search("film 7"), "Film 7")],
    )
    def test_what_the_source_cannot_give_comes_from_the_catalogue(self, make_catalog, source, listing, first):
        source.films[2] = film(3, vote_average=9.0, vote_count=5_000)
        make_catalog(source).listing(Popular(), Window(1, 20), None)
        source.capabilities = frozenset()
        assert titles(make_catalog(source).listing(listing, Window(), None))[0] == first

    def test_every_movie_shown_is_stored(self, make_catalog, source, storage):
        page = make_catalog(source).listing(Popular(), Window(), None)
        with storage.read() as session:
            for seen in page.movies:
                assert session.movies.get(seen.movie.id) == seen.movie

    def test_a_changed_title_ends_what_was_kept(self, make_catalog, source):
        catalog = make_catalog(source)
        catalog.listing(Popular(), Window(1, 5), None)
        source.films[0] = film(1, title="Another")
        catalog.listing(Trending(), Window(1, 5), None)
        assert titles(catalog.listing(Popular(), Window(1, 5), None))[0] == "Another"

    def test_a_changed_figure_ends_nothing(self, make_catalog, source):
        catalog = make_catalog(source)
        catalog.listing(Popular(), Window(1, 5), None)
        source.films[0] = film(1, vote_count=9_999)
        catalog.listing(Trending(), Window(1, 5), None)
        assert catalog.listing(Popular(), Window(1, 5), None).freshness.state is CacheState.HIT


class TestDetails:
    def test_of_a_movie_heard_of_lately_come_from_storage(self, make_catalog, source):
        catalog = make_catalog(source)
        movie_id = catalog.listing(Popular(), Window(), None).movies[0].movie.id
        source.asked.clear()
        assert catalog.details(movie_id, None).movie.title == "Film 1"
        assert source.asked == []

    def test_of_a_movie_heard_of_long_ago_are_asked_for_anew(self, make_catalog, source):
        catalog = make_catalog(source, ttl=0)
        movie_id = catalog.listing(Popular(), Window(), None).movies[0].movie.id
        source.films[0] = film(1, overview="A new overview.")
        assert catalog.details(movie_id, None).movie.overview == "A new overview."

    def test_are_the_stored_ones_while_the_source_fails(self, make_catalog, source):
        first = make_catalog(source)
        movie_id = first.listing(Popular(), Window(), None).movies[0].movie.id
        source.broken = True
        details = make_catalog(source, ttl=0).details(movie_id, None)
        assert (details.movie.title, details.freshness.state) == ("Film 1", CacheState.STALE)

    def test_of_a_movie_that_the_source_forgot_stay(self, make_catalog, source):
        catalog = make_catalog(source, ttl=0)
        movie_id = catalog.listing(Popular(), Window(), None).movies[0].movie.id
        del source.films[0]
        assert catalog.details(movie_id, None).movie.title == "Film 1"

    def test_of_a_movie_of_another_id_space_are_not_asked_for(self, make_catalog, source, storage):
        foreign = storage.write(lambda session: session.movies.store([film(1, namespace="other")]))
        movie_id = next(iter(foreign.values())).id
        assert make_catalog(source, ttl=0).details(movie_id, None).movie.namespace == "other"
        assert source.asked == []

    def test_of_nothing_are_not_found(self, make_catalog, source):
        with pytest.raises(MovieNotFound):
            make_catalog(source).details(999, None)


class TestRecommendations:
    def recommend(self, catalog, window=None):
        movie_id = catalog.listing(Popular(), Window(), None).movies[0].movie.id
        return catalog.recommendations(movie_id, window or Window(1, 5), None)

    def test_are_the_sources_own(self, make_catalog, source):
        assert titles(self.recommend(make_catalog(source)))[0] == "Film 2"

    @pytest.mark.parametrize("reason", ["cannot", "fails", "has none"])
    def test_are_movies_like_it_where_the_source_has_none(self, make_catalog, source, reason):
        catalog = make_catalog(source)
        catalog.listing(Popular(), Window(1, 12), None)
        movie_id = catalog.listing(Popular(), Window(), None).movies[0].movie.id
        if reason == "cannot":
            source.capabilities = ALL - {Capability.RECOMMENDATIONS}
        elif reason == "fails":
            source.broken = True
        else:
            source.films = []
        page = catalog.recommendations(movie_id, Window(), None)
        assert set(titles(page)) == {"Film 4", "Film 7", "Film 10"}
        assert page.count == 3

    def test_never_hold_the_movie_itself(self, make_catalog, source, monkeypatch):
        whole = source.page
        monkeypatch.setattr(source, "page", lambda listing, number: whole(Popular(), number))
        assert "Film 1" not in titles(self.recommend(make_catalog(source)))


class TestSearch:
    def test_without_filters_is_the_sources(self, make_catalog, source):
        page = make_catalog(source).search("film 7", MovieQuery(), Window(), None)
        assert titles(page) == ["Film 7"]
        assert source.asked == [(Search("film 7"), 1)]

    def test_with_filters_is_the_catalogues_and_exact(self, make_catalog, source):
        catalog = make_catalog(source)
        catalog.listing(Popular(), Window(1, 12), None)
        page = catalog.search("film", MovieQuery(min_popularity=11), Window(), None)
        assert (titles(page), page.count) == (["Film 12", "Film 11"], 2)

    def test_with_filters_has_the_sources_first_pages_stored_first(self, make_catalog, source):
        source.films = [film(number) for number in range(1, 41)]
        page = make_catalog(source).search("film", MovieQuery(min_popularity=1), Window(), None)
        assert page.count == 10
        assert source.asked == [(Search("film"), 1), (Search("film"), 2)]

    def test_with_filters_asks_for_no_page_past_the_last(self, make_catalog, source):
        make_catalog(source).search("film 7", MovieQuery(min_popularity=1), Window(), None)
        assert source.asked == [(Search("film 7"), 1)]

    def test_with_filters_is_the_index_alone_and_stale_while_the_source_fails(self, make_catalog, source):
        catalog = make_catalog(source)
        catalog.listing(Popular(), Window(1, 12), None)
        source.broken = True
        page = catalog.search("film", MovieQuery(min_popularity=11), Window(), None)
        assert (page.count, page.freshness.state) == (2, CacheState.STALE)

    def test_with_filters_without_a_word_asks_nobody(self, make_catalog, source):
        assert make_catalog(source).search("!!!", MovieQuery(min_popularity=1), Window(), None).count == 0
        assert source.asked == []

    def test_with_filters_is_kept(self, make_catalog, source):
        catalog = make_catalog(source)
        states = [
            catalog.search("film", MovieQuery(min_popularity=11), Window(), None).freshness.state for _ in range(2)
        ]
        assert states == [CacheState.MISS, CacheState.HIT]


def test_all_movies_are_kept_only_where_all_processes_share_the_cache(make_catalog, source):
    for shared, second in ((False, CacheState.MISS), (True, CacheState.HIT)):
        catalog = make_catalog(source, shared=shared)
        catalog.browse(MovieQuery(), Window(), None)
        assert catalog.browse(MovieQuery(), Window(), None).freshness.state is second


def test_genres_are_the_sources_where_it_has_some(make_catalog, source):
    assert make_catalog(source).genres()[0].name == "Action"
    assert source.asked == ["genres"]


def test_cached_movies_come_back_as_they_went_in(make_catalog, source):
    source.films[0] = film(
        1, release_date=dt.date(1999, 10, 15), poster_path="/p.jpg", original_title="Фильм", tmdb_id=5, overview="…"
    )
    catalog = make_catalog(source)
    made, kept = (catalog.listing(Popular(), Window(1, 5), None).movies for _ in range(2))
    assert made == kept


class TestSeveralSources:
    @pytest.fixture
    def other(self):
        return FakeSource([film(number, namespace="other", title=f"Other {number}") for number in range(1, 4)])

    def test_the_first_is_heard(self, make_catalog, source, other):
        assert titles(make_catalog(source, other).listing(Popular(), Window(), None))[0] == "Film 1"
        assert other.asked == []

    def test_the_next_is_heard_where_the_first_fails(self, make_catalog, source, other):
        source.broken = True
        page = make_catalog(source, other).listing(Popular(), Window(), None)
        assert (titles(page), page.count) == (["Other 1", "Other 2", "Other 3"], 3)

    def test_the_next_is_heard_where_the_first_has_no_such_list(self, make_catalog, source, other):
        source.capabilities = frozenset()
        assert titles(make_catalog(source, other).listing(Popular(), Window(), None))[0] == "Other 1"

    def test_what_the_first_said_once_goes_before_what_the_next_says_now(self, make_catalog, source, other):
        catalog = make_catalog(source, other, ttl=0)
        catalog.listing(Popular(), Window(), None)
        source.broken = True
        page = catalog.listing(Popular(), Window(), None)
        assert (titles(page)[0], page.freshness.state) == ("Film 1", CacheState.STALE)

    def test_two_of_one_id_space_have_answers_of_their_own(self, make_catalog, source):
        twin = FakeSource([film(99)], frozenset({Capability.TRENDING}))
        source.capabilities = ALL - {Capability.TRENDING}
        catalog = make_catalog(source, twin)
        assert titles(catalog.listing(Popular(), Window(), None))[0] == "Film 1"
        assert titles(catalog.listing(Trending(), Window(), None)) == ["Film 99"]

    def test_if_all_fail_so_does_the_list(self, make_catalog, source, other):
        source.broken = other.broken = True
        with pytest.raises(SourceUnavailable):
            make_catalog(source, other).listing(Popular(), Window(), None)
