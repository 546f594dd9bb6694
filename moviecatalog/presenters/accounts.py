"""Accounts, in the three lengths that the API shows them in."""

from __future__ import annotations

from typing import Any

from moviecatalog.domain.users import User
from moviecatalog.presenters.library import favorite, rating
from moviecatalog.presenters.movies import Images
from moviecatalog.services.accounts import Holdings


def token_user(user: User) -> dict[str, Any]:
    return {"id": user.id, "username": user.username, "email": user.email}


def new_user(user: User) -> dict[str, Any]:
    return token_user(user) | {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "bio": user.bio,
        "profile_picture": user.profile_picture,
        "created_at": user.created_at,
    }


def profile(user: User) -> dict[str, Any]:
    return new_user(user) | {"updated_at": user.updated_at}


def export(it: Holdings, images: Images) -> dict[str, Any]:
    return {
        "user": profile(it.user),
        "favorites": [favorite(kept, images) for kept in it.favorites],
        "ratings": [rating(kept, images) for kept in it.ratings],
    }
