"""Favourites as they are listed."""

from __future__ import annotations

import colander

from moviecatalog.schemas import answers
from moviecatalog.schemas.movies import MovieAnswer
from moviecatalog.schemas.paging import PageAnswer


class FavoriteAnswer(colander.MappingSchema):
    id = answers.integer(minimum=1)
    movie = MovieAnswer()
    created_at = answers.time()


class FavoritePageAnswer(PageAnswer):
    results = colander.SchemaNode(colander.Sequence(), FavoriteAnswer(name="favorite"))
