"""What clients see while something outside of the process is away: 503 with a time, one line in the log."""

import pytest

from moviecatalog.domain.errors import Busy, SourceUnavailable, StorageUnavailable


@pytest.fixture
def broken(api, monkeypatch):
    def broken(service, method, error):
        def fail(*_args, **_kwargs):
            raise error

        monkeypatch.setattr(type(getattr(api.registry.services, service)), method, fail)

    return broken


def test_a_source_that_is_away_is_named(api, broken, caplog):
    broken("catalog", "listing", SourceUnavailable("it is down", retry_after=7))
    answer = api.get("/movies/popular/")
    assert answer.status_code == 503
    assert answer.json == {"detail": "The movie source is unavailable."}
    assert answer.headers["Retry-After"] == "7"
    assert caplog.text.count("SourceUnavailable: it is down") == 1
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("error", [StorageUnavailable("the disk is full"), Busy("too many at once", retry_after=2)])
def test_anything_else_is_not_told_in_detail(api, broken, error, caplog):
    broken("accounts", "sign_in", error)
    answer = api.sign_in("ann")
    assert answer.status_code == 503
    assert answer.json == {"detail": "The service is unavailable."}
    assert answer.headers["Retry-After"] == str(error.retry_after)
    assert "Traceback" not in caplog.text


def test_the_page_of_the_front_door_opens_without_films(api, broken):
    broken("catalog", "listing", SourceUnavailable("it is down"))
    answer = api.app.get("/api/", headers={"Accept": "text/html"})
    assert answer.status_code == 200
