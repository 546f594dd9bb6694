"""JSON Web Tokens. The only place that knows pyramid_jwt and PyJWT."""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
import time
import uuid
from functools import lru_cache
from typing import Any, NamedTuple

import jwt
from pyramid_jwt import JWTAuthenticationPolicy

from moviecatalog.domain import clock
from moviecatalog.domain.errors import InvalidToken
from moviecatalog.domain.users import Identity, RefreshToken, User

ALGORITHM = "HS256"
ISSUER = AUDIENCE = "moviecatalog"
LEEWAY_SECONDS = 5
MAX_TOKEN_LENGTH = 4_096
REQUIRED_CLAIMS = ("sub", "typ", "jti", "iat", "exp", "iss", "aud", "ver")

REMEMBERED = 4_096
"""Access tokens that were verified; to verify one takes as long as forty other steps of a short answer."""

MAX_VERSION = 2**31 - 1
"""What any storage can compare one with."""

_USER_ID = re.compile(r"[1-9][0-9]{0,17}")


class TokenKind(enum.StrEnum):
    ACCESS = "access"
    REFRESH = "refresh"


class _Codec(JWTAuthenticationPolicy):  # type: ignore[misc]  # pyramid_jwt is untyped
    """pyramid_jwt as a codec for one secret; as a policy of Pyramid's it is of the deprecated kind.

    Its own decoding asks for no claim at all and logs what a stranger wrote.
    """

    def __init__(self, secret: str) -> None:
        super().__init__(secret.encode(), algorithm=ALGORITHM, leeway=LEEWAY_SECONDS, audience=AUDIENCE)

    def decode(self, token: str, *, expired_too: bool) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(
            token,
            self.public_key,
            algorithms=[self.algorithm],
            audience=self.audience,
            issuer=ISSUER,
            leeway=self.leeway,
            options={"require": list(REQUIRED_CLAIMS), "verify_exp": not expired_too},
        )
        return claims


class _Verified(NamedTuple):
    """An access token of ours that is good between two times, in Unix seconds."""

    identity: Identity
    begins: float
    ends: float


class Tokens:
    """Issues and reads tokens. The first secret signs; all of them verify, so that keys can be rotated."""

    def __init__(self, secrets: tuple[str, ...], access_lifetime: int, refresh_lifetime: int) -> None:
        self._codecs = tuple(_Codec(secret) for secret in secrets)
        # What is no good is not remembered.
        self._verified = lru_cache(REMEMBERED)(self._verify)
        self._lifetimes = {TokenKind.ACCESS: access_lifetime, TokenKind.REFRESH: refresh_lifetime}

    def access(self, user: User) -> str:
        return self._issue(user, TokenKind.ACCESS)

    def refresh(self, user: User, follows: RefreshToken | None = None) -> str:
        """One that follows another is of its family; else it begins one."""
        return self._issue(user, TokenKind.REFRESH, **({"fam": follows.family} if follows else {}))

    def refresh_end(self) -> dt.datetime:
        """When every refresh token that has been issued up to now is good for nothing."""
        return clock.now() + dt.timedelta(seconds=self._lifetimes[TokenKind.REFRESH] + LEEWAY_SECONDS + 1)

    def _issue(self, user: User, kind: TokenKind, **claims: str) -> str:
        token: str = self._codecs[0].create_token(
            str(user.id),
            expiration=self._lifetimes[kind],
            typ=kind.value,
            jti=uuid.uuid4().hex,
            iss=ISSUER,
            ver=user.token_version,
            **claims,
        )
        return token

    def identity(self, token: str) -> Identity:
        """Who the access token speaks for, by its signature and claims alone. Raises InvalidToken."""
        verified = self._verified(token)
        if not verified.begins <= time.time() < verified.ends:
            # Read once more, for what is to be said of it.
            return self._verify(token).identity
        return verified.identity

    def _verify(self, token: str) -> _Verified:
        claims = self._claims(token)
        # One with a beginning of its own isn't ours: it is read anew each time.
        begins = math.inf if "nbf" in claims else claims["iat"] - LEEWAY_SECONDS
        return _Verified(self._identity(claims, TokenKind.ACCESS), begins, claims["exp"] + LEEWAY_SECONDS)

    def refresh_token(self, token: str, *, expired_too: bool = False) -> RefreshToken:
        """The refresh token, by its signature and claims alone. Raises InvalidToken."""
        claims = self._claims(token, expired_too=expired_too)
        identity = self._identity(claims, TokenKind.REFRESH)
        family = claims.get("fam", f"family of {claims['jti']}")
        if not isinstance(family, str):
            raise InvalidToken("fam must be text")
        return RefreshToken(identity, claims["jti"], family)

    def _identity(self, claims: dict[str, Any], kind: TokenKind) -> Identity:
        subject, version = claims["sub"], claims["ver"]
        lifetime = claims["exp"] - claims["iat"]
        if (
            claims["typ"] != kind.value
            or not _USER_ID.fullmatch(subject)
            or type(version) is not int
            or not 0 <= version <= MAX_VERSION
            or not (isinstance(claims["jti"], str) and claims["jti"])
            or not 0 < lifetime <= self._lifetimes[kind]
        ):
            raise InvalidToken("its claims are not those of a token of ours")
        return Identity(int(subject), version)

    def _claims(self, token: str, *, expired_too: bool = False) -> dict[str, Any]:
        if len(token) > MAX_TOKEN_LENGTH:
            raise InvalidToken("too long")
        for codec in self._codecs:
            try:
                claims = codec.decode(token, expired_too=expired_too)
            except jwt.InvalidSignatureError:
                continue
            except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
                raise InvalidToken(type(error).__name__) from None
            if not all(isinstance(claims[name], int | float) for name in ("exp", "iat")):
                raise InvalidToken("exp and iat must be numbers")
            return claims
        raise InvalidToken("signed by nobody that is known here")
