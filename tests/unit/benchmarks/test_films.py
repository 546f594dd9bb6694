"""The films that nobody made."""

import collections

import pytest

from benchmarks.filling import movies
from benchmarks.films import films, write
from moviecatalog.domain.text import words
from moviecatalog.plugins.sources.sample.source import SampleSettings, SampleSource
from moviecatalog.services.intake import facts_of


@pytest.fixture(scope="module")
def made():
    return list(films(20_000))


def test_they_are_the_same_each_time_and_each_is_another(made):
    assert list(films(50)) == made[:50]
    assert len({film["tmdb_id"] for film in made}) == len(made)


def test_every_line_is_a_film_that_can_be_read(tmp_path, caplog):
    write(tmp_path / "films.jsonl", 300)
    source = SampleSource.from_settings(SampleSettings(path=tmp_path / "films.jsonl"))
    assert len(source.catalogue().movies) == 300
    assert caplog.records == []


def test_a_dump_has_the_same_films_as_the_file(tmp_path):
    write(tmp_path / "films.jsonl", 50)
    source = SampleSource.from_settings(SampleSettings(path=tmp_path / "films.jsonl"))
    assert [facts_of(movie) for movie in movies(50)] == list(source.catalogue().movies)


def test_words_are_as_uneven_as_in_real_titles(made):
    counts = collections.Counter(word for film in made for word in set(words(film["title"])))
    commonest, rare = counts.most_common()[0][1], counts.most_common()[2_500][1]
    assert 0.08 < commonest / len(made) < 0.12
    assert 0 < rare / len(made) < 0.002


def test_figures_have_the_ties_and_gaps_of_real_ones(made):
    popularities = collections.Counter(film["popularity"] for film in made)
    assert sum(count for _, count in popularities.most_common(4)) > 0.45 * len(made)
    assert {len(str(film["vote_average"]).partition(".")[2]) for film in made} == {1, 2, 3}
    for field in ("release_date", "poster_path", "backdrop_path", "original_language"):
        assert 0 < sum(film[field] is None for film in made) < 0.6 * len(made), field
    years = {int(film["release_date"][:4]) for film in made if film["release_date"]}
    assert min(years) < 1910
    assert max(years) == 2026
