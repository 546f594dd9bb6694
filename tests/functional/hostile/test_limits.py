"""Limits that nobody gets around: two processes that count in one Redis, behind a trusted proxy; on both engines."""

import itertools
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from moviecatalog.testing.client import PASSWORD
from tests.functional.hostile.conftest import new_storage, serving

DOCUMENTED = {
    "moviecatalog.ratelimit.user": "1000 per hour",
    "moviecatalog.ratelimit.anonymous": "100 per hour",
    "moviecatalog.ratelimit.sign_in": "10 per 5 minutes",
    "moviecatalog.ratelimit.registration": "20 per hour",
}
ADDRESSES = (f"198.51.{high}.{low}" for high, low in itertools.product(range(256), range(1, 255)))
WRONG = "a wrong password"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def limited(request, tmp_path_factory, redis_server):
    folder = tmp_path_factory.mktemp("limited")
    lines = DOCUMENTED | {"moviecatalog.ratelimit.store": redis_server, "moviecatalog.trusted_proxies": "127.0.0.1"}
    settings = new_storage(request.param, request, folder) | lines
    with serving(folder, "granian", settings, {"workers": "2", "threads": "8"}) as it:
        yield it


@pytest.fixture
def address():
    """Nobody has asked from there before."""
    return next(ADDRESSES)


def ask(limited, address, path="/movies/1/", method="GET", *, token=None, headers=(), body=None):
    sent = {"X-Forwarded-For": address} | dict(headers)
    return limited.call(method, path, body, token, sent)


def register(limited, address, name):
    account = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
    return ask(limited, address, "/auth/users/", "POST", body=account).status


def sign_up(limited):
    name = f"user-{uuid.uuid4().hex}"
    assert register(limited, next(ADDRESSES), name) == 201
    return sign_in(limited, next(ADDRESSES), name, PASSWORD).json["access"]


def sign_in(limited, address, name, password):
    return ask(limited, address, "/auth/token/", "POST", body={"username": name, "password": password})


def remaining(answer):
    return int(answer.headers["X-RateLimit-Remaining"])


def spend(limited, address, count, **kwargs):
    for _ in range(count):
        answer = ask(limited, address, **kwargs)
    return answer


@pytest.mark.parametrize("limit", [100, 1_000], ids=["an address", "a user"])
def test_counts_are_exact_over_processes_and_threads(limited, address, limit):
    token = sign_up(limited) if limit == 1_000 else None
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(limited, address, "/genres/", token=token), range(limit + 5)))
    assert sorted(it.status for it in answers) == [200] * limit + [429] * 5
    assert sorted(remaining(it) for it in answers if it.status == 200) == list(range(limit))
    refused = next(it for it in answers if it.status == 429)
    seconds = int(refused.headers["Retry-After"])
    assert refused.json == {"detail": f"Request was throttled. Expected available in {seconds} seconds."}
    assert 3_500 < seconds <= 3_600


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Via"]
)
def test_forged_headers_change_nothing(limited, address, header):
    left = remaining(ask(limited, address))
    forged = {header: "for=203.0.113.9" if header == "Forwarded" else "203.0.113.9"}
    assert remaining(ask(limited, address, headers=forged)) == left - 1


def test_a_forged_x_forwarded_for_before_the_proxys_word_changes_nothing(limited, address):
    left = remaining(ask(limited, address))
    assert remaining(ask(limited, f"203.0.113.9, {address}")) == left - 1


def test_without_a_trusted_proxy_x_forwarded_for_changes_nothing(limited, tmp_path):
    settings = {**limited.settings, "moviecatalog.trusted_proxies": "", "moviecatalog.ratelimit.store": "memory://"}
    with serving(tmp_path, "granian", settings, {"workers": "1"}) as it:
        left = [remaining(ask(it, f"203.0.113.{number}")) for number in range(5)]
    assert left == sorted(left, reverse=True)
    assert left[0] - left[-1] == 4


def test_ipv6_rotation_inside_a_64_is_one_client(limited):
    left = [remaining(ask(limited, f"2001:db8:1:2:{number:x}::1")) for number in range(1, 6)]
    assert left == [99, 98, 97, 96, 95]
    assert remaining(ask(limited, "2001:db8:1:3::1")) == 99


def test_ipv4_in_ipv6_is_the_same_client(limited, address):
    left = remaining(ask(limited, address))
    assert remaining(ask(limited, f"::ffff:{address}")) == left - 1


def test_invalid_tokens_do_not_get_the_quota_of_a_user(limited, address):
    answer = ask(limited, address, token="a.b.c")
    assert (answer.status, answer.headers["X-RateLimit-Limit"], remaining(answer)) == (401, "100", 99)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/movies/", 200),
        ("GET", "/movies/999999999/", 404),
        ("GET", "/nothing/", 404),
        ("OPTIONS", "/movies/", 405),
    ],
    ids=["HEAD flooding", "404 flooding of movies", "404 flooding of paths", "OPTIONS flooding"],
)
def test_flooding_is_counted(limited, address, method, path, status):
    assert spend(limited, address, 100, method=method, path=path).status == status
    assert ask(limited, address, method=method, path=path).status == 429


def test_preflights_cost_nothing(limited, address):
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    spend(limited, address, 5, method="OPTIONS", headers=headers)
    assert remaining(ask(limited, address)) == 99


class TestSignIns:
    @pytest.fixture
    def name(self, limited):
        account = limited.register()
        return account["username"]

    @pytest.fixture(autouse=True)
    def _register_from_anywhere(self, limited, monkeypatch):
        plain = limited.call

        def call(method, path, body=None, token=None, headers=()):
            return plain(method, path, body, token, {"X-Forwarded-For": next(ADDRESSES)} | dict(headers))

        monkeypatch.setattr(limited, "call", call)

    def test_11th_try_of_an_account_is_429_wherever_it_comes_from(self, limited, name):
        tries = [sign_in(limited, next(ADDRESSES), name, WRONG).status for _ in range(11)]
        assert tries == [401] * 10 + [429]
        assert sign_in(limited, next(ADDRESSES), name, PASSWORD).status == 429

    def test_parallel_guesses_get_no_further(self, limited, name):
        with ThreadPoolExecutor(16) as pool:
            tries = list(
                pool.map(lambda it: sign_in(limited, it, name, WRONG).status, [next(ADDRESSES) for _ in range(32)])
            )
        assert sorted(tries) == [401] * 10 + [429] * 22

    def test_username_case_variants_and_the_email_share_one_counter(self, limited, name):
        spellings = itertools.cycle([name, name.upper(), f"{name}@example.com", name.title()])
        tries = [sign_in(limited, next(ADDRESSES), next(spellings), WRONG).status for _ in range(11)]
        assert tries == [401] * 10 + [429]

    def test_case_variants_of_nobody_share_one_counter_too(self, limited, address):
        spellings = itertools.cycle([f"nobody{address}", f"NOBODY{address}"])
        tries = [sign_in(limited, next(ADDRESSES), next(spellings), WRONG).status for _ in range(11)]
        assert tries == [401] * 10 + [429]

    def test_password_spray_from_one_address_is_429(self, limited, name, address):
        tries = [sign_in(limited, address, f"spray{number}{address}", WRONG).status for number in range(11)]
        assert tries == [401] * 10 + [429]
        assert sign_in(limited, next(ADDRESSES), name, PASSWORD).status == 200

    def test_another_account_still_works(self, limited, name):
        other = limited.register()["username"]
        for _ in range(11):
            sign_in(limited, next(ADDRESSES), name, WRONG)
        assert sign_in(limited, next(ADDRESSES), other, PASSWORD).status == 200

    def test_successes_are_given_back(self, limited, name, address):
        assert {sign_in(limited, address, name, PASSWORD).status for _ in range(12)} == {200}

    def test_a_lockout_of_a_victim_ends_with_its_window(self, limited, tmp_path):
        settings = limited.settings | {"moviecatalog.ratelimit.sign_in": "2 per 2 seconds"}
        with serving(tmp_path, "granian", settings, {"workers": "1"}) as it:
            name = it.register()["username"]
            tries = [sign_in(it, next(ADDRESSES), name, WRONG) for _ in range(3)]
            assert [answer.status for answer in tries] == [401, 401, 429]
            assert int(tries[-1].headers["Retry-After"]) <= 2
            time.sleep(2.1)
            assert sign_in(it, next(ADDRESSES), name, PASSWORD).status == 200

    def test_registrations_from_one_address_are_limited(self, limited, address):
        def register(number):
            name = f"flood{number}x{address}"
            fields = {
                "username": name,
                "email": f"{name}@example.com",
                "password": PASSWORD,
                "password_confirm": PASSWORD,
            }
            return ask(limited, address, "/auth/users/", "POST", body=fields).status

        assert [register(number) for number in range(21)] == [201] * 20 + [429]
