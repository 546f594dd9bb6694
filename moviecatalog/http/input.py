"""What a request says, read strictly: the parts that a schema asks for, and nothing else."""

from __future__ import annotations

import codecs
import json
from collections.abc import Sequence
from typing import Any

from pyramid.httpexceptions import HTTPUnsupportedMediaType

from moviecatalog.domain.errors import InvalidInput


def read_sections(sections: Sequence[str], request: Any) -> dict[str, Any]:
    """The named parts of a request (`path`, `querystring`, `body`) as colander takes them.

    Raises InvalidInput for what can't be read at all, HTTPUnsupportedMediaType for a body of another type.
    """
    return {section: _READERS[section](request) for section in sections}


def _read_path(request: Any) -> dict[str, Any]:
    return dict(request.matchdict)


def _read_query_string(request: Any) -> dict[str, Any]:
    """Each parameter's value; a list of them where it was given more than once."""
    found: dict[str, Any] = {}
    try:
        for name, value in request.query_pairs:
            found.setdefault(name, []).append(value)
    except UnicodeDecodeError:
        raise _unreadable("The query string is not UTF-8.") from None
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _read_body(request: Any) -> dict[str, Any]:
    if request.content_type.lower() != "application/json":
        raise HTTPUnsupportedMediaType("The body must be application/json.")
    if _codec(request.charset or "utf-8") != "utf-8":
        raise _unreadable("The body must be UTF-8, without any other charset in Content-Type.")
    return parse_json_object(request.body)


def _codec(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except (LookupError, ValueError):
        # A NUL in the name is a ValueError.
        raise HTTPUnsupportedMediaType("The charset in Content-Type is not known; the body must be UTF-8.") from None


def parse_json_object(body: bytes) -> dict[str, Any]:
    """A JSON object (RFC 8259), refusing what the standard library lets through.

    That is: NaN and infinities, and a name given twice. Raises InvalidInput.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_distinct)
    except UnicodeDecodeError:
        raise _unreadable("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise _unreadable(f"The body is not valid JSON, at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise _unreadable("The body is nested too deeply.") from None
    except ValueError:
        # Python's own limit on the digits of an integer.
        raise _unreadable("A number in the body is too large.") from None
    if not isinstance(value, dict):
        raise _unreadable("The body must be a JSON object.")
    return value


def _refuse_constant(_name: str) -> None:
    raise _unreadable("The body is not valid JSON: it has no NaN and no Infinity.")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _unreadable("The body gives a name twice.")
    return found


def _unreadable(message: str) -> InvalidInput:
    return InvalidInput({"non_field_errors": [message]})


_READERS = {"path": _read_path, "querystring": _read_query_string, "body": _read_body}
