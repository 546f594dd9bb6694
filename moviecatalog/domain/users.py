"""Accounts and who is asking."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from moviecatalog.domain.unset import UNSET, Unset


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token speaks for: an account, at the version of its tokens at which the token was issued.

    Whether the account is active and the version current is for storage to say.
    """

    user_id: int
    token_version: int


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token, by its claims: who it speaks for, and which one it is.

    Where tokens are replaced at each use, those that followed one from a sign-in are a family, whose name is no
    token's id.
    """

    identity: Identity
    id: str
    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account, without its password. Times are aware, in UTC, in whole seconds."""

    id: int
    username: str
    email: str
    first_name: str = ""
    last_name: str = ""
    bio: str | None = None
    profile_picture: str | None = None
    is_active: bool = True
    token_version: int = 1
    created_at: dt.datetime
    updated_at: dt.datetime

    @property
    def identity(self) -> Identity:
        return Identity(self.id, self.token_version)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """An account to be made; the password is hashed already."""

    username: str
    email: str
    password_hash: str
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account, active or not, with the hash that its password is verified against."""

    user: User
    password_hash: str

    @property
    def id(self) -> int:
        return self.user.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """What to change of a profile; what is left UNSET stays as it is."""

    first_name: str | Unset = UNSET
    last_name: str | Unset = UNSET
    bio: str | Unset | None = UNSET
    profile_picture: str | Unset | None = UNSET
