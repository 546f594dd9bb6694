"""One line's fields, each of the type it must have."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import orjson

MAX_LINE = 2**20
"""In bytes."""

MAX_ID = 10**18
MAX_COUNT = 2**31 - 1
MAX_NAMESPACE, MAX_TITLE, MAX_OVERVIEW, MAX_OTHER = 100, 500, 10_000, 500
"""In characters. An index of PostgreSQL's takes 2,704 bytes, of which an id in its namespace may need all."""

Film = Mapping[str, Any]


class BadLine(Exception):
    """A line that is no film; the message says why."""


def parsed(line: bytes) -> Film:
    """Raises BadLine, as all of them do."""
    if len(line) > MAX_LINE:
        raise BadLine("it is longer than a mebibyte")
    try:
        film = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadLine(f"it is no JSON ({error})") from None
    if not isinstance(film, dict):
        raise BadLine("it is no JSON object")
    return film


def text(film: Film, field: str, length: int = MAX_OTHER) -> str | None:
    value = film.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or "\0" in value:
        raise BadLine(f"{field} must be text without NUL, or null")
    value = value.strip()
    if len(value) > length:
        raise BadLine(f"{field} must be of {length} characters at most")
    return value


def integer(film: Film, field: str, minimum: int, maximum: int) -> int | None:
    value = film.get(field)
    if value is None:
        return None
    if type(value) is not int or not minimum <= value <= maximum:
        raise BadLine(f"{field} must be a whole number from {minimum} to {maximum}, or null")
    return value


def identifier(film: Film, field: str) -> int | None:
    value = film.get(field)
    if value is None:
        return None
    if type(value) is not int or not 0 < value < MAX_ID:
        raise BadLine(f"{field} must be a whole number of 1 or more, of 18 digits at most, or null")
    return value


def number(film: Film, field: str, maximum: float = math.inf) -> float:
    value = film.get(field)
    if value is None:
        return 0.0
    if type(value) not in (int, float) or not 0 <= value <= maximum:
        bounds = "of 0 or more" if maximum == math.inf else f"from 0 to {maximum}"
        raise BadLine(f"{field} must be a number {bounds}, or null")
    return float(value)


def date(film: Film, field: str) -> dt.date | None:
    value = text(film, field)
    if not value:
        return None
    try:
        # Not by `strptime`, which takes a third of a line's time. ISO's other forms have not both of these dashes.
        if value[4:8:3] == "--":
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise BadLine(f"{field} must be a date such as 1999-10-15, or null")


def identifiers(film: Film, field: str) -> tuple[int, ...]:
    """Each once."""
    value = film.get(field)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(type(item) is int and 0 < item < MAX_ID for item in value):
        raise BadLine(f"{field} must be a list of whole numbers of 1 or more, or null")
    return tuple(dict.fromkeys(value))
