"""What is asked of TMDB, and how."""

import datetime as dt
import logging

import pytest

from moviecatalog.domain.errors import MovieNotFound, SourceUnavailable
from moviecatalog.domain.listings import Popular, Recommendations, Search, TimeWindow, TopRated, Trending
from moviecatalog.plugins.sources.tmdb.settings import TmdbSettings, api_key
from moviecatalog.plugins.sources.tmdb.source import TmdbSource
from tests.standins import faults
from tests.standins.tmdb import KEY, TOKEN


@pytest.fixture
def tmdb(own_tmdb):
    return own_tmdb


@pytest.fixture
def make_source(tmdb):
    made = []

    def make(key=KEY, **settings):
        made.append(TmdbSource(TmdbSettings(api_key=api_key(key), base_url=f"{tmdb.url}/", **settings)))
        return made[-1]

    yield make
    for source in made:
        source.close()


@pytest.mark.parametrize(
    ("listing", "path", "params"),
    [
        (Trending(TimeWindow.DAY), "trending/movie/day", {}),
        (Trending(TimeWindow.WEEK), "trending/movie/week", {}),
        (Popular(), "movie/popular", {"region": "DE"}),
        (TopRated(), "movie/top_rated", {"region": "DE"}),
        (Search("a b&c=d"), "search/movie", {"query": "a b&c=d", "include_adult": "false", "region": "DE"}),
        (
            Search("x", 1999),
            "search/movie",
            {"query": "x", "include_adult": "false", "region": "DE", "primary_release_year": "1999"},
        ),
        (Recommendations("550"), "movie/550/recommendations", {}),
    ],
    ids=str,
)
def test_a_page_is_asked_for_in_the_language_and_the_region(make_source, tmdb, listing, path, params):
    make_source(language="de-DE", region="DE").page(listing, 3)
    assert tmdb.asked == [(path, {"page": "3", "language": "de-DE", **params})]


def test_adult_titles_are_left_out_unless_they_are_wanted(make_source, tmdb):
    tmdb.twist = lambda _path, body: body | {"results": [it | {"adult": True} for it in body["results"]]}
    assert not any(make_source().page(Popular(), 1).items)
    assert all(make_source(include_adult=True).page(Popular(), 1).items)
    make_source(include_adult=True).page(Search("x"), 1)
    assert tmdb.asked[-1][1]["include_adult"] == "true"


def test_details_that_are_for_adults_only_are_not_found(make_source, tmdb):
    tmdb.twist = lambda _path, body: body | {"adult": True}
    with pytest.raises(MovieNotFound):
        make_source().movie("550")
    assert make_source(include_adult=True).movie("550").title == "Fight Club"


def test_an_overview_that_is_not_translated_is_the_english_one(make_source, tmdb):
    translations = [
        {"iso_639_1": "de", "data": {"overview": ""}},
        {"iso_639_1": "en", "data": {"overview": "In English."}},
        {"iso_639_1": None, "data": None},
        "nonsense",
    ]
    tmdb.twist = lambda _path, body: body | {"overview": "", "translations": {"translations": translations}}
    assert make_source(language="de-DE").movie("550").overview == "In English."
    assert tmdb.asked[-1][1]["append_to_response"] == "translations"


def test_details_have_the_date_of_the_region_as_lists_have(make_source, tmdb):
    dates = [
        {"iso_3166_1": "US", "release_dates": [{"release_date": "1999-10-15T00:00:00.000Z", "type": 3}]},
        {
            "iso_3166_1": "DE",
            "release_dates": [
                {"release_date": "2000-03-01T00:00:00.000Z", "type": 5},
                {"release_date": "1999-11-11T00:00:00.000Z", "type": 3},
                {"release_date": "", "type": 1},
            ],
        },
    ]
    tmdb.twist = lambda _path, body: body | {"release_dates": {"results": dates}}
    assert make_source(region="DE").movie("550").release_date == dt.date(1999, 11, 11)
    assert tmdb.asked[-1][1]["append_to_response"] == "release_dates"
    assert make_source(region="FR").movie("550").release_date == dt.date(1999, 10, 15)


@pytest.mark.parametrize("external_id", ["-1", "0", "01", "1.5", "../configuration", "550?a=b", "\u0665", "9" * 30])
def test_an_id_that_cannot_be_one_is_not_asked_for(make_source, tmdb, external_id):
    with pytest.raises(MovieNotFound):
        make_source().movie(external_id)
    assert tmdb.asked == []


def test_details_and_lists_tell_the_same(make_source):
    source = make_source()
    first = source.page(Popular(), 1).items[0]
    assert source.movie(first.external_id) == first


@pytest.mark.parametrize("key", [KEY, TOKEN], ids=["key", "token"])
@pytest.mark.parametrize(
    "fault", [None, faults.status(401, b"{}"), faults.close_at_once, faults.short_body, faults.body(b"<html>")]
)
def test_the_key_is_in_no_log_and_in_no_error(make_source, tmdb, caplog, key, fault):
    caplog.set_level(logging.DEBUG)
    source = make_source(key)
    tmdb.fault = fault
    try:
        source.page(Popular(), 1)
        told = ""
    except SourceUnavailable as error:
        chain = []
        link = error
        while link is not None:
            chain += [repr(link), str(link)]
            link = link.__cause__ or link.__context__
        told = " ".join(chain)
    assert "urllib3" in " ".join(record.name for record in caplog.records)
    assert key not in caplog.text + told + repr(vars(source))


def test_turns_are_waited_for_before_each_request(make_source, tmdb):
    source, waited = make_source(), []
    source.take_turns(waited.append)
    tmdb.fault = faults.once_then_well(503)
    source.page(Popular(), 1)
    assert len(waited) == 2
    assert all(0 < seconds <= source.timeout for seconds in waited)


def test_other_settings_make_other_answers(make_source):
    variants = {
        make_source(**settings).variant
        for settings in ({}, {"language": "de-DE"}, {"region": "DE"}, {"include_adult": True})
    }
    assert len(variants) == 4
