"""Films that nobody made, by the million: the same ones each time, and as unevenly spread as real ones.

The commonest word is in a tenth of all titles, the rarest in one of ten thousand; half of all films share a few low
popularities; averages have one decimal or three; some fields are null.
"""

import datetime as dt
import itertools
import random

import orjson

from moviecatalog.domain.genres import STANDARD_GENRES

SEED = 20_260_101

FIRST_ID = 100_000_000
"""Above TMDB's, so that none of these is a film that the stand-in for TMDB knows."""

WORDS = 3_000
FLATTENED = 3
"""How far below a pure Zipf distribution the first few words are."""

CHUNK = 10_000

LETTERS = ("bdfghklmnprstvz", "aeiou", "aeioué")
LENGTHS = ((1, 2, 3, 4, 5, 6), (15, 30, 28, 15, 8, 4))
LOW_POPULARITIES = (0.0, 0.6, 0.6, 0.84, 1.4)
LANGUAGES = (("en", "fr", "es", "ja", "de", "hi", None), (50, 10, 10, 8, 8, 6, 8))
GENRES = tuple(genre.id for genre in STANDARD_GENRES)
DAYS = (dt.date(1900, 1, 1).toordinal(), dt.date(2026, 12, 31).toordinal(), dt.date(2016, 1, 1).toordinal())


def vocabulary():
    """The commonest first."""
    draw = random.Random(SEED)
    found = {}
    while len(found) < WORDS:
        syllables = draw.choices((1, 2, 3, 4), (1, 5, 6, 2))[0]
        word = "".join(draw.choice(letters) for _ in range(syllables) for letters in LETTERS[:2])
        found[word + draw.choice((*"nrst", "", draw.choice(LETTERS[2])))] = None
    return list(found)


def films(count):
    """As the API names their fields."""
    draw = random.Random(SEED)
    words = vocabulary()
    weights = list(itertools.accumulate(1 / (rank + FLATTENED) for rank in range(1, WORDS + 1)))
    for start in range(0, count, CHUNK):
        lengths = draw.choices(*LENGTHS, k=CHUNK)
        drawn = iter(draw.choices(words, cum_weights=weights, k=sum(lengths)))
        plots = draw.choices(words, k=30)
        for number, length in zip(range(start, min(count, start + CHUNK)), lengths, strict=False):
            title = " ".join(itertools.islice(drawn, length)).title()
            yield film(draw, FIRST_ID + number, title, plots)


def film(draw, number, title, plots):
    chance = draw.random()
    voted = draw.random() < 0.6
    return {
        "tmdb_id": number,
        "title": title,
        "original_title": title if chance < 0.9 else f"{title} {draw.choice(plots)}",
        "overview": " ".join(draw.choices(plots, k=draw.randrange(30))),
        "release_date": None if chance < 0.03 else _day(draw),
        "poster_path": None if 0.1 < chance < 0.3 else f"/{number:x}.jpg",
        "backdrop_path": None if 0.2 < chance < 0.6 else f"/{number:x}b.jpg",
        "popularity": _popularity(draw),
        "vote_average": round(min(10.0, max(0.5, draw.gauss(6.2, 1.4))), 3 if chance < 0.5 else 1) if voted else 0.0,
        "vote_count": int(min(40_000, draw.paretovariate(0.5))) if voted else 0,
        "original_language": draw.choices(*LANGUAGES)[0],
        "genre_ids": draw.sample(GENRES, draw.randrange(4)),
    }


def _day(draw):
    return dt.date.fromordinal(int(draw.triangular(*DAYS))).isoformat()


def _popularity(draw):
    if draw.random() < 0.5:
        return draw.choice(LOW_POPULARITIES)
    return round(min(3_000.0, 0.6 * draw.paretovariate(0.9)), 3)


def write(path, count):
    """A line each."""
    with path.open("wb") as file:
        for it in films(count):
            file.write(orjson.dumps(it, option=orjson.OPT_APPEND_NEWLINE))
