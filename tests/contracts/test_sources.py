import datetime as dt

import pytest

from moviecatalog.plugins.sources.sample.source import SampleSettings, SampleSource
from moviecatalog.plugins.sources.tmdb.settings import TmdbSettings, api_key
from moviecatalog.plugins.sources.tmdb.source import TmdbSource
from moviecatalog.testing.factories import make_facts
from moviecatalog.testing.fakes import FakeSource
from moviecatalog.testing.sources import SourceContract
from tests.standins.tmdb import KEY, TOKEN, TmdbStandIn


class TestShippedFilms(SourceContract):
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls):
        return SampleSource.from_settings(SampleSettings())


class TestFilmsOfOnesOwn(SourceContract):
    @pytest.fixture
    def source(self, tmp_path):
        path = tmp_path / "films.jsonl"
        path.write_text(
            '{"tmdb_id": 550, "title": "Fight Club", "vote_count": 500}\n'
            '{"tmdb_id": 551, "title": "The Poseidon Adventure", "vote_count": 400}\n'
        )
        return SampleSource.from_settings(SampleSettings(path=path))


@pytest.fixture(scope="module")
def stand_in():
    stand_in = TmdbStandIn()
    yield stand_in
    stand_in.close()


class TestTmdb(SourceContract):
    @pytest.fixture(scope="class", params=[KEY, TOKEN], ids=["key", "token"])
    @classmethod
    def source(cls, request, stand_in):
        source = TmdbSource(TmdbSettings(api_key=api_key(request.param), base_url=f"{stand_in.url}/"))
        yield source
        source.close()


class TestFake(SourceContract):
    """What other tests take for a source is one."""

    @pytest.fixture
    def source(self):
        return FakeSource(
            [make_facts(namespace="fake", external_id=str(number), title=f"Film {number}") for number in range(1, 13)]
        )


def test_trending_moves_on_with_the_day_and_the_week():
    from moviecatalog.domain.listings import TimeWindow, Trending

    films = SampleSource.from_settings(SampleSettings()).catalogue().movies
    monday, tuesday, next_monday = (
        SampleSource(films, today=lambda day=day: dt.date(2026, 11, day)) for day in (23, 24, 30)
    )
    daily, weekly = Trending(TimeWindow.DAY), Trending(TimeWindow.WEEK)
    assert monday.page(daily, 1) != tuesday.page(daily, 1)
    assert monday.page(weekly, 1) == tuesday.page(weekly, 1)
    assert monday.page(weekly, 1) != next_monday.page(weekly, 1)
