"""Reads the whole file of films that the source serves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from moviecatalog.domain.movies import MovieFacts, MovieKey
from moviecatalog.film_lines.fields import BadLine
from moviecatalog.film_lines.films import parse_film


def read_films(lines: Iterable[bytes], on_bad_line: Callable[[int, str], None]) -> Iterator[MovieFacts]:
    """The movies of a file, in its order.

    Blank lines are passed over. A line that can't be used is passed over too, after `on_bad_line` was
    called with its number, from 1, and the reason.
    """
    seen: dict[MovieKey, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            facts = parse_film(line)
            if facts.key in seen:
                raise BadLine(f"{facts.namespace} {facts.external_id} stands on line {seen[facts.key]} already")
        except BadLine as error:
            on_bad_line(number, str(error))
            continue
        seen[facts.key] = number
        yield facts
