import datetime as dt

import pytest

from moviecatalog.domain.errors import SourceUnavailable
from moviecatalog.testing import SourceContract
from moviecatalog_omdb import OmdbSettings, OmdbSource
from omdb_stand_in import KEY, OmdbStandIn


@pytest.fixture(scope="module")
def omdb():
    omdb = OmdbStandIn()
    yield omdb
    omdb.close()


@pytest.fixture
def source(omdb):
    return OmdbSource(OmdbSettings(api_key=KEY, url=omdb.url))


class TestOmdb(SourceContract):
    """The suite that every source must pass, with the fixture `source`."""


def test_details_are_read(source):
    movie = source.movie("tt0000001")
    assert movie.title == "Star Wars: Episode 1"
    assert movie.release_date == dt.date(1977, 5, 25)
    assert (movie.vote_average, movie.vote_count) == (8.6, 1_512_345)
    assert movie.poster_path == "https://posters.example/1.jpg"


def test_what_omdb_does_not_know_is_left_out(source):
    assert source.movie("tt0000005").poster_path is None


def test_a_refused_key_is_told_without_the_key(omdb):
    source = OmdbSource(OmdbSettings(api_key="not-the-key", url=omdb.url))
    with pytest.raises(SourceUnavailable) as told:
        source.movie("tt0000001")
    assert "not-the-key" not in str(told.value)


def test_films_are_served(omdb, make_api):
    lines = {"source": "omdb", "source.omdb.api_key": KEY, "source.omdb.url": omdb.url, "cache": "none"}
    api = make_api({f"moviecatalog.{name}": value for name, value in lines.items()})
    assert api.get("/movies/popular/").json["count"] == 23
    (film,) = api.get("/movies/search/?q=episode+23").json["results"]
    details = api.get(f"/movies/{film['id']}/").json
    assert (details["title"], details["vote_average"]) == ("Star Wars: Episode 23", 8.6)
