"""Ratings: what is sent to make or change one, and what one looks like."""

from __future__ import annotations

import colander

from moviecatalog.schemas import answers
from moviecatalog.schemas.movies import MovieAnswer, MoviePath
from moviecatalog.schemas.nodes import Text, WholeNumber, optional, required
from moviecatalog.schemas.paging import PageAnswer

REVIEW = Text(max_length=10_000, nullable=True)


class RatingBody(colander.MappingSchema):
    rating = required(WholeNumber(1, 10), description="From 1 to 10.", example=9)
    review = optional(
        REVIEW,
        description="Left out, an existing review stays; null or empty clears it.",
        example="Amazing movie! Highly recommended.",
    )


class RateRequest(colander.MappingSchema):
    path = MoviePath()
    body = RatingBody()


class RatingChangeBody(colander.MappingSchema):
    rating = optional(WholeNumber(1, 10), description="From 1 to 10; left out, it stays.", example=8)
    review = optional(REVIEW, description="Left out, it stays; null or empty clears it.", example="Updated review")


class ChangeRatingRequest(colander.MappingSchema):
    path = MoviePath()
    body = RatingChangeBody()


class RatingAnswer(colander.MappingSchema):
    id = answers.integer(minimum=1)
    movie = MovieAnswer()
    rating = answers.integer(minimum=1, maximum=10, example=9)
    review = answers.text(nullable=True, example="Amazing movie! Highly recommended.")
    created_at = answers.time()
    updated_at = answers.time()


class RatingPageAnswer(PageAnswer):
    results = colander.SchemaNode(colander.Sequence(), RatingAnswer(name="rating"))
