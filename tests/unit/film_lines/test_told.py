import pytest

from moviecatalog.domain.movies import MovieFacts
from moviecatalog.film_lines.fields import MAX_LINE, BadLine
from moviecatalog.film_lines.told import told

EXPORTED = (
    '{"adult":false,"id":194,"original_title":"Le Fabuleux Destin d\'Amélie","popularity":9.5,"video":false}'.encode()
)


def test_a_line_of_the_export_tells_an_id_a_title_and_a_popularity():
    title = "Le Fabuleux Destin d'Amélie"
    assert told(EXPORTED) == (
        MovieFacts(namespace="tmdb", external_id="194", tmdb_id=194, title=title, original_title=title, popularity=9.5),
        False,
        False,
    )


def test_a_line_of_the_export_says_what_is_for_adults():
    assert told(EXPORTED.replace(b'"adult":false', b'"adult":true')).is_adult


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": 0, "original_title": "x"}', "id must be a whole number of 1 or more"),
        (b'{"id": "1", "original_title": "x"}', "id must be a whole number"),
        (b'{"id": null, "original_title": "x"}', "it needs an id"),
        (b'{"id": 1, "original_title": " "}', "it needs an original_title"),
        (b'{"id": 1, "original_title": "a\\u0000"}', "original_title must be text without NUL"),
        (b'{"id": 1, "original_title": "x", "popularity": -0.1}', "popularity must be a number of 0 or more"),
        # Other exports of TMDB's: series, people, collections.
        (b'{"id": 1, "original_name": "x", "popularity": 1.5}', "it needs a tmdb_id"),
        (b'{"adult": false, "id": 1, "name": "x", "popularity": 1.5}', "it needs a tmdb_id"),
        (b'{"id": 1, "name": "x"}', "it needs a tmdb_id"),
        # Of TMDB's API: nothing says whose `id` it is.
        (b'{"id": 1, "title": "x", "original_title": "x"}', "it needs a tmdb_id"),
        (b'{"id": 1, "original_title": "' + MAX_LINE * b"x" + b'"}', "it is longer than a mebibyte"),
    ],
)
def test_a_line_that_is_no_film_says_why(line, reason):
    with pytest.raises(BadLine, match=reason):
        told(line)


def test_the_apis_field_names_make_another_form_whatever_stands_beside_them():
    line = b'{"id": 7, "tmdb_id": 550, "title": "Fight Club", "original_title": "Fight Club", "popularity": 1}'
    assert told(line).facts.external_id == "550"


@pytest.mark.parametrize(
    ("more", "is_whole"),
    [
        ("", False),
        (', "original_title": "x", "popularity": 3.5', False),
        (', "overview": "", "release_date": null, "vote_count": 0, "genre_ids": []', False),
        (', "overview": "Long."', True),
        (', "release_date": "1999-10-15"', True),
        (', "poster_path": "/p.jpg"', True),
        (', "backdrop_path": "/b.jpg"', True),
        (', "vote_average": 7', True),
        (', "vote_count": 7', True),
        (', "original_language": "en"', True),
        (', "genre_ids": [18]', True),
    ],
)
def test_a_film_is_whole_where_more_is_told_than_ids_titles_and_popularity(more, is_whole):
    assert told(f'{{"tmdb_id": 550, "title": "Fight Club"{more}}}'.encode()).is_whole is is_whole
