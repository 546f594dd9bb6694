"""Windows on long lists, and what is seen through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from moviecatalog.domain.movies import MovieFacts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window:
    """Page `page` (from 1) of a list cut into pages of `size`."""

    page: int = 1
    size: int = 10

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some items of a list that has `total` of them.

    An empty slice of a list that goes on elsewhere may say 0: past the end nothing is counted.
    """

    items: tuple[T, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page as a source gave it, position by position.

    None stands where an item was dropped (broken, or for adults only): the others keep their positions,
    so that windows of any size can be cut from a source's pages. `total` is the length of the whole list
    as the source tells it, even where it does not let one reach that far.
    """

    items: tuple[MovieFacts | None, ...]
    total: int
