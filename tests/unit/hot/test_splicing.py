import datetime as dt

import orjson
import pytest

from moviecatalog.domain.freshness import CacheState, Freshness
from moviecatalog.domain.movies import Mark, Movie, SeenMovie, Standing
from moviecatalog.hot.splicing import UNMARKED, marked, neutral, rated
from moviecatalog.http.json_renderer import OPTIONS
from moviecatalog.presenters.movies import Images, details_fields, movie
from moviecatalog.services.catalog import MovieDetails

NOON = dt.datetime(2024, 1, 15, 12, tzinfo=dt.UTC)
IMAGES = Images("https://images.example.org/")

LOOK_ALIKES = [
    "Brazil",
    UNMARKED.decode(),
    '"is_favorite":true,"user_rating":7',
    ',"is_favorite',
    '\\","is_favorite":false,"user_rating":null',
    '"average_rating":null',
    "",
    "Amélie \u2028 \N{CLAPPER BOARD}",
]
"""Titles that look like what is looked for."""


def film(number, title):
    return Movie(
        id=number,
        namespace="tmdb",
        external_id=str(number),
        title=title,
        overview=title,
        created_at=NOON,
        updated_at=NOON,
        refreshed_at=NOON,
    )


FILMS = [film(number, title) for number, title in enumerate(LOOK_ALIKES, 1)]
IDS = [it.id for it in FILMS]


def page(marks):
    results = [movie(SeenMovie(it, marks.get(it.id, Mark())), IMAGES) for it in FILMS]
    return orjson.dumps({"count": len(results), "results": results}, option=OPTIONS)


def details(standing):
    found = MovieDetails(FILMS[1], standing, Freshness(CacheState.HIT))
    return orjson.dumps(details_fields(found, IMAGES), option=OPTIONS)


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {1: Mark(is_favorite=True)},
        {8: Mark(user_rating=10)},
        {number: Mark(is_favorite=number % 2 == 0, user_rating=number) for number in IDS},
    ],
)
def test_a_page_is_what_the_renderer_makes_of_it_for_this_viewer(marks):
    assert marked(page({}), IDS, marks) == page(marks)
    assert neutral(page(marks)) == page({})


@pytest.mark.parametrize("mark", [Mark(), Mark(is_favorite=True, user_rating=10)])
@pytest.mark.parametrize("average", [None, 1.0, 8.33, 10.0])
def test_details_are_what_the_renderer_makes_of_them_for_this_viewer(mark, average):
    nobodys = details(Standing(Mark(), None))
    assert rated(marked(nobodys, [2], {2: mark}), average) == details(Standing(mark, average))
    assert neutral(details(Standing(mark, average))) == nobodys


def test_marks_on_films_that_are_not_in_the_answer_are_left_out():
    assert marked(page({}), IDS, {99: Mark(is_favorite=True)}) == page({})
