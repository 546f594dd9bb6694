"""Writes a viewer's own fields into an answer's bytes, which are never parsed.

A field's name with its quotes and colon can't stand within a JSON string, where quotes are escaped: so it is found by
looking for the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import orjson

from moviecatalog.domain.movies import NO_MARK, Mark


def _mark_fields(mark: Mark) -> bytes:
    """As the renderer writes them, without the braces."""
    return orjson.dumps({"is_favorite": mark.is_favorite, "user_rating": mark.user_rating})[1:-1]


def _average_field(average: float | None) -> bytes:
    return orjson.dumps({"average_rating": average})[1:-1]


UNMARKED = _mark_fields(NO_MARK)
UNRATED = _average_field(None)

_MARKS = re.compile(rb'"is_favorite":(?:true|false),"user_rating":(?:null|[0-9]+)')
_AVERAGE = re.compile(rb'"average_rating":(?:null|[0-9.]+)')


def neutral(body: bytes) -> bytes:
    """The answer as nobody in particular sees it."""
    return _AVERAGE.sub(UNRATED, _MARKS.sub(UNMARKED, body))


def marked(body: bytes, movie_ids: Sequence[int], marks: Mapping[int, Mark]) -> bytes:
    """A neutral answer, in which the movies stand in this order, with a viewer's marks on them."""
    if not marks:
        return body
    head, *tails = body.split(UNMARKED)
    parts = [head]
    for movie_id, tail in zip(movie_ids, tails, strict=True):
        mark = marks.get(movie_id)
        parts += (_mark_fields(mark) if mark else UNMARKED, tail)
    return b"".join(parts)


def rated(body: bytes, average: float | None) -> bytes:
    """A neutral answer about one movie, with the average of its ratings."""
    return body if average is None else body.replace(UNRATED, _average_field(average), 1)
