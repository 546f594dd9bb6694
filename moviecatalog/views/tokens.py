"""Tokens: sign-in, refreshing, signing out."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from moviecatalog.presenters.tokens import refreshed, signed_in
from moviecatalog.request import Request
from moviecatalog.schemas.answers import Detail, Message
from moviecatalog.schemas.tokens import RefreshAnswer, RefreshRequest, SignInAnswer, SignInRequest
from moviecatalog.views.service import Service

token = Service("token", "/auth/token/", tag="Authentication", reads_credentials=False)
token_refresh = Service("token_refresh", "/auth/token/refresh/", tag="Authentication", reads_credentials=False)
token_revoke = Service("token_revoke", "/auth/token/revoke/", tag="Authentication", reads_credentials=False)


@token.post(schema=SignInRequest(), answers={200: SignInAnswer(), 401: Detail()})
def sign_in(request: Request) -> dict[str, Any]:
    """Tokens for a username, or an email, and a password."""
    name, password = request.fields["username"], request.fields["password"]
    return signed_in(request.services.authentication.sign_in(name, password, request.client_address))


@token_refresh.post(schema=RefreshRequest(), answers={200: RefreshAnswer(), 401: Detail()})
def refresh(request: Request) -> dict[str, Any]:
    """A new access token for a refresh token."""
    return refreshed(request.services.authentication.refresh(request.fields["refresh"]))


@token_revoke.post(schema=RefreshRequest(), answers={200: Message(), 401: Detail()})
def revoke(request: Request) -> dict[str, Any]:
    """Sign out: the refresh token ends. The access token lives on to its end."""
    request.services.authentication.revoke(request.fields["refresh"])
    return {"message": "Token revoked"}


def includeme(config: Configurator) -> None:
    config.add_api_service(token)
    config.add_api_service(token_refresh)
    config.add_api_service(token_revoke)
