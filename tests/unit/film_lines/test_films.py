import datetime as dt

import pytest

from moviecatalog.film_lines.fields import BadLine
from moviecatalog.film_lines.films import parse_film


def test_a_whole_film_is_read():
    film = parse_film(
        b'{"tmdb_id": 194, "title": "Am\xc3\xa9lie", "original_title": "Le fabuleux destin", "overview": "She helps.",'
        b' "release_date": "2001-04-25", "poster_path": "/a.jpg", "popularity": 9.5, "vote_average": 7.9,'
        b' "vote_count": 100, "original_language": "fr", "genre_ids": [35, 35, 10749]}'
    )
    assert film.key == ("tmdb", "194")
    assert (film.tmdb_id, film.title, film.release_date) == (194, "Amélie", dt.date(2001, 4, 25))
    assert film.genre_ids == (35, 10749)


def test_an_id_and_a_title_are_enough():
    film = parse_film(b'{"namespace": "mine", "external_id": "x1", "title": "Home Movie", "release_date": ""}')
    assert film.key == ("mine", "x1")
    assert (film.tmdb_id, film.release_date, film.overview, film.genre_ids) == (None, None, "", ())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "it is no JSON"),
        (b"[1]", "it is no JSON object"),
        (b'{"title": "x"}', "needs a tmdb_id"),
        (b'{"tmdb_id": 1}', "needs a title"),
        (b'{"tmdb_id": 1, "title": "  "}', "needs a title"),
        (b'{"tmdb_id": 0, "title": "x"}', "tmdb_id must be"),
        (b'{"tmdb_id": true, "title": "x"}', "tmdb_id must be"),
        (b'{"tmdb_id": 1e30, "title": "x"}', "tmdb_id must be"),
        (b'{"tmdb_id": 1, "title": 5}', "title must be text"),
        (b'{"tmdb_id": 1, "title": "a\\u0000b"}', "title must be text"),
        (b'{"tmdb_id": 1, "title": "x", "release_date": "1999"}', "release_date must be a date"),
        (b'{"tmdb_id": 1, "title": "x", "release_date": "19991015"}', "release_date must be a date"),
        (b'{"tmdb_id": 1, "title": "x", "release_date": "1999-W01-1"}', "release_date must be a date"),
        (b'{"tmdb_id": 1, "title": "x", "release_date": "1999-02-30"}', "release_date must be a date"),
        (b'{"tmdb_id": 1, "title": "x", "vote_average": 11}', "vote_average must be a number from 0 to 10"),
        (b'{"tmdb_id": 1, "title": "x", "popularity": -1}', "popularity must be a number of 0 or more"),
        (b'{"tmdb_id": 1, "title": "x", "vote_count": 1.5}', "vote_count must be"),
        (b'{"tmdb_id": 1, "title": "x", "vote_count": 2147483648}', "vote_count must be .* from 0 to 2147483647"),
        (b'{"tmdb_id": 1, "title": "' + 501 * b"x" + b'"}', "title must be of 500 characters at most"),
        (b'{"tmdb_id": 1, "title": "x", "overview": "' + 10_001 * b"x" + b'"}', "overview must be of 10000 characters"),
        (
            b'{"namespace": "' + 101 * b"n" + b'", "external_id": "1", "title": "x"}',
            "namespace must be of 100 characters",
        ),
        (b'{"tmdb_id": 1, "title": "\\ud800"}', "it is no JSON"),
        (b'{"tmdb_id": 1, "title": "x", "genre_ids": ["a"]}', "genre_ids must be"),
    ],
)
def test_a_broken_line_says_what_is_wrong(line, reason):
    with pytest.raises(BadLine, match=reason):
        parse_film(line)
