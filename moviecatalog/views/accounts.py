"""Registration, and the caller's own account."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNoContent

from moviecatalog.domain.users import ProfileChange
from moviecatalog.presenters.accounts import export, new_user, profile
from moviecatalog.request import Request
from moviecatalog.schemas.accounts import (
    ChangePasswordRequest,
    ExportAnswer,
    ProfileAnswer,
    RegisterAnswer,
    RegisterRequest,
    RemoveAccountRequest,
    UpdateProfileAnswer,
    UpdateProfileRequest,
)
from moviecatalog.schemas.answers import Detail, Message
from moviecatalog.security.policy import Permission
from moviecatalog.services.accounts import Registration, taken_message
from moviecatalog.views.service import Service

registration = Service(
    "registration", "/auth/users/", tag="Users", reads_credentials=False, permission=Permission.REGISTER
)
me = Service("me", "/auth/users/me/", tag="Users", permission=Permission.ACCOUNT)
update_profile = Service("update_profile", "/auth/users/update_profile/", tag="Users", permission=Permission.ACCOUNT)
password = Service("change_password", "/auth/users/change_password/", tag="Users", permission=Permission.ACCOUNT)
my_export = Service("export", "/auth/users/me/export/", tag="Users", permission=Permission.ACCOUNT)


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


@me.delete(schema=RemoveAccountRequest(), answers={204: None})
def remove_account(request: Request) -> HTTPNoContent:
    """Delete the caller's account, with its favourites, ratings and tokens; it takes the password."""
    request.services.accounts.remove(request.viewer, request.fields["password"], request.client_address)
    return HTTPNoContent()


@my_export.get(answers={200: ExportAnswer()})
def export_account(request: Request) -> dict[str, Any]:
    """All that the caller's account holds, but the password's hash and tokens."""
    return export(request.services.accounts.holdings(request.viewer), request.images)


@password.post(schema=ChangePasswordRequest(), answers={200: Message()})
def change_password(request: Request) -> dict[str, Any]:
    """Replace the caller's password. Every token issued before ends: sign in anew."""
    current, new = request.fields["current_password"], request.fields["password"]
    request.services.accounts.change_password(request.viewer, current, new, request.client_address)
    return {"message": "Password changed"}


@update_profile.put(schema=UpdateProfileRequest(), answers={200: UpdateProfileAnswer()})
@update_profile.patch(schema=UpdateProfileRequest(), answers={200: UpdateProfileAnswer()})
def change_profile(request: Request) -> dict[str, Any]:
    """Change what is named of the caller's profile; what isn't stays."""
    user = request.services.accounts.update_profile(request.viewer, ProfileChange(**request.fields))
    return {"message": "Profile updated successfully", "user": profile(user)}


def includeme(config: Configurator) -> None:
    config.add_api_service(registration)
    config.add_api_service(me)
    config.add_api_service(my_export)
    config.add_api_service(update_profile)
    config.add_api_service(password)
