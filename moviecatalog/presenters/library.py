"""Favourites and ratings."""

from __future__ import annotations

from typing import Any

from moviecatalog.domain.library import Favorite, Rating
from moviecatalog.presenters.movies import Images, movie


def favorite(it: Favorite, images: Images) -> dict[str, Any]:
    return {"id": it.id, "movie": movie(it.movie, images), "created_at": it.created_at}


def rating(it: Rating, images: Images) -> dict[str, Any]:
    return {
        "id": it.id,
        "movie": movie(it.movie, images),
        "rating": it.rating,
        "review": it.review,
        "created_at": it.created_at,
        "updated_at": it.updated_at,
    }
