"""What clients see while something outside of the process is away: 503 with a time, one line in the log."""

from contextlib import ExitStack

import pytest

from moviecatalog.security import passwords as hashing
from tests.functional import shelf_source


@pytest.mark.in_process
class TestASourceThatIsAway:
    @pytest.fixture
    def api(self, make_api, tmp_path, monkeypatch):
        """It was there when the application started."""
        shelf_source.install(tmp_path, monkeypatch)
        path = tmp_path / "titles.txt"
        path.write_text("Metropolis\n", encoding="utf-8")
        api = make_api(
            {
                "moviecatalog.source": "shelf",
                "moviecatalog.source.shelf.path": str(path),
                "moviecatalog.cache": "none",
            }
        )
        assert api.get("/movies/popular/").json["results"][0]["title"] == "Metropolis"
        path.unlink()
        return api

    def test_is_named(self, api, caplog):
        answer = api.get("/movies/popular/")
        assert answer.status_code == 503
        assert answer.json == {"detail": "The movie source is unavailable."}
        assert answer.headers["Retry-After"] == str(shelf_source.RETRY_AFTER)
        assert caplog.text.count("SourceUnavailable: the shelf is empty") == 1
        assert "Traceback" not in caplog.text

    def test_keeps_nobody_from_the_films_that_are_stored(self, api):
        found = api.get("/movies/search/?q=metropolis&ordering=title").json["results"]
        assert [movie["title"] for movie in found] == ["Metropolis"]

    def test_keeps_nobody_from_the_front_door(self, api):
        answer = api.app.get("/api/", headers={"Accept": "text/html"})
        assert answer.status_code == 200


@pytest.mark.in_process
def test_more_sign_ins_than_can_be_worked_on_are_told_to_come_again(api, monkeypatch, caplog):
    monkeypatch.setattr(hashing, "LONGEST_WAIT_SECONDS", 0.01)
    api.register("ann")
    places = api.registry.services.accounts._passwords._places
    with ExitStack() as others:
        while places.acquire(blocking=False):
            others.callback(places.release)
        answer = api.sign_in("ann")
    assert answer.status_code == 503
    assert answer.json == {"detail": "The service is unavailable."}
    assert answer.headers["Retry-After"] == "2"
    assert caplog.text.count("Busy: too many passwords are being hashed") == 1
    assert "Traceback" not in caplog.text
    assert api.sign_in("ann").status_code == 200


@pytest.mark.in_process
def test_an_unexpected_error_is_500_in_json_and_logged_with_its_traceback(api, caplog, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(api.registry.services.catalog), "listing", broken)
    answer = api.get("/movies/popular/")
    assert answer.status_code == 500
    assert answer.json == {"detail": "Internal server error."}
    assert "RuntimeError: secret detail" in caplog.text
