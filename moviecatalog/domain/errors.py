"""What can go wrong, in the words of the business. None of these knows of HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class MovieCatalogError(Exception):
    """The base of every error that the project raises on purpose."""


class InvalidInput(MovieCatalogError):
    """Input that breaks rules, field by field; every broken field at once.

    The field `non_field_errors` holds what belongs to no single field.
    """

    def __init__(self, details: Mapping[str, Sequence[str]]) -> None:
        super().__init__(", ".join(details))
        self.details = {field: list(messages) for field, messages in details.items()}


class NamesTaken(MovieCatalogError):
    """A username or an email belongs to another account; `fields` names which of them."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = tuple(fields)


class NotFound(MovieCatalogError):
    """Something that was asked for by name does not exist."""


class MovieNotFound(NotFound):
    """No such movie."""


class PageNotFound(NotFound):
    """A page past the last one."""


class FavoriteNotFound(NotFound):
    """The movie is not among the user's favourites."""


class RatingNotFound(NotFound):
    """The user has not rated the movie."""


class UserNotFound(NotFound):
    """No account of that name."""


class InvalidToken(MovieCatalogError):
    """A token that proves nothing: broken, expired, of the wrong kind, or of an account that is gone,
    inactive, or has moved on to another token version.
    """


class InvalidRefreshToken(MovieCatalogError):
    """The same, of a token that was handed in to be exchanged for a new one."""


class SignInFailed(MovieCatalogError):
    """Unknown account, wrong password or inactive account: which one is nobody's business."""


class WrongPassword(MovieCatalogError):
    """Not the password of the account whose token it came with."""


class Throttled(MovieCatalogError):
    """Too many tries; `retry_after` is in whole seconds, 1 or more."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"{retry_after} s")
        self.retry_after = retry_after


class Unavailable(MovieCatalogError):
    """Something outside of the process does not answer; `retry_after` is in whole seconds."""

    def __init__(self, reason: str, retry_after: int = 5) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class SourceUnavailable(Unavailable):
    """The movie source does not answer, or not with anything that can be used."""


class SourceMisconfigured(SourceUnavailable):
    """The source refuses to work with its settings. The message is a sentence for the operator, without secrets."""


class StorageUnavailable(Unavailable):
    """The storage does not answer, or not in time."""


class StorageLocked(StorageUnavailable):
    """Others are at work on what is needed of the storage, for longer than is waited for them."""


class NotCopied(MovieCatalogError):
    """A catalogue must not be copied where it was to be. The message says why, and what would be right."""


class Busy(Unavailable):
    """More work of one costly sort than this process takes on at once."""
