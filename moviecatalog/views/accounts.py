"""Registration, sign-in, and the caller's profile."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from moviecatalog.domain.users import ProfileChange
from moviecatalog.presenters.accounts import new_user, profile, signed_in
from moviecatalog.request import Request
from moviecatalog.schemas.accounts import (
    ProfileAnswer,
    RefreshAnswer,
    RefreshRequest,
    RegisterAnswer,
    RegisterRequest,
    SignInAnswer,
    SignInRequest,
    UpdateProfileAnswer,
    UpdateProfileRequest,
)
from moviecatalog.schemas.answers import Detail
from moviecatalog.security.policy import Permission
from moviecatalog.services.accounts import Registration, taken_message
from moviecatalog.views.service import Service

token = Service("token", "/auth/token/", tag="Authentication", reads_credentials=False)
token_refresh = Service("token_refresh", "/auth/token/refresh/", tag="Authentication", reads_credentials=False)
registration = Service(
    "registration", "/auth/users/", tag="Users", reads_credentials=False, permission=Permission.REGISTER
)
me = Service("me", "/auth/users/me/", tag="Users", permission=Permission.ACCOUNT)
update_profile = Service("update_profile", "/auth/users/update_profile/", tag="Users", permission=Permission.ACCOUNT)


@token.post(schema=SignInRequest(), answers={200: SignInAnswer(), 401: Detail()})
def sign_in(request: Request) -> dict[str, Any]:
    """Tokens for a username, or an email, and a password."""
    name, password = request.fields["username"], request.fields["password"]
    return signed_in(request.services.accounts.sign_in(name, password, request.client_address))


@token_refresh.post(schema=RefreshRequest(), answers={200: RefreshAnswer(), 401: Detail()})
def refresh(request: Request) -> dict[str, Any]:
    """A new access token for a refresh token."""
    return {"access": request.services.accounts.refresh(request.fields["refresh"])}


def report_taken_names(request: Request, **_: Any) -> None:
    """A validator: where other fields are broken, the view doesn't run that would find out which names are taken."""
    if not request.errors:
        return
    broken = {error["name"] for error in request.errors}
    sent = request.json_body if "non_field_errors" not in broken else {}
    names = {field: sent[field] for field in ("username", "email") if field in sent and field not in broken}
    for field in request.services.accounts.taken(names, request.client_address):
        request.errors.add("body", field, taken_message(field))


@registration.post(
    schema=RegisterRequest(), validators=[report_taken_names], answers={201: RegisterAnswer(), 403: Detail()}
)
def register(request: Request) -> dict[str, Any]:
    """Make an account."""
    fields = {name: value for name, value in request.fields.items() if name != "password_confirm"}
    user = request.services.accounts.register(Registration(**fields), request.client_address)
    request.response.status_code = 201
    return {"message": "User registered successfully", "user": new_user(user)}


@me.get(answers={200: ProfileAnswer()})
def get_profile(request: Request) -> dict[str, Any]:
    """The caller's profile."""
    return profile(request.services.accounts.profile(request.viewer))


@update_profile.put(schema=UpdateProfileRequest(), answers={200: UpdateProfileAnswer()})
@update_profile.patch(schema=UpdateProfileRequest(), answers={200: UpdateProfileAnswer()})
def change_profile(request: Request) -> dict[str, Any]:
    """Change what is named of the caller's profile; what isn't stays."""
    user = request.services.accounts.update_profile(request.viewer, ProfileChange(**request.fields))
    return {"message": "Profile updated successfully", "user": profile(user)}


def includeme(config: Configurator) -> None:
    config.add_api_service(token)
    config.add_api_service(token_refresh)
    config.add_api_service(registration)
    config.add_api_service(me)
    config.add_api_service(update_profile)
