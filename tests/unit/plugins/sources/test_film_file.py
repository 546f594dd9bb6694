import pytest

from moviecatalog.plugins.sources.sample.film_file import read_films
from moviecatalog.plugins.sources.sample.source import SHIPPED_FILMS, SampleSettings, SampleSource
from moviecatalog.settings.reader import SettingsError


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
