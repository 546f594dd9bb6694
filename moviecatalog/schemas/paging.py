"""Pages: the parameters that ask for one, the fields that answer."""

from __future__ import annotations

import colander

from moviecatalog.schemas import answers
from moviecatalog.schemas.nodes import QueryInteger, optional

MAX_PAGE = 2**31 - 1
MAX_PAGE_SIZE = 100


class PagingQuery(colander.MappingSchema):
    page = optional(QueryInteger(1, MAX_PAGE), 1, description="Page number, from 1.")
    page_size = optional(
        QueryInteger(1, clamp=MAX_PAGE_SIZE),
        10,
        description=f"Results per page; more than {MAX_PAGE_SIZE} is taken as {MAX_PAGE_SIZE}.",
    )


class PageAnswer(colander.MappingSchema):
    """The fields of every list; `results` is for each list to add."""

    count = answers.integer(minimum=0, example=150, description="How many results there are to reach in all.")
    next = answers.text(
        nullable=True,
        format="uri",
        example="http://localhost:8000/api/movies/?page=2",
        description="URL of the next page, or null.",
    )
    previous = answers.text(nullable=True, format="uri", description="URL of the page before, or null.")
