"""The rules by which the sample source makes its lists. Each returns films, best first."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

from moviecatalog.domain.listings import TimeWindow
from moviecatalog.domain.movies import MovieFacts
from moviecatalog.domain.text import words

Films = Sequence[MovieFacts]

TOP_RATED_MIN_VOTES = 300
RECOMMENDATIONS = 100


def popular(films: Films) -> list[MovieFacts]:
    """By popularity."""
    return sorted(films, key=lambda film: -film.popularity)


def top_rated(films: Films) -> list[MovieFacts]:
    """Those with 300 votes or more, by average vote, then by votes."""
    rated = (film for film in films if film.vote_count >= TOP_RATED_MIN_VOTES)
    return sorted(rated, key=lambda film: (-film.vote_average, -film.vote_count))


def trending(films: Films, window: TimeWindow, today: dt.date) -> list[MovieFacts]:
    """By popularity times the attention that each film happens to get on this day, or in this week.

    The attention, from 0.5 to 1.5, is drawn from the date and the film's id: the list holds still for its
    day or week, is the same in every process, and moves on afterwards, as a real one would.
    """
    if window is TimeWindow.DAY:
        period = today.isoformat()
    else:
        year, week, _ = today.isocalendar()
        period = f"{year}-W{week}"
    return sorted(films, key=lambda film: -film.popularity * _attention(film, period))


def _attention(film: MovieFacts, period: str) -> float:
    draw = hashlib.blake2b(f"{period} {film.external_id}".encode(), digest_size=4).digest()
    return 0.5 + int.from_bytes(draw) / 2**32


def matching(films: Films, text: str) -> list[MovieFacts]:
    """Films in whose title or original title each word of `text` begins a word.

    First those whose title is just these words, then those whose title begins with them, then the others;
    each by popularity.
    """
    wanted = words(text)
    if not wanted:
        return []

    def closeness(film: MovieFacts) -> int:
        title = words(film.title)
        if title == wanted:
            return 0
        return 1 if title[: len(wanted)] == wanted else 2

    hits = [film for film in films if _begins(wanted, words(f"{film.title} {film.original_title or ''}"))]
    return sorted(hits, key=lambda film: (closeness(film), -film.popularity))


def _begins(wanted: Iterable[str], present: Iterable[str]) -> bool:
    return all(any(word.startswith(beginning) for word in present) for beginning in wanted)


def recommended(films: Films, liked: MovieFacts) -> list[MovieFacts]:
    """The 100 films most like the one that was liked: never itself.

    Likeness is the share of common genres, and then how near average vote, year and language are.
    """
    others = [film for film in films if film.key != liked.key]
    return sorted(others, key=lambda film: -_likeness(film, liked))[:RECOMMENDATIONS]


def _likeness(film: MovieFacts, liked: MovieFacts) -> float:
    either = set(film.genre_ids) | set(liked.genre_ids)
    common = set(film.genre_ids) & set(liked.genre_ids)
    genres = len(common) / len(either) if either else 0.0
    votes = 1 - abs(film.vote_average - liked.vote_average) / 10
    era = 0.0
    if film.release_date and liked.release_date:
        era = max(0.0, 1 - abs(film.release_date.year - liked.release_date.year) / 30)
    language = film.original_language == liked.original_language
    return 3 * genres + votes + 0.5 * era + 0.25 * language
