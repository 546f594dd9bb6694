"""Accounts and tokens: what is sent, and what comes back."""

from __future__ import annotations

from typing import Any

import colander

from moviecatalog.schemas import answers
from moviecatalog.schemas.names import MAX_EMAIL_LENGTH, MAX_URL_LENGTH, Email, Username, https_url
from moviecatalog.schemas.nodes import Text, optional, required
from moviecatalog.security.passwords import MAX_UNNORMALIZED, normalized, weakness

PERSON_NAME = Text(max_length=150)


class RegistrationBody(colander.MappingSchema):
    username = required(Username(), description="3 to 150 letters, digits and `@ . + - _`.", example="newuser")
    email = required(Email(), format="email", example="newuser@example.com")
    password = required(
        Text(),
        description="8 to 128 characters; not all digits, not a common one.",
        example="securepassword123",
    )
    password_confirm = required(Text(), description="The same once more.", example="securepassword123")
    first_name = optional(PERSON_NAME, "", example="John")
    last_name = optional(PERSON_NAME, "", example="Doe")

    def deserialize(self, cstruct: Any = colander.null) -> Any:
        """Every broken field at once: colander's own validators would see only bodies whose fields are all well."""
        error = None
        try:
            registration = super().deserialize(cstruct)
        except colander.Invalid as broken:
            error = broken
        for field, message in _password_problems(cstruct):
            error = error or colander.Invalid(self)
            error[field] = message
        if error:
            raise error
        return registration


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


class RegisterRequest(colander.MappingSchema):
    body = RegistrationBody()


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


class SignInAnswer(colander.MappingSchema):
    refresh = answers.text(description="Good for new access tokens only.", example="eyJ0eXAiOiJKV1QiLCJhbGc...")
    access = answers.text(description="For the header `Authorization: Bearer …`.", example="eyJ0eXAiOiJKV1QiLCJhbGc...")
    user = TokenUserAnswer()


class RefreshAnswer(colander.MappingSchema):
    access = answers.text(example="eyJ0eXAiOiJKV1QiLCJhbGc...")


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
