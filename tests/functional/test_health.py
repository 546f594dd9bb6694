import pytest

from moviecatalog.domain.errors import SourceUnavailable, StorageUnavailable


@pytest.mark.in_process
def test_live_answers_while_everything_else_is_down(api, monkeypatch):
    monkeypatch.setattr(type(api.registry.plugins.storage), "read", None)
    assert api.get("/health/live/").json == {"status": "ok"}


def test_ready_names_every_part_with_its_time(api):
    answer = api.get("/health/ready/")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert set(answer.json["checks"]) == {"storage", "cache", "source"}
    for check in answer.json["checks"].values():
        assert check["state"] == "ok"
        assert check["milliseconds"] >= 0


def failing(api, monkeypatch, part, error):
    def fail():
        raise error

    monkeypatch.setitem(api.registry.services.health._checks, part, fail)


@pytest.mark.in_process
def test_a_failing_storage_is_503(api, monkeypatch):
    failing(api, monkeypatch, "storage", StorageUnavailable("gone"))
    answer = api.get("/health/ready/")
    assert answer.status_code == 503
    assert (answer.json["status"], answer.json["checks"]["storage"]["state"]) == ("unavailable", "failing")
    assert answer.json["checks"]["source"]["state"] == "ok"


@pytest.mark.in_process
def test_a_failing_source_only_degrades(api, monkeypatch, caplog):
    failing(api, monkeypatch, "source", SourceUnavailable("gone"))
    answer = api.get("/health/ready/")
    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["checks"]["source"]["state"]) == ("degraded", "failing")
    assert "source fails: gone" in caplog.text
