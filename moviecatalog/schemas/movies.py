"""Movies: what may be asked of lists and of one movie, and what a movie looks like."""

from __future__ import annotations

from typing import Any

import colander

from moviecatalog.domain.listings import TimeWindow
from moviecatalog.domain.queries import Ordering
from moviecatalog.schemas import answers
from moviecatalog.schemas.nodes import (
    QueryChoice,
    QueryInteger,
    QueryIntegers,
    QueryNumber,
    QueryText,
    optional,
    required,
)
from moviecatalog.schemas.paging import PageAnswer, PagingQuery

MAX_MOVIE_ID = 10**18 - 1


class MoviePath(colander.MappingSchema):
    id = required(QueryInteger(1, MAX_MOVIE_ID), description="The movie's id in this catalogue.")


class MovieRequest(colander.MappingSchema):
    path = MoviePath()


class ListRequest(colander.MappingSchema):
    querystring = PagingQuery()


class RecommendationsRequest(colander.MappingSchema):
    path = MoviePath()
    querystring = PagingQuery()


class TrendingQuery(PagingQuery):
    time_window = optional(QueryChoice(TimeWindow), TimeWindow.WEEK, description="Trending today, or this week.")


class TrendingRequest(colander.MappingSchema):
    querystring = TrendingQuery()


class FilterQuery(PagingQuery):
    """Filters combine with and."""

    title = optional(QueryText(200), description="Words that must begin words of the title.")
    release_year = optional(QueryInteger(1000, 9999), description="Year of release, four digits.")
    min_rating = optional(QueryNumber(0, 10), description="At least this vote_average.")
    max_rating = optional(QueryNumber(0, 10), description="At most this vote_average.")
    min_popularity = optional(QueryNumber(0), description="At least this popularity.")

    def validator(self, node: colander.SchemaNode, query: dict[str, Any]) -> None:
        if query.get("min_rating", 0) > query.get("max_rating", 10):
            raise colander.Invalid(node, "min_rating must not be above max_rating.")


class SearchQuery(FilterQuery):
    q = required(QueryText(200), description="Search query.", example="fight")


class SearchRequest(colander.MappingSchema):
    querystring = SearchQuery()


class BrowseQuery(FilterQuery):
    genre = optional(QueryIntegers(1, MAX_MOVIE_ID), description="A genre's id; of several, all must be the movie's.")
    language = optional(QueryText(10), description="The original language, as in `en`.")
    ordering = optional(
        QueryChoice(Ordering), Ordering.POPULARITY_DESCENDING, description="Field to order by; `-` for descending."
    )


class BrowseRequest(colander.MappingSchema):
    querystring = BrowseQuery()


class MovieAnswer(colander.MappingSchema):
    id = answers.integer(minimum=1, description="The movie's id in this catalogue.")
    tmdb_id = answers.integer(nullable=True, minimum=1, example=550)
    title = answers.text(example="Fight Club")
    overview = answers.text(example="An insomniac office worker...")
    release_date = answers.field(colander.Date(), nullable=True, example="1999-10-15")
    poster_path = answers.text(nullable=True, example="/pB8BM7pdSp6B6Ih7QZ4DrQ3PmJK.jpg")
    poster_url = answers.text(
        nullable=True, format="uri", example="https://image.tmdb.org/t/p/w500/pB8BM7pdSp6B6Ih7QZ4DrQ3PmJK.jpg"
    )
    backdrop_path = answers.text(nullable=True, example="/rr7E0NoGKxvbkb89eR1GwfoYjpA.jpg")
    backdrop_url = answers.text(
        nullable=True, format="uri", example="https://image.tmdb.org/t/p/w1280/rr7E0NoGKxvbkb89eR1GwfoYjpA.jpg"
    )
    popularity = answers.number(minimum=0, example=26.5, description="The source's figure.")
    vote_average = answers.number(minimum=0, maximum=10, example=8.4, description="The source's figure.")
    vote_count = answers.integer(minimum=0, example=15_000, description="The source's figure.")
    original_language = answers.text(nullable=True, example="en")
    genre_ids = colander.SchemaNode(
        colander.Sequence(),
        colander.SchemaNode(colander.Integer(), name="id"),
        description="See `/genres/`.",
        example=[28, 18],
    )
    is_favorite = answers.boolean(description="Whether it is one of the caller's favourites.")
    user_rating = answers.integer(nullable=True, minimum=1, maximum=10, description="The caller's own rating, or null.")
    created_at = answers.time()
    updated_at = answers.time()


class MovieDetailsAnswer(MovieAnswer):
    average_rating = answers.number(
        nullable=True,
        minimum=1,
        maximum=10,
        example=8.2,
        description="Mean of this catalogue's own ratings, or null without any.",
    )


class MoviePageAnswer(PageAnswer):
    results = colander.SchemaNode(colander.Sequence(), MovieAnswer(name="movie"))


class GenreAnswer(colander.MappingSchema):
    id = answers.integer(minimum=1, example=28)
    name = answers.text(example="Action")


class GenresAnswer(colander.SequenceSchema):
    genre = GenreAnswer()
