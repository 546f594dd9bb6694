import time

import pytest

from moviecatalog.testing.client import PASSWORD

LIMITS = {"moviecatalog.ratelimit.anonymous": "3 per hour", "moviecatalog.ratelimit.user": "5 per hour"}
TOO_SHORT = {"password": "short", "password_confirm": "short"}


@pytest.fixture
def api(make_api):
    return make_api(LIMITS)


def limits(answer):
    return tuple(int(answer.headers[f"X-RateLimit-{name}"]) for name in ("Limit", "Remaining"))


def test_headers_count_down_and_say_when_the_window_ends(api):
    answers = [api.get("/movies/") for _ in range(3)]
    assert [limits(answer) for answer in answers] == [(3, 2), (3, 1), (3, 0)]
    assert 3_500 < int(answers[0].headers["X-RateLimit-Reset"]) - time.time() < 3_602


def test_one_request_too_many_is_429(api):
    for _ in range(3):
        api.get("/movies/")
    answer = api.get("/movies/")
    assert answer.status_code == 429
    seconds = answer.headers["Retry-After"]
    assert answer.json == {"detail": f"Request was throttled. Expected available in {seconds} seconds."}
    assert limits(answer) == (3, 0)


@pytest.mark.parametrize("path", ["/movies/0/", "/nothing/", "/movies/?page=0", "/auth/users/me/"])
def test_errors_are_counted_too(api, path):
    assert limits(api.get(path)) == (3, 2)


def test_users_have_a_limit_of_their_own(make_api):
    token = make_api().sign_up("ann")
    api = make_api(LIMITS) if make_api().get("/auth/users/me/", token).status_code == 200 else None
    if api is None:
        pytest.skip("storage in memory is not shared by two applications")
    for _ in range(4):
        api.get("/movies/")
    assert limits(api.get("/movies/", token)) == (5, 4)


def test_a_bad_token_counts_as_its_address(api):
    for _ in range(3):
        assert api.get("/movies/", "bad.token.x").status_code == 401
    assert api.get("/movies/", "bad.token.x").status_code == 429
    assert api.get("/movies/").status_code == 429


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Client-IP"])
def test_headers_that_anybody_can_send_give_nobody_a_new_address(api, header):
    for number in range(3):
        api.get("/movies/", headers={header: f"10.0.0.{number}"})
    assert api.get("/movies/", headers={header: "10.0.0.9"}).status_code == 429


def test_a_trusted_proxys_word_is_taken(make_api):
    api = make_api(LIMITS | {"moviecatalog.trusted_proxies": "127.0.0.0/8"})
    for number in range(5):
        answer = api.app.get(
            "/api/movies/",
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
            extra_environ={"REMOTE_ADDR": "127.0.0.1"},
        )
        assert limits(answer) == (3, 2)


@pytest.mark.parametrize("path", ["/health/live/", "/health/ready/", "/openapi.json", "/docs/", "/"])
def test_health_and_documentation_are_not_counted(api, path):
    for _ in range(5):
        answer = api.get(path)
        assert answer.status_code == 200
        assert "X-RateLimit-Limit" not in answer.headers


def test_preflights_cost_nothing(api):
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    for _ in range(5):
        api.call("options", "/movies/", headers=headers)
    assert limits(api.get("/movies/")) == (3, 2)


class TestSignIns:
    @pytest.fixture
    def api(self, make_api):
        return make_api({"moviecatalog.ratelimit.sign_in": "3 per 5 minutes"})

    def test_too_many_failures_of_one_account_are_429_even_with_the_right_password(self, api):
        api.register("ann")
        for spelling in ("ann", "ANN", "\uff21nn"):
            assert api.sign_in(spelling, "wrong password").status_code == 401
        assert api.sign_in("ann").status_code == 429

    def test_username_and_email_share_the_accounts_tries(self, api):
        api.register("ann")
        names = ["ann", "ann@example.com", "ANN", "Ann@Example.com"]
        statuses = [
            api.app.post_json(
                "/api/auth/token/",
                {"username": name, "password": "wrong password"},
                extra_environ={"REMOTE_ADDR": f"203.0.113.{number}"},
                expect_errors=True,
            ).status_code
            for number, name in enumerate(names)
        ]
        assert statuses == [401, 401, 401, 429]

    def test_many_accounts_from_one_address_are_429(self, api):
        api.register("ann")
        for name in ("a", "b", "c"):
            api.sign_in(name, "wrong password")
        assert api.sign_in("ann").status_code == 429

    def test_successes_are_given_back(self, api):
        api.register("ann")
        assert [api.sign_in("ann").status_code for _ in range(6)] == [200] * 6

    def test_a_stranger_elsewhere_does_not_lock_out_another_account(self, api):
        api.register("ann")
        body = {"username": "victim", "password": "wrong password"}
        for _ in range(4):
            api.app.post_json(
                "/api/auth/token/", body, extra_environ={"REMOTE_ADDR": "203.0.113.9"}, expect_errors=True
            )
        assert api.sign_in("ann").status_code == 200


def test_registrations_are_limited_by_address(make_api):
    api = make_api({"moviecatalog.ratelimit.registration": "2 per hour"})
    assert [api.register(name).status_code for name in ("one", "two", "three")] == [201, 201, 429]
    body = {"username": "four", "email": "f@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
    elsewhere = api.app.post_json("/api/auth/users/", body, extra_environ={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 201


class TestAskingWhichNamesAreTaken:
    @pytest.fixture
    def api(self, make_api):
        return make_api({"moviecatalog.ratelimit.registration": "2 per hour"})

    def test_counts_as_a_registration(self, api):
        assert [api.register("ann", **TOO_SHORT).status_code for _ in range(3)] == [400, 400, 429]
        assert api.register("ann").status_code == 429

    def test_counts_once_a_request(self, api):
        assert [api.register("one", **TOO_SHORT).status_code, api.register("one").status_code] == [400, 201]

    def test_is_not_done_where_no_name_could_be_anybodys(self, api):
        for _ in range(3):
            assert api.post("/auth/users/", {}).status_code == 400
        assert api.register("ann").status_code == 201


def test_documented_limits_are_the_default(make_api):
    from moviecatalog.settings.core import RateLimitSettings

    settings = RateLimitSettings()
    assert (settings.user.amount, settings.anonymous.amount) == (1000, 100)
    assert settings.user.get_expiry() == settings.anonymous.get_expiry() == 3600
