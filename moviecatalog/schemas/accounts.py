"""Accounts and tokens: what is sent, and what comes back."""

from __future__ import annotations

from typing import Any

import colander

from moviecatalog.schemas import answers
from moviecatalog.schemas.favorites import FavoriteAnswer
from moviecatalog.schemas.names import MAX_EMAIL_LENGTH, MAX_URL_LENGTH, Email, Username, https_url
from moviecatalog.schemas.nodes import Text, optional, required
from moviecatalog.schemas.ratings import RatingAnswer
from moviecatalog.security.passwords import MAX_UNNORMALIZED, normalized, weakness

PERSON_NAME = Text(max_length=150)


class NewPassword(colander.MappingSchema):
    """A password to be, given twice. It must not be a name of the account, where the body has those."""

    password = required(
        Text(),
        description="8 to 128 characters; not all digits, not a common one.",
        example="securepassword123",
    )
    password_confirm = required(Text(), description="The same once more.", example="securepassword123")

    def deserialize(self, cstruct: Any = colander.null) -> Any:
        """Every broken field at once: colander's own validators would see only bodies whose fields are all well."""
        error = None
        try:
            fields = super().deserialize(cstruct)
        except colander.Invalid as broken:
            error = broken
        for field, message in _password_problems(cstruct):
            error = error or colander.Invalid(self)
            error[field] = message
        if error:
            raise error
        return fields


def _password_problems(body: dict[str, Any]) -> list[tuple[str, str]]:
    password, confirmation = body.get("password"), body.get("password_confirm")
    if not isinstance(password, str):
        return []
    problems = []
    names = tuple(
        name
        for name in (body.get("username"), body.get("email"))
        if isinstance(name, str) and len(name) <= MAX_EMAIL_LENGTH
    )
    if reason := weakness(password, names):
        problems.append(("password", reason))
    pair = [text[:MAX_UNNORMALIZED] for text in (password, confirmation) if isinstance(text, str)]
    if len({normalized(text) for text in pair}) > 1:
        problems.append(("password_confirm", "The two passwords are not the same."))
    return problems


class RegistrationBody(NewPassword):
    username = required(Username(), description="3 to 150 letters, digits and `@ . + - _`.", example="newuser")
    email = required(Email(), format="email", example="newuser@example.com")
    first_name = optional(PERSON_NAME, "", example="John")
    last_name = optional(PERSON_NAME, "", example="Doe")


class RegisterRequest(colander.MappingSchema):
    body = RegistrationBody()


class ChangePasswordBody(NewPassword):
    current_password = required(Text(max_length=MAX_UNNORMALIZED), example="securepassword123")


class ChangePasswordRequest(colander.MappingSchema):
    body = ChangePasswordBody()


class RemoveAccountBody(colander.MappingSchema):
    password = required(Text(max_length=MAX_UNNORMALIZED), description="The account's.", example="securepassword123")


class RemoveAccountRequest(colander.MappingSchema):
    body = RemoveAccountBody()


class ProfileBody(colander.MappingSchema):
    first_name = optional(PERSON_NAME, example="John")
    last_name = optional(PERSON_NAME, example="Smith")
    bio = optional(Text(max_length=2_000, nullable=True), description="Null or empty clears it.", example="Updated bio")
    profile_picture = optional(
        Text(max_length=MAX_URL_LENGTH, nullable=True),
        validator=https_url,
        description="An https URL; it is kept, never fetched. Null or empty clears it.",
    )


class UpdateProfileRequest(colander.MappingSchema):
    body = ProfileBody()


class TokenUserAnswer(colander.MappingSchema):
    id = answers.integer(minimum=1)
    username = answers.text(example="newuser")
    email = answers.text(format="email", example="newuser@example.com")


class NewUserAnswer(TokenUserAnswer):
    first_name = answers.text(example="John")
    last_name = answers.text(example="Doe")
    bio = answers.text(nullable=True)
    profile_picture = answers.text(nullable=True, format="uri")
    created_at = answers.time()


class ProfileAnswer(NewUserAnswer):
    updated_at = answers.time()


class RegisterAnswer(colander.MappingSchema):
    message = answers.text(example="User registered successfully")
    user = NewUserAnswer()


class UpdateProfileAnswer(colander.MappingSchema):
    message = answers.text(example="Profile updated successfully")
    user = ProfileAnswer()


class ExportAnswer(colander.MappingSchema):
    user = ProfileAnswer()
    favorites = colander.SchemaNode(colander.Sequence(), FavoriteAnswer(name="favorite"))
    ratings = colander.SchemaNode(colander.Sequence(), RatingAnswer(name="rating"))
