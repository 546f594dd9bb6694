"""`SourceContract`: what every movie source must keep."""

from __future__ import annotations

import pytest

from moviecatalog.domain.errors import MovieNotFound
from moviecatalog.domain.listings import (
    Capability,
    Listing,
    Popular,
    Recommendations,
    Search,
    TimeWindow,
    TopRated,
    Trending,
)
from moviecatalog.domain.movies import MovieFacts
from moviecatalog.domain.text import words
from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.testing.gauges import assert_gauges
from moviecatalog.testing.lacks import lacks

MAX_ID_LENGTH = 18


class SourceContract:
    """Subclass it, and give the fixture `source`.

    A movie to ask for by its id, and a word to search for, are taken from what the source itself shows; where it
    shows nothing without being asked, set `known_id` and `known_word`. A test of something that the source
    doesn't name among its capabilities is skipped, with that as its reason.
    """

    known_id: str | None = None
    """The external id of a movie that the source has."""

    known_word: str | None = None
    """A word of some movie's title."""

    @pytest.fixture
    def some_id(self, source: MovieSource) -> str:
        return self.known_id or _shown(source).external_id

    @pytest.fixture
    def some_word(self, source: MovieSource) -> str:
        return self.known_word or max(words(_shown(source).title), key=len)

    @pytest.fixture(
        params=[
            Trending(TimeWindow.DAY),
            Trending(TimeWindow.WEEK),
            Popular(),
            TopRated(),
            Search(""),
            Recommendations(""),
        ],
        ids=["trending today", "trending this week", "popular", "top rated", "search", "recommendations"],
    )
    def listing(self, request: pytest.FixtureRequest, source: MovieSource) -> Listing:
        listing: Listing = request.param
        _need(source, listing.capability)
        match listing:
            case Search():
                return Search(request.getfixturevalue("some_word"))
            case Recommendations():
                return Recommendations(request.getfixturevalue("some_id"))
        return listing

    def test_contract_version_is_todays(self, source: MovieSource) -> None:
        assert source.contract_version == MovieSource.contract_version

    def test_namespace_is_a_short_word(self, source: MovieSource) -> None:
        assert source.namespace.isidentifier()
        assert len(source.namespace) <= 40

    def test_a_known_movie_is_found_under_its_own_id(self, source: MovieSource, some_id: str) -> None:
        movie = source.movie(some_id)
        assert movie.key == (source.namespace, some_id)
        assert_sound(movie)

    @pytest.mark.parametrize("external_id", ["999999999999", "-1", "no such id", ""])
    def test_an_unknown_movie_is_not_found(self, source: MovieSource, external_id: str) -> None:
        with pytest.raises(MovieNotFound):
            source.movie(external_id)

    def test_first_page_holds_sound_movies(self, source: MovieSource, listing: Listing) -> None:
        page = source.page(listing, 1)
        assert any(page.items)
        for movie in page.items:
            if movie:
                assert_sound(movie)

    def test_pages_are_full_until_the_last(self, source: MovieSource, listing: Listing) -> None:
        first = source.page(listing, 1)
        assert len(first.items) == min(first.total, source.page_size)

    def test_total_is_the_same_on_every_page(self, source: MovieSource, listing: Listing) -> None:
        first = source.page(listing, 1)
        last_number = min(-(-first.total // source.page_size), source.page_limit)
        last = source.page(listing, last_number)
        assert last.total == first.total
        if last_number < source.page_limit:
            assert len(last.items) == first.total - (last_number - 1) * source.page_size

    def test_nothing_is_past_the_last_page(self, source: MovieSource, listing: Listing) -> None:
        number = -(-source.page(listing, 1).total // source.page_size) + 1
        if number > source.page_limit:
            lacks("the list is longer than the source lets one reach")
        assert source.page(listing, number).items == ()

    def test_the_same_page_twice_is_the_same(self, source: MovieSource, listing: Listing) -> None:
        assert source.page(listing, 1) == source.page(listing, 1)

    def test_a_search_for_what_nobody_has_finds_nothing(self, source: MovieSource) -> None:
        _need(source, Capability.SEARCH)
        page = source.page(Search("xqzvwkj qqxxzz"), 1)
        assert (page.items, page.total) == ((), 0)

    def test_recommendations_never_hold_the_movie_itself(self, source: MovieSource, some_id: str) -> None:
        _need(source, Capability.RECOMMENDATIONS)
        page = source.page(Recommendations(some_id), 1)
        assert some_id not in [movie.external_id for movie in page.items if movie]

    def test_recommendations_for_an_unknown_movie_are_empty(self, source: MovieSource) -> None:
        _need(source, Capability.RECOMMENDATIONS)
        page = source.page(Recommendations("999999999999"), 1)
        assert (page.items, page.total) == ((), 0)

    def test_genres_have_ids_and_names(self, source: MovieSource) -> None:
        genres = source.genres()
        assert genres
        assert len({genre.id for genre in genres}) == len(genres)
        assert all(genre.name for genre in genres)

    def test_the_catalogue_holds_each_movie_once(self, source: MovieSource) -> None:
        _need(source, Capability.CATALOGUE)
        movies = list(source.catalogue())
        assert movies
        assert len({movie.key for movie in movies}) == len(movies)
        for movie in movies:
            assert_sound(movie)

    def test_the_catalogues_digest_holds_still(self, source: MovieSource) -> None:
        _need(source, Capability.CATALOGUE)
        assert source.catalogue().digest == source.catalogue().digest != ""

    def test_a_source_that_works_passes_its_own_check(self, source: MovieSource) -> None:
        source.check()

    def test_its_gauges_can_be_shown(self, source: MovieSource) -> None:
        assert_gauges(source)


def assert_sound(movie: MovieFacts) -> None:
    """That a movie keeps the promises which its class makes."""
    assert movie.namespace
    assert movie.external_id
    assert movie.title
    assert movie.tmdb_id is None or 0 < movie.tmdb_id < 10**MAX_ID_LENGTH
    assert movie.popularity >= 0
    assert 0 <= movie.vote_average <= 10
    assert movie.vote_count >= 0
    assert isinstance(movie.genre_ids, tuple)
    for text in (movie.title, movie.overview, movie.original_title or "", movie.external_id):
        text.encode("utf-8")
        assert "\0" not in text


def _need(source: MovieSource, capability: Capability) -> None:
    if capability not in source.capabilities:
        lacks(f"the source does not name the capability {capability.value!r}")


def _shown(source: MovieSource) -> MovieFacts:
    """A movie that the source shows without being asked for one."""
    if Capability.CATALOGUE in source.capabilities:
        return next(iter(source.catalogue()))
    for listing in (Popular(), TopRated(), Trending()):
        if listing.capability in source.capabilities:
            return next(movie for movie in source.page(listing, 1).items if movie)
    pytest.fail("the source shows no movie without being asked for one: set `known_id` and `known_word`")
