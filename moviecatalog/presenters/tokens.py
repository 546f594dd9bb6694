"""Tokens, as they are handed out."""

from __future__ import annotations

from typing import Any

from moviecatalog.presenters.accounts import token_user
from moviecatalog.services.authentication import Refreshed, SignedIn


def signed_in(it: SignedIn) -> dict[str, Any]:
    return {"refresh": it.refresh, "access": it.access, "user": token_user(it.user)}


def refreshed(it: Refreshed) -> dict[str, Any]:
    return {"access": it.access} | ({"refresh": it.refresh} if it.refresh else {})
