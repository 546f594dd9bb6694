"""What the search index knows of a movie: a set of terms, all that is asked of it being "with all of these".

A term is a word of a title, found by its beginning, or one private character that stands for a genre, a year, a
language or a rating, so that a filter costs no more than a word. One character, because the index of beginnings has
nothing to add to it then; a private one, because it is never part of a word.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from moviecatalog.domain.movies import MovieFacts
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.domain.text import words

# Unicode's private use areas: one is for genres, the other for everything else.
GENRES = range(0xF0000, 0xFFFFE)
YEARS = 0x100000
LANGUAGES = 0x103000
RATED_ABOVE = 0x104000
TENTHS_REACHED = 0x104100
TENTHS_NOT_PASSED = 0x104200
OTHER_GENRE = "\ue000"

LETTERS = "abcdefghijklmnopqrstuvwxyz"
BEST = 10
RATINGS = 10_001
"""As many there are of three decimals."""


def search_terms(facts: MovieFacts) -> str:
    """All terms of a movie, each once, with spaces between them."""
    # Often the two are one, and to fold it twice would take as long as all the rest.
    titles = dict.fromkeys((facts.title, facts.original_title or ""))
    terms = list(words(" ".join(titles)))
    terms += genre_terms(facts.genre_ids)
    if facts.release_date is not None:
        terms.append(_year(facts.release_date.year))
    if is_language_term(facts.original_language):
        terms.append(_language(facts.original_language))
    terms += _rating_terms(facts.vote_average)
    return " ".join(terms)


@dataclass(frozen=True)
class Wanted:
    """Which movies are: each of `words` begins a term, of each of `any_of` it has one or more, of `none_of` none."""

    words: Sequence[str] = ()
    any_of: Sequence[Sequence[str]] = ()
    none_of: Sequence[str] = ()

    @property
    def is_positive(self) -> bool:
        """Or else only that is known which a movie has not, which no index finds."""
        return bool(self.words or self.any_of)


def wanted(query: MovieQuery) -> Wanted:
    """Ratings are in it where `is_in_tenths`, languages where `is_language_term`."""
    return Wanted(query.words or (), _any_of(query), _none_of(query))


def _any_of(query: MovieQuery) -> list[Sequence[str]]:
    terms: list[Sequence[str]] = [(term,) for term in genre_terms(query.genre_ids)]
    if query.release_year is not None:
        terms.append((_year(query.release_year),))
    if is_language_term(query.language):
        terms.append((_language(query.language),))
    if query.min_rating and is_in_tenths(query.min_rating):
        terms.append(_rated_at_least(_tenths(query.min_rating)))
    return terms


def _none_of(query: MovieQuery) -> Sequence[str]:
    limit = query.max_rating
    if limit is None or limit >= BEST or not is_in_tenths(limit):
        return ()
    return _rated_more_than(_tenths(limit))


def rated_about(rating: float, tenths: int) -> Sequence[str]:
    """One of these has every movie whose rating differs by no more than so many tenths."""
    reached = _tenths(rating)
    return [chr(TENTHS_REACHED + it) for it in range(max(0, reached - tenths), min(reached + tenths, BEST * 10) + 1)]


@lru_cache(RATINGS)
def _rating_terms(rating: float) -> Sequence[str]:
    reached = _tenths(rating)
    not_passed = reached if is_in_tenths(rating) else reached + 1
    return [
        *(chr(RATED_ABOVE + whole) for whole in range(math.ceil(not_passed / 10))),
        chr(TENTHS_REACHED + reached),
        chr(TENTHS_NOT_PASSED + not_passed),
    ]


def is_in_tenths(rating: float) -> bool:
    return _tenths(rating) / 10 == rating


def _tenths(rating: float) -> int:
    """The most of them that are no more than the rating."""
    nearest = round(rating * 10)
    return min(nearest if nearest / 10 <= rating else nearest - 1, BEST * 10)


def _rated_at_least(tenths: int) -> Sequence[str]:
    whole = math.ceil(tenths / 10)
    return _above(whole) + [chr(TENTHS_REACHED + it) for it in range(tenths, whole * 10 + 1)]


def _rated_more_than(tenths: int) -> Sequence[str]:
    whole = math.ceil(tenths / 10)
    return _above(whole) + [chr(TENTHS_NOT_PASSED + it) for it in range(tenths + 1, whole * 10 + 1)]


def _above(whole: int) -> list[str]:
    return [chr(RATED_ABOVE + whole)] if whole < BEST else []


def genre_terms(genre_ids: Iterable[int]) -> Collection[str]:
    """Each once."""
    return dict.fromkeys(map(_genre, genre_ids))


def _genre(genre_id: int) -> str:
    return chr(GENRES[genre_id]) if genre_id < len(GENRES) else f"{OTHER_GENRE}{genre_id}"


def _year(year: int) -> str:
    return chr(YEARS + year)


def is_language_term(language: str | None) -> bool:
    """ISO 639-1 has two letters for each. Sources may say anything; what else they say is no term."""
    return language is not None and len(language) == 2 and all(letter in LETTERS for letter in language)


def _language(language: str | None) -> str:
    first, second = map(LETTERS.index, language or "")
    return chr(LANGUAGES + first * len(LETTERS) + second)
