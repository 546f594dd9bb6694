"""Counts and digests, by which two storages are seen to hold the same."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator
from operator import attrgetter

import orjson

from moviecatalog.domain.movies import Movie
from moviecatalog.domain.records import Record

DIGEST_BYTES = 8
"""Against mistakes, not against anybody who would forge one."""

FIGURES = ("popularity", "vote_average")
_figures = attrgetter(*FIGURES)
_others = attrgetter(*(field.name for field in dataclasses.fields(Movie) if field.name not in FIGURES))


class Tally:
    """Of records in their order, as they go through `over`."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = hashlib.blake2b(digest_size=DIGEST_BYTES)

    def over(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            self.count += 1
            self._hash.update(_canonical(record))
            yield record

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _canonical(record: Record) -> bytes:
    """The same for equal records: where a figure is whole, one storage gives an integer back, and another a float."""
    fields = (_others(record), *map(float, _figures(record))) if isinstance(record, Movie) else record
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)
