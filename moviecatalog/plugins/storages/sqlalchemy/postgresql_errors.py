"""What PostgreSQL's errors mean."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
FOREIGN_KEY_VIOLATION = "23503"
LOCK_NOT_AVAILABLE = "55P03"

REASONS = {
    LOCK_NOT_AVAILABLE: "a row or table is locked",
    SERIALIZATION_FAILURE: "another transaction was quicker",
    DEADLOCK: "two transactions waited for each other",
    "57014": "the statement took too long",
    "57P01": "the database is shutting down",
    "57P03": "the database is starting up or shutting down",
    "53100": "the disk is full",
    "53300": "the database takes no more connections",
    "25006": "the database is read-only",
}

PASSING = {LOCK_NOT_AVAILABLE, SERIALIZATION_FAILURE, DEADLOCK, "57014", "57P01", "57P02", "57P03", "53100", "53300"}

# Of a connection that isn't made there is no code, only a text, in the language of the server: where that isn't
# English the database counts as one that can't be reached.
REFUSALS = {
    "password authentication failed": "the database refuses the password",
    "no password supplied": "the database asks for a password",
    "no pg_hba.conf entry": "the database lets nobody in from here by this name",
    "does not exist": "there is no such database, or no such user",
}


def is_transient(error: DBAPIError) -> bool:
    # What is kept for an account, or of a movie, that was deleted after it was looked at: looked at again, it is gone,
    # and that is told.
    return _sqlstate(error) in {SERIALIZATION_FAILURE, DEADLOCK, FOREIGN_KEY_VIOLATION}


def is_locked(error: DBAPIError) -> bool:
    return _sqlstate(error) == LOCK_NOT_AVAILABLE


def is_outage(error: DBAPIError) -> bool:
    state = _sqlstate(error)
    return state in PASSING if state else _refusal(error) is None


def reason(error: DBAPIError) -> str:
    state = _sqlstate(error)
    if not state:
        return _refusal(error) or "the database can't be reached"
    return REASONS.get(state, f"the database failed, with {type(error.orig).__name__}")


def _refusal(error: DBAPIError) -> str | None:
    """Why the server let nobody in; None where it is away, or may let somebody in later."""
    said = str(error.orig)
    return next((reason for text, reason in REFUSALS.items() if text in said), None)


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""
