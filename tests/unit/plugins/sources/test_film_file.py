import datetime as dt

import pytest

from moviecatalog.plugins.sources.sample.film_file import BadLine, parse_film, read_films
from moviecatalog.plugins.sources.sample.source import SHIPPED_FILMS, SampleSettings, SampleSource
from moviecatalog.settings.reader import SettingsError


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
        (b'{"tmdb_id": 1, "title": "x", "vote_average": 11}', "vote_average must be a number from 0 to 10"),
        (b'{"tmdb_id": 1, "title": "x", "popularity": -1}', "popularity must be a number of 0 or more"),
        (b'{"tmdb_id": 1, "title": "x", "vote_count": 1.5}', "vote_count must be"),
        (b'{"tmdb_id": 1, "title": "x", "genre_ids": ["a"]}', "genre_ids must be"),
    ],
)
def test_a_broken_line_says_what_is_wrong(line, reason):
    with pytest.raises(BadLine, match=reason):
        parse_film(line)


def test_broken_lines_are_named_by_number_and_the_rest_is_read():
    told = []
    films = list(
        read_films(
            [b'{"tmdb_id": 1, "title": "One"}', b"", b"oops", b'{"tmdb_id": 2, "title": "Two"}'],
            lambda number, reason: told.append((number, reason[:13])),
        )
    )
    assert [film.title for film in films] == ["One", "Two"]
    assert told == [(3, "it is no JSON")]


def test_the_same_film_twice_is_a_broken_line():
    told = []
    lines = [b'{"tmdb_id": 1, "title": "One"}', b'{"tmdb_id": 1, "title": "One again"}']
    films = list(read_films(lines, lambda *bad_line: told.append(bad_line)))
    assert [film.title for film in films] == ["One"]
    assert told == [(2, "tmdb 1 stands on line 1 already")]


def test_a_broken_line_is_logged_and_the_rest_served(tmp_path, caplog):
    path = tmp_path / "films.jsonl"
    path.write_bytes(b'{"tmdb_id": 1, "title": "One"}\n{"tmdb_id": 2}\n')
    source = SampleSource.from_settings(SampleSettings(path=path))
    assert source.movie("1").title == "One"
    assert "line 2 is left out: it needs a title" in caplog.text


@pytest.mark.parametrize("content", [None, b"", b"oops\n"], ids=["missing", "empty", "broken"])
def test_a_file_without_any_film_is_a_problem_of_the_setting(tmp_path, content):
    path = tmp_path / "films.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"moviecatalog\.source\.sample\.path: the film file"):
        SampleSource.from_settings(SampleSettings(path=path))


class TestShippedFilms:
    @pytest.fixture(scope="class")
    @classmethod
    def films(cls):
        with SHIPPED_FILMS.open("rb") as lines:
            return tuple(read_films(lines, lambda number, reason: pytest.fail(f"line {number}: {reason}")))

    def test_there_are_400_with_fight_club_first(self, films):
        assert len(films) == 400
        assert films[0].tmdb_id == 550

    def test_each_has_an_overview_of_its_own(self, films):
        assert len({film.overview for film in films}) == 400
        assert all(15 <= len(film.overview.split()) <= 70 for film in films)

    def test_each_has_facts_and_a_poster(self, films):
        for film in films:
            assert film.release_date
            assert film.poster_path
            assert film.genre_ids
            assert film.vote_count
            assert film.backdrop_path is None
