"""Who is asking, and what they may: Pyramid's security policy over bearer tokens."""

from __future__ import annotations

import enum
import re
from typing import Any

from pyramid.interfaces import ISecurityPolicy
from pyramid.request import RequestLocalCache
from pyramid.security import Allowed, Denied
from zope.interface import implementer

from moviecatalog.domain.errors import InvalidToken
from moviecatalog.domain.users import Identity
from moviecatalog.security.tokens import Tokens


class Permission(enum.StrEnum):
    """What a view may ask for."""

    ACCOUNT = "account"  # somebody who has signed in, for what belongs to them
    REGISTER = "register"  # anybody, where the catalogue takes new accounts


class SignInNeeded(Denied):  # type: ignore[misc]  # Pyramid is untyped
    """Denied to somebody unknown; signing in would help."""


# Three segments of base64url without padding (RFC 7515), so that a token has one spelling only.
_TOKEN = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}")


@implementer(ISecurityPolicy)
class BearerTokenPolicy:
    """Identity by signature and claims alone, without a look at storage.

    Whether the account is active, and the token's version current, is read in the one statement that a
    signed-in request makes anyway; see `LibraryStore` and `AccountStore`.
    """

    def __init__(self, tokens: Tokens, *, registration_open: bool) -> None:
        self._tokens = tokens
        self._registration_open = registration_open
        self._identities = RequestLocalCache(self._identify)

    def identity(self, request: Any) -> Identity | None:
        """None without credentials, and where the service doesn't read them. Raises InvalidToken for bad ones."""
        identity: Identity | None = self._identities.get_or_create(request)
        return identity

    def _identify(self, request: Any) -> Identity | None:
        if request.service is not None and not request.service.reads_credentials:
            return None
        token = bearer_token(request.headers.get("Authorization"))
        return self._tokens.identity(token) if token is not None else None

    def authenticated_userid(self, request: Any) -> str | None:
        identity = self.identity(request)
        return str(identity.user_id) if identity else None

    def permits(self, request: Any, context: object, permission: str) -> Allowed | Denied:  # noqa: ARG002
        match permission:
            case Permission.ACCOUNT:
                return Allowed("signed in") if self.identity(request) else SignInNeeded("not signed in")
            case Permission.REGISTER if self._registration_open:
                return Allowed("registration is open")
        return Denied("nobody may")

    def remember(self, request: Any, userid: str, **kw: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """Nothing: tokens are handed out in the body of the sign-in's answer."""
        return []

    def forget(self, request: Any, **kw: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """Nothing: a client forgets a token by dropping it."""
        return []


def bearer_token(header: str | None) -> str | None:
    """The token of an `Authorization` header (RFC 6750); None without one, or with one of another scheme.

    The scheme's case doesn't matter (RFC 9110, section 11.1). Raises InvalidToken where the scheme is
    right and what follows is not exactly one token.
    """
    scheme, *_ = (header or "").split() or [""]
    if scheme.lower() != "bearer":
        return None
    _, _, token = (header or "").partition(" ")
    if not _TOKEN.fullmatch(token):
        raise InvalidToken("not exactly one token")
    return token
