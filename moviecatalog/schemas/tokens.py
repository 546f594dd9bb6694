"""Tokens: what is sent for them, and what comes back."""

from __future__ import annotations

import colander

from moviecatalog.schemas import answers
from moviecatalog.schemas.accounts import TokenUserAnswer
from moviecatalog.schemas.names import MAX_EMAIL_LENGTH
from moviecatalog.schemas.nodes import Text, required
from moviecatalog.security.passwords import MAX_UNNORMALIZED


class SignInBody(colander.MappingSchema):
    username = required(
        Text(min_length=1, max_length=MAX_EMAIL_LENGTH),
        description="The username, or the account's email.",
        example="newuser",
    )
    password = required(Text(min_length=1, max_length=MAX_UNNORMALIZED), example="securepassword123")


class SignInRequest(colander.MappingSchema):
    body = SignInBody()


class RefreshBody(colander.MappingSchema):
    refresh = required(Text(min_length=1), description="A refresh token.", example="eyJ0eXAiOiJKV1QiLCJhbGc...")


class RefreshRequest(colander.MappingSchema):
    body = RefreshBody()


class SignInAnswer(colander.MappingSchema):
    refresh = answers.text(description="Good for new access tokens only.", example="eyJ0eXAiOiJKV1QiLCJhbGc...")
    access = answers.text(description="For the header `Authorization: Bearer …`.", example="eyJ0eXAiOiJKV1QiLCJhbGc...")
    user = TokenUserAnswer()


class RefreshAnswer(colander.MappingSchema):
    access = answers.text(example="eyJ0eXAiOiJKV1QiLCJhbGc...")
    refresh = answers.text(
        missing=colander.drop,
        description="Where refresh tokens are good for one use: the next one.",
        example="eyJ0eXAiOiJKV1QiLCJhbGc...",
    )
