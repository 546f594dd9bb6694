"""Validators of what a person is known by: username, email, picture."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

import colander
from email_validator import EmailNotValidError, validate_email

from moviecatalog.schemas.nodes import Text, storable

MAX_URL_LENGTH = 500
MAX_EMAIL_LENGTH = 254
MAX_UNNORMALIZED = 600

_USERNAME = re.compile(r"[\w.@+-]{3,150}")


class Username(Text):
    """3 to 150 letters, digits and `@ . + - _`, in Unicode's NFKC form."""

    def __init__(self) -> None:
        super().__init__(min_length=3, max_length=150)

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        if not isinstance(cstruct, str):
            return super().deserialize(node, cstruct)
        # Normalising takes time that grows with the square of a run of accents: never of more than could be right.
        username = unicodedata.normalize("NFKC", storable(node, cstruct)[:MAX_UNNORMALIZED])
        if len(cstruct) > MAX_UNNORMALIZED or not _USERNAME.fullmatch(username):
            raise colander.Invalid(node, "A username has 3 to 150 letters, digits and @ . + - _ characters.")
        return username


class Email(Text):
    """An address that mail could be sent to, as far as its form tells."""

    def __init__(self) -> None:
        super().__init__(max_length=MAX_EMAIL_LENGTH)

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        if not isinstance(cstruct, str):
            return super().deserialize(node, cstruct)
        if len(storable(node, cstruct)) > MAX_EMAIL_LENGTH:
            raise colander.Invalid(node, "This is not a valid email address.")
        try:
            # Names such as movies.test or nas.local are fine for a catalogue at home; bare host names are not.
            email = validate_email(cstruct, check_deliverability=False, globally_deliverable=False)
        except EmailNotValidError:
            email = None
        if email is None or "." not in email.domain:
            raise colander.Invalid(node, "This is not a valid email address.")
        return email.normalized


def https_url(node: colander.SchemaNode, value: str | None) -> None:
    """Raises colander.Invalid unless the value is None or an https URL without user or password in it."""
    if value is None:
        return
    try:
        parts = urlsplit(value)
        valid = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        valid = False
    if not valid or not value.isprintable() or " " in value or "\\" in value:
        raise colander.Invalid(node, "This must be an https URL without user or password in it, or null.")
