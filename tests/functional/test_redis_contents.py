"""What somebody does to the keys in Redis: answers are made anew, and nothing that isn't ours is taken for one."""

import pytest

from tests.functional.noticing import PATHS, notices_nothing, timed, warm


@pytest.fixture(params=["sample, sqlite", "sample, postgresql"])
def installation(request):
    return request.param


@pytest.fixture
def engine(own_redis):
    return own_redis


@pytest.fixture
def api(api_on_redis, engine):
    api = api_on_redis(engine.url)
    warm(api)
    return api


def test_being_wiped_in_between_costs_an_answer_anew(api, engine):
    with engine.client() as client:
        client.flushall()
        # A server tells who wiped it that it is done before it tells those who listen, but both before this.
        client.ping()
    assert [api.get("/movies/popular/").headers["X-Cache"] for _ in range(2)] == ["MISS", "HIT"]


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"garbage",
        b"\x80\x04\x95",
        b"cos\nsystem\n(S'echo pwned > /tmp/pwned'\ntR.",
        b'{"v": 1}',
        b"null",
        b'{"ct": 1}|[1, null, false, {"items": 5}]',
        b'{"ct": 9e99, "v": 1}|[9e99, null, false, {"items": [], "total": "x"}]',
        b"[" * 5_000,
    ],
    ids=repr,
)
def test_whatever_somebody_puts_there_is_no_answer_of_ours(api, engine, garbage):
    with engine.client() as client:
        for key in client.keys("moviecatalog:answer:*"):
            client.set(key, garbage)
        for path in PATHS:
            assert timed(api, path)[0] == 200
        assert api.get("/movies/popular/").headers["X-Cache"] == "HIT"


def test_keys_of_the_wrong_type_are_done_without(api, engine):
    with engine.client() as client:
        for key in client.keys("moviecatalog:*"):
            client.delete(key)
            client.rpush(key, "x")
        notices_nothing(api)
