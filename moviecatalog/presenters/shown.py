"""What of an answer is everybody's, and whose marks are laid over it."""

from __future__ import annotations

from dataclasses import dataclass

from moviecatalog.domain.freshness import Freshness

SHOWN = "moviecatalog.shown"
"""In the WSGI environ: the Shown of an answer, for whoever keeps it for others."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The movies in an answer, in its order; all else in it is the same for every viewer, as long as it is fresh.

    `rated` says whether it tells the movie's average rating too, which changes with every viewer's rating.
    """

    movie_ids: tuple[int, ...]
    freshness: Freshness
    rated: bool = False
