"""Cuts pages of any size out of a source's pages, whose own size and depth never show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from moviecatalog.domain.errors import PageNotFound
from moviecatalog.domain.freshness import Freshness
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.pages import Window
from moviecatalog.services.answers import Answer
from moviecatalog.services.codecs import CatalogPage

SideBySide = Callable[[Callable[[int], Answer[CatalogPage]], Iterable[int]], Iterable[Answer[CatalogPage]]]


@dataclass(frozen=True, slots=True)
class Cut:
    """The movies of a window, how many there are to reach in all, and how fresh this is."""

    movies: tuple[Movie, ...]
    count: int
    freshness: Freshness


def cut(
    window: Window,
    page_size: int,
    page_limit: int,
    fetch: Callable[[int], Answer[CatalogPage]],
    side_by_side: SideBySide = map,
    *,
    look_first: bool = True,
) -> Cut:
    """Items `window.offset` and on of a list of which `fetch` gives pages of `page_size`, up to `page_limit`.

    The pages that the window touches are fetched `side_by_side`, which is `map`, or an executor's: all of
    them at once or, to `look_first`, those after the first one when that has said how long the list is.

    Item n of the window is the source's item n, by position: what was dropped from a source's page, or
    stands twice in the pages that the window touches, makes the window shorter and shifts nothing.
    Raises PageNotFound past the end; the first page of an empty list is empty.
    """
    reach = page_size * page_limit
    if window.offset >= reach:
        raise PageNotFound(window.page)
    end = min(window.offset + window.size, reach)
    first, last = window.offset // page_size, (end - 1) // page_size
    at_once = first if look_first else last
    answers = [fetch(first + 1)] if at_once == first else [*side_by_side(fetch, range(first + 1, at_once + 2))]
    count = min(answers[0].value.total, reach)
    if window.offset >= count and window.page > 1:
        raise PageNotFound(window.page)
    answers += side_by_side(fetch, range(at_once + 2, min(last, (count - 1) // page_size) + 2))
    positions = _positions(answers, page_size)
    start = window.offset - first * page_size
    return Cut(
        tuple(_distinct(positions, start, min(end, count) - first * page_size)),
        count,
        Freshness.of_all(answer.freshness for answer in answers),
    )


def _positions(answers: list[Answer[CatalogPage]], page_size: int) -> list[Movie | None]:
    """The pages side by side; a page that came short of its size still takes all of its positions."""
    positions: list[Movie | None] = []
    for answer in answers:
        items = answer.value.items[:page_size]
        positions += [*items, *[None] * (page_size - len(items))]
    return positions


def _distinct(positions: list[Movie | None], start: int, stop: int) -> list[Movie]:
    """The movies from `start` to `stop` that did not stand at an earlier position already."""
    seen = {movie.id for movie in positions[:start] if movie}
    found = []
    for movie in positions[start:stop]:
        if movie and movie.id not in seen:
            seen.add(movie.id)
            found.append(movie)
    return found
